"""Exports over HTTP: what one would be, one made beside the page, one given to a script in one request."""

import asyncio
import base64
import hashlib
import io
import json
import threading
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote

import geopandas as gpd
import pyogrio
import pytest
from pyproj import CRS
from starlette.applications import Starlette
from starlette.routing import Route

from i18n.messages import LANGUAGES
from layers.exports.formats import FORMATS, Format
from layers.filters import matching
from layers.render.config import Operator
from layers.stores.folder import FolderStore
from service.exports import EACH_CLIENT, ExportAnswers
from service.rates import Rates
from service.routes import handlers
from service.shared_map import default_view
from service.site import Site
from tests.builders import ISLAND, PARK, few_features, write_folder
from tests.kruger import kruger
from tests.service.asgi import Answer, Client
from tests.service.test_routes import client_of
from tests.service.test_short_link_answers import post

BUILT = "w=status:built"
WAIT_S = 20


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Open a site; its desk is closed at the end."""
    opened = Site(FolderStore(write_folder(tmp_path / "data", few_features())), Operator())
    yield opened
    opened.desk.close()


@pytest.fixture
def client(site: Site) -> Client:
    """Ask that site over HTTP."""
    return client_of(site)


def outlook(client: Client, query: str) -> dict[str, Any]:
    answer = client.get(f"/export.json?{query}")
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


def made(client: Client, query: str, tab: str = "") -> dict[str, Any]:
    """Have an export made and return how it stands at its end."""
    answer = post(client, {"query": query, "tab": tab}, path="/exports")
    assert answer.status_code == 202, answer.text
    said: dict[str, Any] = answer.json()
    until = time.monotonic() + WAIT_S
    while said["state"] in {"waiting", "running"} and time.monotonic() < until:
        time.sleep(0.01)
        said = client.get(said["path"]).json()
    return said


def named(answer: Answer) -> tuple[str, str]:
    """Return the two names that an answer gives its file, by RFC 6266."""
    _, plain, whole = answer.headers["content-disposition"].split("; ")
    assert whole.startswith("filename*=UTF-8''")
    name = unquote(whole.removeprefix("filename*=UTF-8''"))
    return plain.removeprefix('filename="').removesuffix('"'), name


def shown(site: Site, status: str) -> set[str]:
    view = default_view(site).asking("status", [status])
    index = site.store.snapshot().index
    return set(index.ids[matching(index, view.all_conditions(), view.reading)])


# --- what one would be ---------------------------------------------------------------------------


def test_an_outlook_counts_what_the_filter_leaves(client: Client, site: Site) -> None:
    said = outlook(client, f"{BUILT}&format=gpkg&crs=EPSG:4490")
    assert said["refused"] is None
    assert said["features"] == sum(said["layers"].values()) == len(shown(site, "built"))
    assert said["version"] == site.store.version()
    assert [row["id"] for row in said["crs"]] == ["EPSG:4490"]
    assert set(said["sentence"]) == set(LANGUAGES)
    assert said["file"].endswith(f"-{datetime.now(UTC):%Y%m%d}.gpkg")


def test_every_layer_is_counted_whichever_are_chosen(client: Client) -> None:
    whole, some = (outlook(client, f"format=gpkg{layers}") for layers in ("", "&layers=sites"))
    assert whole["layers"] == some["layers"]
    assert some["features"] == some["layers"]["sites"] < whole["features"]


def test_the_grids_that_fit_are_named_without_and_with_the_zones_number(client: Client) -> None:
    # The places lie around 114.5° E: zone 38.
    assert [row["id"] for row in outlook(client, "format=csv")["grids"]] == ["EPSG:4547", "EPSG:4526"]


@pytest.mark.parametrize(
    ("query", "about", "code"),
    [
        ("format=gpkg&crs=EPSG:4548", "crs", "wrong_zone"),
        ("format=gpkg&crs=EPSG:2384", "crs", "refused_datum"),
        ("format=gpkg&crs=EPSG:9", "crs", "unknown_crs"),
        ("format=geojson&crs=gk-auto", "crs", "unsuited"),
        ("format=shx", "format", "unknown_format"),
        ("format=gpkg&encoding=gbk", "encoding", "unsuited"),
        ("format=gpkg&names=fr", "names", "unsuited"),
        ("format=gpkg&shifted=wgs84", "shifted", "unsuited"),
        ("format=gpkg&layers=moon", "layers", "unknown_layer"),
        ("format=gpkg&layers=", "layers", "empty_selection"),
        ("format=gpkg&place=nowhere", "place", "unknown_place"),
        ("format=gpkg&version=0123456789ab", "version", "unknown_version"),
        ("format=gpkg&w=status:built&d=0123456789ab", "version", "unknown_version"),
        ("format=gpkg&area=1,2,3", "area", "invalid_area"),
        ("format=gpkg&area=114,30,115,31,115,30,114,31", "area", "invalid_area"),
        ("format=gpkg&area=114,30,x,31,115,30", "area", "invalid_area"),
        ("format=gpkg&area=nan,30,115,30,115,31", "area", "invalid_area"),
        ("format=gpkg&area=114,30,300,30,300,31", "area", "invalid_area"),
        ("format=gpkg&w=nonsense", "layers", "empty_selection"),
    ],
)
def test_what_cannot_be_made_is_told_beside_the_choice(
    client: Client, query: str, about: str, code: str,
) -> None:
    refused = outlook(client, query)["refused"]
    assert (refused["about"], refused["code"]) == (about, code)
    assert all(refused["message"][language].strip() for language in LANGUAGES)
    # The same is refused when it is asked for outright.
    assert post(client, {"query": query}, path="/exports").json()["refused"]["code"] == code
    assert client.get(f"/export/x.gpkg?{query}").json()["code"] == code


def test_a_wrong_zone_names_the_right_one(client: Client) -> None:
    refused = outlook(client, "format=gpkg&crs=EPSG:4548")["refused"]
    assert refused["instead"] == "EPSG:4547"
    assert all("EPSG:4547" in refused["message"][language] for language in LANGUAGES)


def test_characters_that_gbk_lacks_are_told_before_the_file_is_asked_for(tmp_path: Path) -> None:
    layers = few_features()
    layers["sites"][0]["properties"]["name_zh"] = "𠮷"
    site = Site(FolderStore(write_folder(tmp_path / "rare", layers)), Operator())
    refused = outlook(client_of(site), "format=shp&encoding=gbk")["refused"]
    assert (refused["about"], refused["code"]) == ("encoding", "unencodable")
    assert "𠮷" in refused["message"]["zh"]
    site.desk.close()


def test_an_area_leaves_out_what_lies_beyond_it(client: Client, site: Site) -> None:
    place = site.store.snapshot().layers["sites"].features.loc[ISLAND].geometry.representative_point()
    around = f"{place.x - 1e-4},{place.y - 1e-4},{place.x + 1e-4},{place.y + 1e-4}"
    said = outlook(client, f"format=gpkg&layers=sites&area={around}")
    assert said["features"] == 1
    assert {row["reason"] for row in said["left_out"]} <= {"outside_area", "no_position"}
    ring = f"{place.x - 1e-4},{place.y},{place.x + 1e-4},{place.y - 1e-4},{place.x},{place.y + 1e-4}"
    assert outlook(client, f"format=gpkg&layers=sites&area={ring}")["features"] == 1


def test_an_older_data_version_can_be_asked_for(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "data", few_features())
    old = FolderStore(folder).publish("first", datetime(2026, 5, 2, tzinfo=UTC)).version
    path = folder / "geojson" / "sites.geojson"
    collection = json.loads(path.read_text("utf-8"))
    collection["features"] = [one for one in collection["features"] if one["id"] != PARK]
    path.write_text(json.dumps(collection), encoding="utf-8")
    site = Site(FolderStore(folder), Operator())
    client = client_of(site)
    now, then = (outlook(client, f"format=csv{asked}") for asked in ("", f"&version={old[:6]}"))
    assert then["version"] == old != now["version"]
    assert then["features"] == now["features"] + 1
    content = client.get(f"/export/x.csv?version={old}").text
    assert PARK in content
    assert PARK not in client.get("/export/x.csv").text
    site.desk.close()


# --- made beside the page ------------------------------------------------------------------------


def test_a_geopackage_of_a_filtered_view_reads_back_in_its_grid(
    client: Client, site: Site, tmp_path: Path,
) -> None:
    said = made(client, f"{BUILT}&format=gpkg&crs=gk-auto&lang=zh")
    assert said["state"] == "done"
    answer = client.get(said["result"]["file"])
    file = tmp_path / "back.gpkg"
    file.write_bytes(answer.content)
    ids: set[str] = set()
    for name, kind in pyogrio.list_layers(file):
        if kind is None:
            continue
        frame = gpd.read_file(file, layer=name)
        assert frame.crs == CRS.from_epsg(4547)
        ids |= set(frame["id"])
        points = frame[frame.geometry.geom_type == "Point"]
        for layer_id, place_id, point in zip(points["layer"], points["id"], points.geometry, strict=True):
            source = site.store.snapshot().layers[layer_id].features.geometry.loc[place_id]
            lon, lat = source.coords[0][:2]
            easting, northing = kruger(lon, lat, 114.0)
            assert point.coords[0] == pytest.approx((500_000 + easting, northing), abs=1e-3)
    assert ids == shown(site, "built")


def test_the_answer_with_the_file_says_what_it_is(client: Client) -> None:
    said = made(client, "format=gpkg&lang=zh")
    head, answer = (client.request(method, said["result"]["file"]) for method in ("HEAD", "GET"))
    digest = hashlib.sha256(answer.content).hexdigest()
    assert said["result"]["sha256"] == digest
    assert said["result"]["size"] == len(answer.content) == int(answer.headers["content-length"])
    assert answer.headers["repr-digest"] == f"sha-256=:{base64.b64encode(bytes.fromhex(digest)).decode()}:"
    assert answer.headers["content-type"] == FORMATS["gpkg"].media_type
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    plain, whole = named(answer)
    assert plain.isascii()
    assert whole == said["name"]
    assert whole.startswith("光谷")
    assert (head.status_code, head.sent) == (200, b"")
    assert head.headers["content-length"] == answer.headers["content-length"]
    assert head.headers["content-disposition"] == answer.headers["content-disposition"]


def test_a_part_of_a_file_can_be_asked_for(client: Client) -> None:
    path = made(client, "format=csv")["result"]["file"]
    part = client.get(path, range="bytes=2-5")
    assert part.status_code == 206
    assert part.content == client.get(path).content[2:6]


def test_several_files_come_as_a_zip_with_their_manifest(client: Client) -> None:
    said = made(client, "format=shp&encoding=gbk&names=short-zh")
    answer = client.get(said["result"]["file"])
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        inside = json.loads(archive.read("manifest.json"))
        assert archive.testzip() is None
        for row in inside["files"]:
            assert hashlib.sha256(archive.read(row["name"])).hexdigest() == row["sha256"]
    assert inside == client.get(said["result"]["manifest"]).json()


def test_a_result_tells_its_rows_and_what_is_not_in_it(client: Client, site: Site) -> None:
    result = made(client, "format=dxf&crs=gk-auto")["result"]
    rows = {row["id"]: row["rows"]["features"] for row in result["layers"]}
    placed = {
        name: int(layer.features.geometry.notna().sum())
        for name, layer in site.store.snapshot().layers.items()
    }
    assert rows == placed
    assert [(row["reason"], row["count"]) for row in result["left_out"]] == [("no_position", 1)]


def test_one_place_is_a_file_of_its_own_name(client: Client) -> None:
    said = made(client, f"format=csv&place={ISLAND}&lang=zh")
    assert said["result"]["features"] == 1
    assert named(client.get(said["result"]["file"]))[0].startswith(f"{ISLAND}-")


def test_a_cancelled_one_is_gone_at_once(client: Client, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    let_go = threading.Event()

    def slow(job: Any) -> None:  # noqa: ANN401 - as a writer has it
        while not let_go.wait(0.005):
            job.advance(0)

    monkeypatch.setitem(cast("dict[str, Format]", FORMATS), "csv", replace(FORMATS["csv"], write=slow))
    said = post(client, {"query": "format=csv", "tab": "a"}, path="/exports").json()
    second = post(client, {"query": "format=gpkg", "tab": "a"}, path="/exports")
    assert (second.status_code, second.json()["refused"]["code"]) == (503, "exports_full")
    cancelled = client.request("DELETE", said["path"])
    assert cancelled.json()["state"] == "cancelled"
    assert client.get(f"{said['path']}/file").status_code == 404
    assert made(client, "format=gpkg", tab="a")["state"] == "done"
    until = time.monotonic() + WAIT_S
    while len(list(site.desk.folder.iterdir())) > 1 and time.monotonic() < until:
        time.sleep(0.01)
    assert len(list(site.desk.folder.iterdir())) == 1


@pytest.mark.parametrize("part", ["", "/file", "/manifest.json"])
def test_a_key_of_nothing_is_not_found(client: Client, part: str) -> None:
    answer = client.get(f"/exports/nothing{part}")
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_export")


@pytest.mark.parametrize("part", ["..%2F..%2Fdata", "../../etc/passwd", "file%2F..", "half", ".lock", "lock"])
def test_nothing_of_the_folder_is_served_by_its_name(client: Client, part: str) -> None:
    said = made(client, "format=csv")
    assert client.get(f"{said['path']}/{part}").status_code == 404
    assert client.get(f"/exports/{part}").status_code == 404


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        ({"query": "format=csv"}, {"sec_fetch_site": "cross-site"}, 403),
        ({"query": "format=csv"}, {"content_type": "text/plain"}, 415),
        ({"query": 7}, {}, 422), ({"wrong": "x"}, {}, 422), (b"{", {}, 422),
        ({"query": "x", "tab": 1}, {}, 422), ({"query": "q=" + "x" * 70_000}, {}, 413),
    ],
)  # fmt: skip
def test_only_our_own_pages_and_programs_have_exports_made(
    client: Client, body: Any, headers: dict[str, str], status: int,  # noqa: ANN401 - whatever a client sends
) -> None:
    assert post(client, body, path="/exports", **headers).status_code == status


# --- for scripts ---------------------------------------------------------------------------------


def test_geojson_is_sent_while_it_is_written(client: Client, site: Site) -> None:
    answer = client.get(f"/export/places.geojson?{BUILT}")
    assert answer.status_code == 200
    assert "content-length" not in answer.headers
    assert {row["id"] for row in answer.json()["features"]} == shown(site, "built")
    assert answer.headers["content-type"] == "application/geo+json"
    assert not any(site.desk.folder.iterdir())
    lines = client.get(f"/export/places.geojsonl?{BUILT}").text.splitlines()
    assert {json.loads(line)["id"] for line in lines} == shown(site, "built")


def test_chinese_field_names_are_streamed_too(client: Client) -> None:
    (first, *_) = client.get("/export/places.geojson?names=zh").json()["features"]
    assert "中文名" in first["properties"] or any(not name.isascii() for name in first["properties"])


@pytest.mark.parametrize("format_id", FORMATS)
def test_every_format_is_given_in_one_request(client: Client, site: Site, format_id: str) -> None:
    row = FORMATS[format_id]
    answer = client.get(f"/export/places{row.extension}?format={format_id}")
    assert answer.status_code == 200, answer.text
    assert answer.content
    # Sent, it is kept no longer.
    assert not any(path.is_file() for path in site.desk.folder.rglob("*"))


def test_a_zip_of_one_file_has_the_manifest_in_it(client: Client) -> None:
    answer = client.get("/export/places.zip?format=csv")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert [name.rpartition(".")[2] for name in archive.namelist()] == ["json", "csv"]


def test_a_name_without_a_format_is_refused(client: Client) -> None:
    for name in ("places", "places.zip", "places.exe", "..%2Fplaces"):
        assert client.get(f"/export/{name}").status_code in {400, 404}


def test_head_tells_the_name_and_makes_nothing(client: Client, site: Site) -> None:
    answer = client.request("HEAD", "/export/places.gpkg?lang=en")
    assert (answer.status_code, answer.sent) == (200, b"")
    assert named(answer)[1].startswith("Corridor-Atlas-")
    assert not any(site.desk.folder.iterdir())


def test_a_name_of_a_place_cannot_break_out_of_the_header(tmp_path: Path) -> None:
    layers = few_features()
    layers["sites"][0]["properties"]["name_zh"] = 'a"; filename="evil.exe\r\nX-Evil: 1/../光谷'
    place = layers["sites"][0]["id"]
    site = Site(FolderStore(write_folder(tmp_path / "named", layers)), Operator())
    answer = client_of(site).get(f"/export/x.csv?place={place}&lang=zh")
    assert answer.status_code == 200
    assert "x-evil" not in answer.headers
    plain, whole = named(answer)
    assert not {'"', "\r", "\n", "/", ";", "\\"} & set(plain + whole)
    site.desk.close()


def test_who_asks_too_often_is_told_when_to_come_back(site: Site) -> None:
    answers = ExportAnswers(site, Rates(1, EACH_CLIENT))
    table = [Route(path, endpoint) for path, endpoint in answers.read().items()]
    client = Client(Starlette(routes=table, exception_handlers=handlers()))
    assert client.get("/export/a.geojson").status_code == 200
    refused = client.get("/export/a.geojson")
    assert (refused.status_code, refused.json()["code"]) == (503, "exports_full")
    assert int(refused.headers["retry-after"]) >= 1


def test_who_goes_away_has_nothing_made(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    started, seen = threading.Event(), threading.Event()

    def slow(job: Any) -> None:  # noqa: ANN401 - as a writer has it
        started.set()
        try:
            while True:
                time.sleep(0.005)
                job.advance(0)
        finally:
            seen.set()

    monkeypatch.setitem(cast("dict[str, Format]", FORMATS), "csv", replace(FORMATS["csv"], write=slow))
    assert asyncio.run(left(client, "/export/a.csv", started)) == 409
    assert seen.wait(WAIT_S)


async def left(client: Client, path: str, started: threading.Event) -> int:
    """Ask and go away once the work has begun; return the status that nobody hears."""
    told: list[Any] = []
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "server": ("atlas.example", 80), "client": ("127.0.0.1", 1), "root_path": "", "path": path,
        "raw_path": path.encode(), "query_string": b"", "headers": [(b"host", b"atlas.example")],
    }  # fmt: skip

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect" if started.is_set() else "http.request"}

    async def send(message: Any) -> None:  # noqa: ANN401 - ASGI's own
        await asyncio.sleep(0)
        told.append(message)

    await client.app(scope, receive, send)
    status: int = told[0]["status"]
    return status
