"""The catalogue is read whole or refused with the file at fault; what is in it is found."""

import json
from pathlib import Path
from typing import Any

import pytest

from layers.catalogue import Basemap, Catalogue, Text
from layers.errors import CatalogueError, ShiftedDatumError, UnknownLayerError
from tests.builders import LAYER_IDS, PLAN_2021, PLAN_2023, PLAN_2024


@pytest.fixture
def folder(data_folder: Path) -> Path:
    """Return the catalogue's folder."""
    return data_folder / "catalogue"


def rewrite(path: Path, change: Any) -> None:  # noqa: ANN401 - a function of whatever the file holds
    path.write_text(json.dumps(change(json.loads(path.read_text("utf-8")))), encoding="utf-8")


def test_layers_come_in_the_order_of_the_list(catalogue: Catalogue) -> None:
    assert catalogue.layer_ids() == LAYER_IDS


def test_a_layer_is_found_by_its_id(catalogue: Catalogue) -> None:
    assert catalogue.layer("site").title == Text("图层site", "Layer site")


def test_an_unknown_layer_is_refused_with_those_there_are(catalogue: Catalogue) -> None:
    with pytest.raises(
        UnknownLayerError, match="No layer 'roads' in the catalogue; it has sites, site, routes"
    ):
        catalogue.layer("roads")


def test_a_code_has_words_in_both_languages_and_an_unlisted_code_is_its_own(catalogue: Catalogue) -> None:
    assert catalogue.label("status", "built", "zh") == "built"
    assert catalogue.label("status", "done", "en") == "done"
    assert catalogue.label("nolist", "done", "en") == "done"


def test_planning_documents_come_oldest_first_and_outside_sources_are_none(catalogue: Catalogue) -> None:
    assert [document.document_id for document in catalogue.plan_documents()] == [
        PLAN_2021,
        PLAN_2023,
        PLAN_2024,
    ]


def test_the_gazetteer_is_read_with_commas_and_quotes(catalogue: Catalogue) -> None:
    (place,) = catalogue.gazetteer
    assert (place.name, place.lon, place.lat, place.accuracy_m) == (
        "光谷广场(地铁站)",
        114.3972,
        30.5058,
        400,
    )
    assert place.source == "OpenStreetMap, ODbL"


def test_a_gazetteer_saved_by_a_spreadsheet_is_read(folder: Path) -> None:
    path = folder / "gazetteer.csv"
    text = path.read_text("utf-8").replace("OpenStreetMap, ODbL", "two\nlines\u2028here")
    path.write_bytes(text.replace("\n", "\r\n").encode("utf-8-sig"))
    (place,) = Catalogue.read(folder).gazetteer
    assert place.name == "光谷广场(地铁站)"
    assert place.source.splitlines() == ["two", "lines", "here"]


@pytest.mark.parametrize(
    "row",
    [
        "a,b",
        "a,b,x,30,high,400,s",
        "a,b,nan,30,high,400,s",
        "a,b,inf,30,high,400,s",
        "a,b,114,91,high,400,s",
        "a,b,30.5,114.4,high,400,s",
        "a,b,114,30,high,,s",
    ],
)
def test_a_faulty_row_of_the_gazetteer_is_refused(folder: Path, row: str) -> None:
    with (folder / "gazetteer.csv").open("a", encoding="utf-8") as file:
        file.write(row + "\n")
    with pytest.raises(CatalogueError, match=r"gazetteer\.csv"):
        Catalogue.read(folder)


NAMES = [
    "product.json",
    "layers.json",
    "codes.json",
    "documents.json",
    "basemaps.json",
    "theme.json",
    "layers/site.json",
]


@pytest.mark.parametrize("name", [*NAMES, "gazetteer.csv"])
def test_a_missing_file_is_refused_by_name(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(CatalogueError, match=name.replace(".", r"\.")):
        Catalogue.read(folder)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"null",
        b"3",
        b'"x"',
        b"[[]]",
        b"[null]",
        b'{"a": null}',
        b"[NaN]",
        b'{"a": 1, "a": 2}',
        b"\xff\xfe",
        b"[" * 100_000,
        '[{"id": "光谷"}]'.encode("gbk"),
    ],
)
def test_a_file_that_holds_something_else_is_refused_by_name(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)
    with pytest.raises(CatalogueError, match=name.replace(".", r"\.")):
        Catalogue.read(folder)


