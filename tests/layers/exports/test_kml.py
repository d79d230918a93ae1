"""KML and KMZ, checked against the schema of the standard and read by lxml and GDAL."""

import zipfile
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from typing import Any

import pyogrio
import pytest
from lxml import etree
from shapely.geometry import shape

from layers.stores.folder import FolderStore
from tests.builders import (
    AVENUE,
    BRIDGE,
    ISLAND,
    LAB,
    LINE,
    LONE,
    PARK,
    SQUARE,
    feature,
    few_features,
    write_folder,
)
from tests.layers.exports.conftest import Export
from tests.layers.exports.hostile import EXPECTED, NAMES, hostile_store

KML = {"k": "http://www.opengis.net/kml/2.2"}


class Markup(HTMLParser):
    """What a program that shows HTML makes of a balloon: its elements and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element; ours have no attributes."""
        assert not attrs
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        """Collect text."""
        self.text += data


def checked(content: bytes) -> Any:  # noqa: ANN401 - an element of lxml
    """Return the document, valid by the schema of KML 2.2."""
    root = etree.fromstring(content)
    schema = etree.XMLSchema(etree.parse(str(files("fastkml") / "schema" / "ogckml22.xsd")))
    schema.assertValid(root)
    return root


def placemarks(root: Any) -> dict[str, Any]:  # noqa: ANN401 - an element of lxml
    made = {}
    for mark in root.iterfind(".//k:Placemark", KML):
        made[fields_of(mark)["id"]] = mark
    return made


def fields_of(mark: Any) -> dict[str, str]:  # noqa: ANN401 - an element of lxml
    return {row.get("name"): row.text for row in mark.iterfind(".//k:SimpleData", KML)}


def text(mark: Any, path: str) -> str | None:  # noqa: ANN401 - an element of lxml
    found: str | None = mark.findtext(path, namespaces=KML)
    return found


def test_each_layer_is_a_folder_of_its_places(ask: Export) -> None:
    root = checked(ask("all.kml", "kml").file.read_bytes())
    folders = root.findall("k:Document/k:Folder", KML)
    assert [text(folder, "k:name") for folder in folders] == ["图层sites", "图层site", "图层routes"]
    assert [len(folder.findall("k:Placemark", KML)) for folder in folders] == [2, 2, 2]
    assert set(placemarks(root)) == {ISLAND, PARK, LONE, LAB, AVENUE, BRIDGE}


def test_every_field_is_kept(ask: Export) -> None:
    marks = placemarks(checked(ask("all.kml", "kml").file.read_bytes()))
    island = fields_of(marks[ISLAND])
    assert {island[name] for name in ("name_zh", "status", "year_end")} == {"光谷科学岛", "built", "2026"}
    assert "year_start" not in island


def test_a_window_is_a_time_span_and_an_undated_place_has_none(ask: Export) -> None:
    marks = placemarks(checked(ask("all.kml", "kml").file.read_bytes()))
    spans = {
        key: (text(mark, "k:TimeSpan/k:begin"), text(mark, "k:TimeSpan/k:end")) for key, mark in marks.items()
    }
    assert (spans[AVENUE], spans[ISLAND], spans[BRIDGE]) == (("2023", "2024"), (None, "2026"), (None, None))
    assert marks[BRIDGE].find("k:TimeSpan", KML) is None


def test_geometry_is_longitude_first(ask: Export) -> None:
    marks = placemarks(checked(ask("all.kml", "kml").file.read_bytes()))
    assert text(marks[PARK], "k:Point/k:coordinates") == "114.5,30.5"
    assert text(marks[AVENUE], "k:LineString/k:coordinates") == "114.4,30.4 114.6,30.45"
    ring = text(marks[ISLAND], "k:Polygon/k:outerBoundaryIs/k:LinearRing/k:coordinates")
    assert ring == "114.5,30.4 114.6,30.4 114.6,30.5 114.5,30.4"
    assert marks[LAB].find("k:Point", KML) is None


