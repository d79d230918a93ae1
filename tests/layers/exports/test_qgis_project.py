"""The QGIS project, read as XML and, where it is installed, opened by QGIS."""

import json
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from tests.layers.exports.conftest import Export
from tests.layers.exports.hostile import hostile_store, unzipped

# Debian's QGIS comes with a Python of its own.
PYTHON = Path("/usr/bin/python3")
QGIS = Path("/usr/lib/python3/dist-packages/qgis")
with_qgis = pytest.mark.skipif(not QGIS.exists(), reason="QGIS is not installed")


def project(folder: Path) -> Any:  # noqa: ANN401 - an element of lxml
    with zipfile.ZipFile(folder / "all.qgz") as archive:
        assert archive.namelist() == ["all.qgs"]
        return etree.fromstring(archive.read("all.qgs"))


def opened(folder: Path, tmp_path: Path) -> dict[str, Any]:
    """Return what QGIS says of a project that was moved to another folder."""
    moved = folder.rename(tmp_path / "搬 家")
    script = Path(__file__).with_name("qgis_reads.py")
    done = subprocess.run(  # noqa: S603 - a fixed program
        [PYTHON, script, moved / "all.qgz"], capture_output=True, check=True, timeout=120,
        env={"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path), "LANG": "C.UTF-8"},
    )  # fmt: skip
    made: dict[str, Any] = json.loads(done.stdout)
    return made


def test_it_stands_beside_the_geopackage_and_names_it_by_its_name_alone(ask: Export) -> None:
    folder = unzipped(ask("all.zip", "qgis").file)
    assert sorted(path.name for path in folder.iterdir()) == ["all.gpkg", "all.qgz", "manifest.json"]
    sources = [source.text for source in project(folder).iter("datasource")]
    assert sources
    assert {source.split("|")[0] for source in sources} == {"./all.gpkg"}


def test_layers_are_grouped_and_points_lie_above_areas(ask: Export) -> None:
    root = project(unzipped(ask("all.zip", "qgis").file))
    groups = root.findall("layer-tree-group/layer-tree-group")
    assert [group.get("name") for group in groups] == ["图层sites", "图层site", "图层routes"]
    assert [leaf.get("name") for leaf in groups[0]] == ["图层sites（点）", "图层sites（面）"]


@with_qgis
def test_qgis_opens_every_layer_in_its_system_with_symbols_and_names(ask: Export, tmp_path: Path) -> None:
    told = opened(unzipped(ask("all.zip", "qgis", crs="EPSG:4547").file), tmp_path)
    assert (told["is_read"], told["crs"]) == (True, "EPSG:4547")
    layers = told["layers"]
    assert all(layer["is_valid"] for layer in layers.values())
    assert {name: layer["count"] for name, layer in layers.items()} == {
        "图层sites（点）": 1,
        "图层sites（面）": 1,
        "图层site（点）": 1,
        "图层site（无位置）": 1,
        "图层routes（线）": 2,
        "history": 8,
    }
    area = layers["图层sites（面）"]
    assert (area["crs"], area["renderer"], area["has_labels"]) == ("EPSG:4547", "RuleRenderer", True)
    assert area["names"] == ["光谷科学岛"]
    assert area["rules"] == ["built", "其他"]
    assert told["relations"] == 5


@with_qgis
def test_qgis_draws_in_the_layers_colour(ask: Export, tmp_path: Path) -> None:
    told = opened(unzipped(ask("all.zip", "qgis").file), tmp_path)
    # The hue of the test's layers.
    assert "#0072B2" in told["colours"]


@with_qgis
def test_qgis_opens_a_project_with_hostile_names(ask: Export, tmp_path: Path) -> None:
    told = opened(unzipped(ask("all.zip", "qgis", store=hostile_store(tmp_path)).file), tmp_path)
    assert told["is_read"]
    assert all(layer["is_valid"] for layer in told["layers"].values())
    assert "<img src=x onerror=alert(1)>" in told["layers"]["<img src=x>\"&'图（点）"]["names"]
