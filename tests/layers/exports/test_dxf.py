"""DXF, checked and read by ezdxf's audit, and read by GDAL, which did not write it."""

from pathlib import Path
from typing import Any

import pyogrio
import pytest
import shapely
from ezdxf.document import Drawing
from ezdxf.filemanagement import readfile
from shapely.geometry import shape

from layers.exports.dxf_blocks import path_corners
from layers.exports.dxf_text import data_of, layer_name, written
from layers.stores.folder import FolderStore
from tests.builders import (
    AVENUE,
    BRIDGE,
    ISLAND,
    LINE,
    LONE,
    PARK,
    SQUARE,
    feature,
    few_features,
    write_folder,
)
from tests.exports.dxf_reads import APP, fields_of
from tests.kruger import kruger
from tests.layers.exports.conftest import Export
from tests.layers.exports.hostile import EXPECTED, hostile_store


def drawn(drawing: Drawing) -> dict[str, Any]:
    """Return the entity that draws each place, by id."""
    space = drawing.modelspace()
    return {fields_of(entity)["id"]: entity for entity in space if entity.has_xdata(APP)}


def read(path: Path) -> Drawing:
    drawing = readfile(path)
    audit = drawing.audit()
    assert not audit.errors
    assert not audit.fixes
    return drawing


def test_every_place_with_a_position_is_drawn_and_the_manifest_names_the_other(ask: Export) -> None:
    made = ask("all.dxf", "dxf")
    entities = drawn(read(made.file))
    assert {key: entity.dxftype() for key, entity in entities.items()} == {
        ISLAND: "LWPOLYLINE", PARK: "INSERT", LONE: "INSERT", AVENUE: "LWPOLYLINE", BRIDGE: "LWPOLYLINE",
    }  # fmt: skip
    assert [row["count"] for row in made.manifest["left_out"]] == [1]


def test_layers_are_by_layer_and_status_in_the_layers_colour(ask: Export) -> None:
    drawing = read(ask("all.dxf", "dxf").file)
    entities = drawn(drawing)
    assert entities[ISLAND].dxf.layer == "图层sites-built"
    assert entities[AVENUE].dxf.layer == "图层routes-upgrading"
    assert drawing.layers.get("图层sites-built").rgb == (0x00, 0x72, 0xB2)
    assert drawing.header["$DWGCODEPAGE"] == "ANSI_936"


def test_all_fields_are_kept_and_the_name_is_read_on_the_symbol(ask: Export) -> None:
    drawing = read(ask("all.dxf", "dxf").file)
    entities = drawn(drawing)
    island = fields_of(entities[ISLAND])
    assert (island["name_zh"], island["year_end"]) == ("光谷科学岛", "2026")
    assert "year_start" not in island
    attributes = {attribute.dxf.tag: attribute for attribute in entities[PARK].attribs}
    assert (attributes["NAME"].dxf.text, attributes["ID"].dxf.text) == ("鄂州离岸科创园", PARK)
    assert (attributes["NAME"].is_invisible, attributes["ID"].is_invisible) == (False, True)
    assert attributes["NAME"].dxf.style == "CHINESE"
    assert drawing.styles.get("CHINESE").dxf.font == "simsun.ttc"
    names = {entity.dxf.text for entity in drawing.modelspace().query("TEXT")}
    assert names == {"光谷科学岛", "光谷大道", "光谷"}


@pytest.mark.parametrize(("crs", "false_easting"), [("EPSG:4547", 500_000), ("EPSG:4526", 38_500_000)])
def test_coordinates_are_those_of_the_grid(ask: Export, crs: str, false_easting: float) -> None:
    drawing = read(ask("all.dxf", "dxf", crs=crs).file)
    east, north = kruger(114.5, 30.5, 114)
    insert = drawn(drawing)[PARK].dxf.insert
    assert (insert.x, insert.y) == pytest.approx((false_easting + east, north), abs=1e-3)
    assert ("CRS", crs) in list(drawing.header.custom_vars)
    # 6 is metres.
    assert drawing.header["$INSUNITS"] == 6