@pytest.mark.parametrize(
    "layer_id",
    ["../sites", "/etc/passwd", "a/b", "a\\b", "", ".", "Sites", "光谷", "a b", "a\n", "{{7*7}}", "sites", 3],
)
def test_a_layers_id_that_is_no_plain_name_or_stands_twice_is_refused(folder: Path, layer_id: object) -> None:
    rewrite(folder / "layers.json", lambda ids: [*ids, layer_id])
    with pytest.raises(CatalogueError, match=r"layers\.json"):
        Catalogue.read(folder)


def test_a_layers_file_that_names_another_layer_is_refused(folder: Path) -> None:
    rewrite(folder / "layers" / "site.json", lambda raw: {**raw, "id": "sites"})
    with pytest.raises(CatalogueError, match=r"layers/site\.json"):
        Catalogue.read(folder)


@pytest.mark.parametrize(
    "style", [{"shape": "blob"}, {"line": "wavy"}, {"hue": {"light": "red", "dark": "#000000"}}]
)
def test_a_style_that_cannot_be_drawn_is_refused(folder: Path, style: dict[str, Any]) -> None:
    rewrite(folder / "layers" / "site.json", lambda raw: {**raw, "style": {**raw["style"], **style}})
    with pytest.raises(CatalogueError, match=r"layers/site\.json"):
        Catalogue.read(folder)


@pytest.mark.parametrize(
    "change",
    [
        {"centre": [30.5, 114.3]},
        {"centre": [114.3]},
        {"zoom": "x"},
        {"name": {"zh": "x"}},
        {"bbox": [0, 0, 1, 1]},
    ],
)
def test_a_product_whose_map_could_not_open_is_refused(folder: Path, change: dict[str, Any]) -> None:
    rewrite(folder / "product.json", lambda raw: {**raw, **change})
    with pytest.raises(CatalogueError, match=r"product\.json"):
        Catalogue.read(folder)


@pytest.mark.parametrize("datum", ["GCJ-02", "BD-09", "", "wgs84"])
def test_a_basemap_that_is_not_said_to_be_unshifted_is_refused(datum: str) -> None:
    with pytest.raises(ShiftedDatumError, match="585 m"):
        Basemap("amap", Text("高德", "AMap"), "tiles", datum).checked()


@pytest.mark.parametrize("datum", ["WGS 84", "CGCS2000"])
def test_a_basemap_in_our_coordinates_is_used(datum: str) -> None:
    basemap = Basemap("tianditu", Text("天地图", "Tianditu"), "tiles", datum)
    assert basemap.checked() is basemap


def test_layers_are_numbered_once_and_for_all(folder: Path) -> None:
    # `harbours` is gone; `routes` came last and is displayed last all the same.
    (folder / "layer_numbers.json").write_text('["site", "harbours", "sites"]', encoding="utf-8")
    numbers = Catalogue.read(folder).layer_numbers
    assert list(numbers.items()) == [("sites", 3), ("site", 1), ("harbours", 2)]


def test_without_numbers_no_layer_has_one(folder: Path) -> None:
    (folder / "layer_numbers.json").unlink()
    assert Catalogue.read(folder).layer_numbers == {}


@pytest.mark.parametrize("content", ['["site", "site"]', '{"site": 1}', "[1]", '["-site"]'])
def test_numbers_that_are_no_list_of_layers_are_refused(folder: Path, content: str) -> None:
    (folder / "layer_numbers.json").write_text(content, encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"layer_numbers\.json"):
        Catalogue.read(folder)


def test_former_codes_are_read_with_the_former_ids(folder: Path) -> None:
    former = {"aliases": {}, "tombstones": {}, "codes": {"city": {"echeng": "ezhou"}}}
    (folder / "aliases.json").write_text(json.dumps(former), encoding="utf-8")
    assert Catalogue.read(folder).former_codes == {"city": {"echeng": "ezhou"}}


@pytest.mark.parametrize(
    "codes", [["city"], {"city": ["a"]}, {"city": {"a": "b", "b": "a"}}, {"city": {"a": 1}}, {"city": "a"}]
)
def test_former_codes_that_lead_nowhere_are_refused(folder: Path, codes: Any) -> None:  # noqa: ANN401 - faulty
    former = {"aliases": {}, "tombstones": {}, "codes": codes}
    (folder / "aliases.json").write_text(json.dumps(former), encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"aliases\.json"):
        Catalogue.read(folder)
