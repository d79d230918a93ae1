"""An export is checked before it is written, and stands there whole or not at all."""

import hashlib
import json
import signal
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from shapely.geometry import box

from geo.errors import RefusedDatumError, UnknownCRSError, WrongZoneError
from layers.exports.errors import (
    EmptySelectionError,
    ExportCancelledError,
    UnknownFormatError,
    UnsuitedError,
    UnwritableError,
)
from layers.exports.export import Asked, Exported, extensions, format_of
from layers.exports.formats import FORMATS
from layers.filters import Condition
from layers.stores.folder import FolderStore
from tests.builders import ISLAND, LAB, PARK, ROOT, feature, few_features, write_folder
from tests.layers.exports.conftest import AT, VIEW, Export

HUANGMEI = {"type": "Point", "coordinates": [115.94, 30.07]}


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# --- what is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "format_id", "asked", "error"),
    [
        ("all.shx", "shx", {}, UnknownFormatError),
        ("all.geojson", "geojson", {"encoding": "gbk"}, UnsuitedError),
        ("all.geojson", "geojson", {"crs": "EPSG:4490"}, UnsuitedError),
        ("all.geojson", "geojson", {"crs": "gk-auto"}, UnsuitedError),
        ("all.csv", "csv", {"encoding": "utf-16"}, UnsuitedError),
        ("all.csv", "csv", {"names": "fr"}, UnsuitedError),
        ("all.csv", "csv", {"shifted": ("wgs84",)}, UnsuitedError),
        ("all.txt", "csv", {}, UnsuitedError),
        ("all.csv", "csv", {"crs": "gk-by-city"}, UnsuitedError),
        ("all.csv", "csv", {"crs": "EPSG:4548"}, WrongZoneError),
        ("all.csv", "csv", {"crs": "EPSG:2384"}, RefusedDatumError),
        ("all.csv", "csv", {"crs": "EPSG:4479"}, UnknownCRSError),
        ("all.csv", "csv", {"area": box(0, 0, 1, 1)}, EmptySelectionError),
        ("nowhere/all.csv", "csv", {}, UnwritableError),
        ("a/../all.csv", "csv", {}, UnwritableError),
    ],
)
def test_what_cannot_be_made_is_refused_before_anything_is_written(  # noqa: PLR0913, PLR0917 - a row of the table
    ask: Export, tmp_path: Path, name: str, format_id: str, asked: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        ask(name, format_id, **asked)
    assert names_in(tmp_path) == []


def test_a_message_of_a_full_or_missing_disk_has_no_path(ask: Export, tmp_path: Path) -> None:
    with pytest.raises(UnwritableError) as refused:
        ask("nowhere/all.csv", "csv")
    assert str(tmp_path) not in str(refused.value)
    assert refused.value.file == "all.csv"


@pytest.mark.parametrize("format_id", [name for name, row in FORMATS.items() if row.extension != ".zip"])
def test_a_format_is_known_by_the_ending_of_its_files(format_id: str) -> None:
    ending = FORMATS[format_id].extension
    same = [name for name, row in FORMATS.items() if row.extension == ending]
    assert format_of(Path(f"x{ending.upper()}")) == same[0]


def test_an_ending_of_no_format_is_refused() -> None:
    for name in ("x", "x.zip", "x.vrt", ".geojson"):
        with pytest.raises(UnknownFormatError):
            format_of(Path(name))


def test_one_file_a_city_comes_in_a_zip() -> None:
    assert extensions(Asked("csv", AT), 3) == (".csv", ".zip")
    assert extensions(Asked("csv", AT, "gk-by-city"), 3) == (".zip",)


# --- where it ends up ----------------------------------------------------------------------------


def test_a_single_file_has_its_manifest_beside_it(ask: Export, tmp_path: Path) -> None:
    made = ask("全部 places.csv", "csv")
    assert names_in(tmp_path) == ["全部 places.csv", "全部 places.csv.manifest.json"]
    assert made.manifest_file is not None
    told = json.loads(made.manifest_file.read_text("utf-8"))
    assert told == made.manifest
    content = made.file.read_bytes()
    assert told["files"] == [
        {"name": "全部 places.csv", "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    ]


def test_a_zip_has_its_manifest_in_it(ask: Export, tmp_path: Path) -> None:
    made = ask("All Places.zip", "csv")
    assert names_in(tmp_path) == ["All Places.zip"]
    with zipfile.ZipFile(made.file) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["manifest.json", "all-places.csv"]
        told = json.loads(archive.read("manifest.json"))
        content = archive.read("all-places.csv")
    assert told["files"][0]["sha256"] == hashlib.sha256(content).hexdigest()


def test_a_city_has_a_file_in_its_own_zone_with_every_place_in_it(ask: Export, tmp_path: Path) -> None:
    layers = few_features()
    layers["site"].append(feature("far", HUANGMEI, city=["huangshi"]))
    store = FolderStore(write_folder(tmp_path / "data", layers))
    made = ask("all.zip", "csv", store=store, crs="gk-by-city")
    with zipfile.ZipFile(made.file) as archive:
        names = archive.namelist()
        rows = {name: archive.read(name).decode().splitlines() for name in names if name.endswith(".csv")}
    assert names[1:] == ["ezhou-epsg-4547/all.csv", "huangshi-epsg-4548/all.csv", "wuhan-epsg-4547/all.csv"]
    # The avenue is in both Wuhan and Ezhou.
    assert [len(lines) - 1 for lines in rows.values()] == [2, 1, 5]
    assert {row["city"]["id"]: (row["id"], row["features"]) for row in made.manifest["crs"]} == {
        "wuhan": ("EPSG:4547", 5), "ezhou": ("EPSG:4547", 2), "huangshi": ("EPSG:4548", 1),
    }  # fmt: skip


def test_a_citys_zone_does_not_change_with_what_is_chosen_of_it(ask: Export, tmp_path: Path) -> None:
    layers = few_features()
    layers["site"].append(feature("far", HUANGMEI))
    store = FolderStore(write_folder(tmp_path / "data", layers))
    made = ask("all.zip", "csv", store=store, crs="gk-by-city-prefix", ids=("far",))
    assert [row["id"] for row in made.manifest["crs"]] == ["EPSG:4526"]
    one = ask("one.csv", "csv", store=store, crs="gk-auto-prefix", ids=("far",))
    assert [row["id"] for row in one.manifest["crs"]] == ["EPSG:4527"]


def test_what_stood_there_is_replaced_by_the_whole_new_one(ask: Export, tmp_path: Path) -> None:
    (tmp_path / "all.csv").write_text("before")
    assert ask("all.csv", "csv").file.read_text("utf-8").startswith("id,")


# --- cancel and kill -----------------------------------------------------------------------------


@pytest.mark.parametrize("format_id", [name for name, row in FORMATS.items() if not row.is_zipped])
@pytest.mark.parametrize("ending", ["own", ".zip"])
def test_a_cancel_leaves_what_stood_there_and_nothing_else(
    ask: Export, tmp_path: Path, format_id: str, ending: str
) -> None:
    name = f"all{FORMATS[format_id].extension if ending == 'own' else ending}"
    (tmp_path / name).write_text("before")
    done: list[int] = []

    def progress(features: int, _: int) -> None:
        done.append(features)

    with pytest.raises(ExportCancelledError):
        ask(name, format_id, view=replace(VIEW, layers=("sites",)), talk=(progress, lambda: bool(done)))
    assert names_in(tmp_path) == [name]
    assert (tmp_path / name).read_text() == "before"


def test_progress_reaches_all_features(ask: Export) -> None:
    told: list[tuple[int, int]] = []
    ask("all.zip", "csv", crs="gk-by-city", talk=(lambda *step: told.append(step),))
    assert told[-1] == (7, 7)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


KILLED = """
import os, signal, sys
from pathlib import Path
from layers.exports.export import export, Asked
from layers.exports.selection import Selection
from layers.stores.folder import FolderStore
from tests.layers.exports.conftest import AT, VIEW, atlas_of

folder, name = Path(sys.argv[1]), sys.argv[2]
store = FolderStore(folder / "data")

def die(done, total):
    os.kill(os.getpid(), signal.SIGKILL)

export(Selection(store.snapshot(), VIEW), Asked(sys.argv[3], AT), folder / name, atlas_of(store), die)
"""


@pytest.mark.parametrize(
    ("name", "format_id"), [("all.csv", "csv"), ("all.geojson", "geojson"), ("all.zip", "xlsx")]
)
def test_a_kill_leaves_no_half_file_and_the_next_export_clears_up(
    ask: Export, data_folder: Path, tmp_path: Path, name: str, format_id: str
) -> None:
    arguments = [sys.executable, "-c", KILLED, str(tmp_path), name, format_id]
    ended = subprocess.run(arguments, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, check=False)  # noqa: S603 - our own
    assert ended.returncode == -signal.SIGKILL
    left = [path.name for path in tmp_path.iterdir() if path != data_folder]
    assert left
    assert all(entry.startswith(".") and entry.endswith(".beside") for entry in left)
    ask(name, format_id)
    left = [path.name for path in tmp_path.iterdir() if path != data_folder]
    assert sorted(left) == sorted({name, f"{name}.manifest.json"} if not name.endswith(".zip") else {name})


def test_two_exports_to_one_target_do_not_touch_each_other(ask: Export, tmp_path: Path) -> None:
    made: list[Exported] = []

    def meanwhile(done: int, total: int) -> None:
        if not made:
            made.append(ask("all.csv", "csv", view=replace(VIEW, layers=("site",))))
        assert done <= total

    ask("all.csv", "csv", talk=(meanwhile,))
    assert made
    assert names_in(tmp_path) == ["all.csv", "all.csv.manifest.json"]
    assert len((tmp_path / "all.csv").read_text("utf-8").splitlines()) == 7


# --- the manifest --------------------------------------------------------------------------------


def test_the_manifest_proves_what_the_export_is(ask: Export, store: FolderStore) -> None:
    view = replace(VIEW, layers=("sites", "site", "gone"), conditions=(Condition("city", "in", ("wuhan",)),))
    area = box(114.4, 30.3, 114.7, 30.6)
    told = ask("all.xlsx", "xlsx", view=view, area=area, crs="EPSG:4547", names="zh").manifest
    assert told["created"] == "2026-11-22T08:30:00Z"
    assert told["data_version"] == {"version": store.version(), "published": None, "note": ""}
    assert set(told["licence"]) == set(told["attribution"]) == {"zh", "en"}
    assert "wuhan" in told["filter"]["en"]
    assert told["filter"]["link"].startswith("https://atlas.example.cn/m?v=2&")
    assert f"d={store.version()}" in told["filter"]["link"]
    assert told["filter"]["area"]["type"] == "Polygon"
    (crs,) = told["crs"]
    assert (crs["id"], crs["axes_in_files"], crs["axes_by_registry"], crs["unit"]) == (
        "EPSG:4547", ["easting", "northing"], ["northing", "easting"], "metre",
    )  # fmt: skip
    assert (crs["zone"]["zone"], crs["zone"]["beyond"]) == (38, 0)
    assert (told["encoding"], told["field_names"]) == ("utf-8", "zh")
    assert told["fields"]["features"][0] == {
        "written": "编号", "id": "id", "zh": "编号", "en": "id", "kind": "text",
    }  # fmt: skip
    assert set(told["fields"]) == {"features", "history", "citations"}
    assert [(row["id"], row["rows"]) for row in told["layers"]] == [
        ("sites", {"features": 2, "history": 4, "citations": 1}),
        ("site", {"features": 0, "history": 0, "citations": 0}),
    ]
    assert told["missing_layers"] == ["gone"]
    assert [(row["reason"], row["count"], row["places"]) for row in told["left_out"]] == [
        ("no_position", 1, [{"layer": "site", "id": LAB}])
    ]
    assert told["features"] == 2
    assert {ISLAND, PARK}.isdisjoint(row["id"] for row in told["left_out"][0]["places"])


def test_the_same_export_is_the_same_to_the_byte(ask: Export) -> None:
    assert ask("all.zip", "csv").file.read_bytes() == ask("all.zip", "csv").file.read_bytes()