def test_gdal_reads_lines_and_outlines(ask: Export) -> None:
    rows = pyogrio.read_dataframe(ask("all.dxf", "dxf").file)
    shapes = list(rows.geometry)
    assert any(geometry.equals_exact(shape(LINE), 1e-9) for geometry in shapes)
    ring = shapely.get_exterior_ring(shape(SQUARE))
    assert any(geometry.geom_type == "LineString" and geometry.equals(ring) for geometry in shapes)
    assert {"光谷科学岛", "光谷大道"} <= set(rows["Text"])
    assert "图层routes-upgrading" in set(rows["Layer"])


def test_a_hole_is_an_outline_of_its_own(ask: Export, tmp_path: Path) -> None:
    outer = [[114.0, 30.0], [114.6, 30.0], [114.6, 30.6], [114.0, 30.6], [114.0, 30.0]]
    hole = [[114.2, 30.2], [114.2, 30.3], [114.3, 30.3], [114.2, 30.2]]
    sites = [feature("ring", {"type": "Polygon", "coordinates": [outer, hole]})]
    store = FolderStore(write_folder(tmp_path / "ring", {**few_features(), "sites": sites}))
    drawing = read(ask("all.dxf", "dxf", store=store).file)
    outlines: list[Any] = list(drawing.modelspace().query("LWPOLYLINE"))
    rings = [outline for outline in outlines if fields_of(outline)["id"] == "ring"]
    assert [(len(ring), ring.closed) for ring in rings] == [(4, True), (3, True)]


def test_hostile_names_are_text(ask: Export, tmp_path: Path) -> None:
    drawing = read(ask("all.dxf", "dxf", store=hostile_store(tmp_path)).file)
    entities = drawn(drawing)
    # Its data hold so many bytes, and the manifest says which field did not fit.
    long = max(EXPECTED, key=lambda key: len(EXPECTED[key]))
    found = {key: fields_of(entities[key]).get("name_zh", "") for key in EXPECTED}
    assert {key: name for key, name in found.items() if key != long} == {
        key: name for key, name in EXPECTED.items() if key != long
    }
    assert found[long] == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\nb", "a b"), ("%%u", "%%%%%%u"), ("a^b", "a^ b"), ("  光谷 ", "光谷"),
        ("\u00b2", "\\U+00B2"), ("𠮷谷", "\\U+D842\\U+DFB7谷"),
    ],
)
def test_codes_of_the_format_are_no_codes_in_a_name(text: str, expected: str) -> None:
    assert written(text) == expected


def test_a_layer_is_called_nothing_that_no_layer_may_be_called() -> None:
    assert layer_name('交通/联系:"在建"') == "交通_联系__在建_"


def test_long_texts_are_kept_in_pieces_of_255_bytes() -> None:
    data, left_out = data_of({"name": "光" * 100})
    assert [(code, text) for code, text in data] == [
        (1002, "{"), (1000, "name"), (1000, "光" * 85), (1000, "光" * 15), (1002, "}"),
    ]  # fmt: skip
    assert left_out == []


def test_circles_are_two_half_circles_and_edges_are_straight() -> None:
    assert path_corners("M-7 0a7 7 0 1 0 14 0a7 7 0 1 0 -14 0z") == [(-7, 0, 1), (7, 0, 1)]
    assert path_corners("M0-7.6l7.5 13-15 .5z") == [(0, -7.6, 0), (7.5, 5.4, 0), (-7.5, 5.9, 0)]
    with pytest.raises(ValueError, match="command"):
        path_corners("M0 0c1 1 2 2 3 3z")


def test_texts_are_in_the_code_page_that_the_file_names(ask: Export) -> None:
    raw = ask("all.dxf", "dxf").file.read_bytes()
    assert b"ANSI_936" in raw
    assert "光谷科学岛".encode("gbk") in raw