def test_holes_and_several_parts_are_kept(ask: Export, tmp_path: Path) -> None:
    hole = [[114.2, 30.2], [114.2, 30.3], [114.3, 30.3], [114.2, 30.2]]
    outer = [[114.0, 30.0], [114.6, 30.0], [114.6, 30.6], [114.0, 30.6], [114.0, 30.0]]
    other = [[115.0, 30.0], [115.1, 30.0], [115.1, 30.1], [115.0, 30.0]]
    areas = {"type": "MultiPolygon", "coordinates": [[outer, hole], [other]]}
    points = {"type": "MultiPoint", "coordinates": [[114.1, 30.1], [114.2, 30.2]]}
    sites = [feature("areas", areas), feature("points", points)]
    store = FolderStore(write_folder(tmp_path / "parts", {**few_features(), "sites": sites}))
    path = ask("all.kml", "kml", store=store).file
    read = pyogrio.read_dataframe(path, layer="图层sites").set_index("id").geometry
    assert read["areas"].equals(shape(areas))
    assert read["points"].equals(shape(points))


def test_gdal_reads_every_place(ask: Export) -> None:
    path = ask("all.kml", "kml").file
    read = pyogrio.read_dataframe(path, layer="图层routes").set_index("id")
    assert read.loc[AVENUE, "name_zh"] == "光谷大道"
    assert read.loc[AVENUE, "year_start"] == 2023
    assert read.geometry[AVENUE].equals(shape(LINE))
    read = pyogrio.read_dataframe(path, layer="图层sites").set_index("id")
    assert read.geometry[ISLAND].equals(shape(SQUARE))


def test_every_style_that_is_used_is_there_in_the_layers_colour(ask: Export) -> None:
    root = checked(ask("all.kml", "kml").file.read_bytes())
    styles = {f"#{style.get('id')}": style for style in root.iterfind(".//k:Style", KML)}
    marks = placemarks(root)
    assert {text(mark, "k:styleUrl") for mark in marks.values()} == set(styles)
    # The hue of the test's layers is #0072B2, in KML alpha, blue, green, red; an avenue under work is whole.
    assert text(styles[str(text(marks[AVENUE], "k:styleUrl"))], "k:LineStyle/k:color") == "ffb27200"
    # 35 % of 255 for an area that is built.
    assert text(styles[str(text(marks[ISLAND], "k:styleUrl"))], "k:PolyStyle/k:color") == "59b27200"


def test_an_archive_has_the_symbols_that_its_styles_name(ask: Export) -> None:
    with zipfile.ZipFile(ask("all.kmz", "kmz").file) as archive:
        names = archive.namelist()
        root = checked(archive.read("doc.kml"))
        hrefs = [icon.text for icon in root.iterfind(".//k:IconStyle/k:Icon/k:href", KML)]
        pictures = [archive.read(href) for href in hrefs]
    assert names == ["doc.kml", *hrefs]
    # Two points of another status each.
    assert len(set(pictures)) == 2
    assert all(picture.startswith(b"\x89PNG\r\n\x1a\n") for picture in pictures)


def test_the_same_places_give_the_same_bytes(ask: Export) -> None:
    assert ask("all.kmz", "kmz").file.read_bytes() == ask("all.kmz", "kmz").file.read_bytes()


@pytest.mark.parametrize("name", ["all.kml", "all.kmz"])
def test_hostile_names_are_text_in_name_fields_and_balloon(ask: Export, tmp_path: Path, name: str) -> None:
    path = ask(name, name.rpartition(".")[2], store=hostile_store(tmp_path)).file
    content = zipfile.ZipFile(path).read("doc.kml") if name.endswith("kmz") else path.read_bytes()
    root = checked(content)
    marks = placemarks(root)
    for key, expected in EXPECTED.items():
        assert text(marks[key], "k:name") == expected
        assert fields_of(marks[key])["name_zh"] == expected
        balloon = Markup(str(text(marks[key], "k:description")))
        assert balloon.tags == {"h3", "p", "b"}
        assert expected in balloon.text
        assert "$[" not in str(text(marks[key], "k:description"))
    shown = {text(style, "k:BalloonStyle/k:text") for style in root.iterfind(".//k:Style", KML)}
    assert shown == {"$[description]"}
    assert root.findtext("k:Document/k:Folder/k:name", namespaces=KML) == "<img src=x>\"&'图"
    assert NAMES[13] == "<img src=x onerror=alert(1)>"
