"""A still map draws what the filter leaves and nothing else, where it stands, and runs nothing."""

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from pyproj import Transformer
from shapely.geometry import Point

from layers.filters import Condition, matching
from layers.render.ground import Frame, Ground
from layers.render.labels import Room, fitted, width_of
from layers.render.still_features import bounds_of
from layers.render.still_map import Atlas, Paper, StillMap, fitted_window, still_map, window_of
from layers.render.still_style import LETTERINGS
from layers.stores.folder import FolderStore
from layers.view import MapView
from tests.builders import BRIDGE, DATA, ISLAND, LAB, LONE, PARK, feature, write_layer

TODAY = date(2026, 11, 22)
PAPER = Paper(900, 600)
HOSTILE = [
    "</text><script>x</script>", '"><b onload=x>', "{{7*7}}", "#panic()", "a\0b\x0bc", "\u202egnp\u202c",
    "&lt;", "长" * 5_000, "🏗️", "𠮷",
]  # fmt: skip


@pytest.fixture(scope="module")
def real() -> Atlas:
    """Open the real data."""
    store = FolderStore(DATA)
    return Atlas(store.snapshot(), store.catalogue, Ground.read(store.ground))


@pytest.fixture(scope="module")
def all_of_it(real: Atlas) -> MapView:
    """Show everything."""
    lon, lat = real.catalogue.product["centre"]
    return MapView(layers=real.catalogue.layer_ids(), on=TODAY, centre=(lon, lat), zoom=8.5)


def small(folder: Path) -> Atlas:
    store = FolderStore(folder)
    assert not store.snapshot().refused
    return Atlas(store.snapshot(), store.catalogue, Ground.read(store.ground))


def view_of(atlas: Atlas, **changes: object) -> MapView:
    base = MapView(layers=atlas.catalogue.layer_ids(), on=TODAY, centre=(114.5, 30.45), zoom=11)
    return replace(base, **changes)  # type: ignore[arg-type]


def root_of(made: StillMap) -> ET.Element:
    return ET.fromstring(made.svg)  # noqa: S314 - our own markup


def drawn_ids(made: StillMap) -> list[str]:
    ids = []
    for one in root_of(made).iter():
        ids += [one.attrib["data-id"]] if "data-id" in one.attrib else []
        ids += one.attrib.get("data-ids", "").split()
    return ids


def texts(made: StillMap, css_class: str = "") -> list[str]:
    found = (one for one in root_of(made).iter() if one.tag.endswith("}text"))
    return [str(one.text) for one in found if css_class in one.attrib.get("class", "")]


def positions(made: StillMap) -> Iterator[tuple[str, float, float]]:
    for one in root_of(made).iter():
        at = re.fullmatch(r"translate\(([-\d.]+) ([-\d.]+)\)", one.attrib.get("transform", ""))
        if at and "data-id" in one.attrib:
            yield one.attrib["data-id"], float(at[1]), float(at[2])


# --- what is drawn -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"conditions": (Condition("status", "in", ("planned",)),)},
        {"conditions": (Condition("city", "not_in", ("wuhan",)),), "years": (2023, 2025), "undated": False},
        {"layers": ("transport_links", "corridor_cities"), "text": "武汉"},
        {"layers": ()},
        {"layers": ("no-such-layer",)},
        {"is_unreadable": True},
    ],
)
def test_a_fitted_map_draws_exactly_the_places_that_match(
    real: Atlas, all_of_it: MapView, changes: dict[str, object],
) -> None:
    view = replace(all_of_it, **changes)  # type: ignore[arg-type]
    index = real.snapshot.index
    expected = set(index.ids[matching(index, view.all_conditions(), view.reading) & index.is_located])
    bbox = bounds_of(view, real.snapshot)
    assert (bbox is None) == (not expected)
    made = still_map(view, real, PAPER, fitted_window(bbox, PAPER) if bbox else None)
    drawn = drawn_ids(made)
    assert set(drawn) == expected
    assert len(drawn) == len(set(drawn))


def test_a_window_draws_only_what_lies_in_it(real: Atlas, all_of_it: MapView) -> None:
    made = still_map(replace(all_of_it, zoom=14, centre=(114.41, 30.51)), real, PAPER)
    drawn = set(drawn_ids(made))
    parks = real.snapshot.layers["offshore_parks"].features.geometry
    assert 0 < len(drawn) < 200
    assert made.count == len(real.snapshot.index)
    # Nine hundred pixels are some 0.08 degrees here.
    assert drawn.isdisjoint(parks.index[(parks.x - 114.41).abs() > 0.1])


def test_symbols_stand_where_web_mercator_puts_them(real: Atlas, all_of_it: MapView) -> None:
    project = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True).transform
    view = replace(all_of_it, layers=("science_islands", "industry_projects"), centre=(114.8, 30.4), zoom=11)
    made = still_map(view, real, PAPER)
    # So many projected metres are a pixel at this zoom: the equator on 256 pixels, halved eleven times.
    metres = 2 * math.pi * 6_378_137 / 256 / 2**11
    x0, y0 = project(*view.centre)
    known = {
        feature_id: geometry
        for layer_id in view.layers
        for feature_id, geometry in real.snapshot.layers[layer_id].features.geometry.items()
    }
    found = list(positions(made))
    assert len(found) > 3
    for feature_id, x, y in found:
        place = known[feature_id]
        assert isinstance(place, Point)
        east, north = project(place.x, place.y)
        # Coordinates are written with two decimals.
        assert x == pytest.approx(450 + (east - x0) / metres, abs=0.02)
        assert y == pytest.approx(300 - (north - y0) / metres, abs=0.02)


def test_a_fitted_window_holds_its_box_and_is_no_wider_than_it_must() -> None:
    frame = fitted_window((113.6, 29.6, 115.4, 31.3), PAPER)
    corners = [frame.at(113.6, 29.6), frame.at(115.4, 31.3)]
    assert all(0 < x < 900 and 0 < y < 600 for x, y in corners)
    nearest_edge = min(min(x, y, 900 - x, 600 - y) for x, y in corners)
    assert nearest_edge == pytest.approx(28, abs=0.1)
    assert fitted_window((114.5, 30.5, 114.5, 30.5), PAPER).zoom == pytest.approx(14)


def test_zoom_and_scale_are_one_thing() -> None:
    for zoom in (7.0, 8.5, 13.25):
        assert Frame.at_zoom((114.5, 30.5), zoom, 900, 600).zoom == pytest.approx(zoom)


def test_large_areas_lie_below_small_ones_and_first_layers_above(data_folder: Path) -> None:
    around = [[114.2, 30.2], [114.8, 30.2], [114.8, 30.8], [114.2, 30.8], [114.2, 30.2]]
    within = [[114.45, 30.4], [114.5, 30.4], [114.5, 30.45], [114.45, 30.45], [114.45, 30.4]]
    write_layer(data_folder, "sites", [
        feature("small", {"type": "Polygon", "coordinates": [within]}),
        feature("large", {"type": "Polygon", "coordinates": [around]}),
        feature("first-point", {"type": "Point", "coordinates": [114.6, 30.5]}),
    ])  # fmt: skip
    later = feature("later-point", {"type": "Point", "coordinates": [114.7, 30.5]})
    write_layer(data_folder, "site", [later])
    atlas = small(data_folder)
    ids = drawn_ids(still_map(view_of(atlas), atlas, PAPER))
    assert ids.index("large") < ids.index("small") < ids.index("later-point") < ids.index("first-point")


def test_points_on_one_spot_are_counted_far_off_and_spread_near_by(data_folder: Path) -> None:
    same = [feature(f"same-{n}") for n in range(5)]
    write_layer(data_folder, "sites", same)
    atlas = small(data_folder)
    view = view_of(atlas, layers=("sites",), centre=(114.5, 30.5))
    assert texts(still_map(view, atlas, PAPER), "n-count") == ["5"]
    near = still_map(replace(view, zoom=15), atlas, PAPER)
    assert texts(near, "n-count") == []
    found = list(positions(near))
    apart = [math.dist(a[1:], b[1:]) for n, a in enumerate(found) for b in found[:n]]
    assert len(found) == 5
    assert min(apart) > 2 * 8


def test_what_is_read_from_the_documents_only_is_drawn_so(data_folder: Path) -> None:
    atlas = small(data_folder)
    view = view_of(atlas, layers=("sites",), conditions=(Condition("id", "in", (ISLAND,)),), zoom=12)
    built, under_construction = (
        still_map(replace(view, outside=outside), atlas, PAPER).svg for outside in (True, False)
    )
    # A hatch stands for what is under construction; the press has it built, the plans do not.
    assert built.count('class="line hue"') < under_construction.count('class="line hue"')


# --- names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("zoom", [8.5, 10.5, 13])
def test_no_two_names_touch_and_all_are_whole(
    real: Atlas, all_of_it: MapView, language: str, zoom: float,
) -> None:
    made = still_map(replace(all_of_it, language=language, zoom=zoom, centre=(114.45, 30.48)), real, PAPER)
    letterings = {lettering.css_class: lettering for lettering in LETTERINGS}
    boxes = []
    for one in root_of(made).iter():
        lettering = letterings.get(one.attrib.get("class", ""))
        if one.tag.endswith("}text") and lettering:
            x, y = float(one.attrib["x"]), float(one.attrib["y"])
            wide = width_of(str(one.text), lettering.size, lettering.spacing)
            boxes.append((x, y - 0.8 * lettering.size, x + wide, y))
    assert len(boxes) > 10
    for n, (x0, y0, x1, y1) in enumerate(boxes):
        assert x0 >= 0
        assert y0 >= 0
        assert x1 <= 900
        assert y1 <= 600
        assert not any(a0 < x1 and a1 > x0 and b0 < y1 and b1 > y0 for a0, b0, a1, b1 in boxes[:n])


def test_names_follow_the_language(data_folder: Path) -> None:
    atlas = small(data_folder)
    for language, name in (("zh", "鄂州离岸科创园"), ("en", "Ezhou Offshore Park")):
        only = (Condition("id", "in", (PARK,)),)
        view = view_of(atlas, layers=("sites",), conditions=only, language=language)
        assert name in texts(still_map(view, atlas, PAPER))


def test_cities_are_named_by_the_ground(real: Atlas, all_of_it: MapView) -> None:
    for language, names in (("zh", {"武汉", "黄石", "咸宁"}), ("en", {"Wuhan", "Huangshi", "Xianning"})):
        made = still_map(replace(all_of_it, language=language, layers=()), real, PAPER)
        assert names <= set(texts(made, "n-city"))


def test_the_selected_place_is_named_first_and_ringed(data_folder: Path) -> None:
    atlas = small(data_folder)
    view = view_of(atlas, layers=("site", "routes"), centre=(114.5, 30.45), selected=LONE)
    made = still_map(view, atlas, PAPER)
    assert texts(made, "n-selected") == ["葛店"]
    assert made.svg.count('class="chosen"') == 1
    # What the filter leaves out is not shown for being selected.
    hidden = still_map(replace(view, layers=("routes",)), atlas, PAPER)
    assert LONE not in drawn_ids(hidden)
    assert BRIDGE in drawn_ids(hidden)
    assert 'class="chosen"' not in hidden.svg


def test_letters_have_their_width() -> None:
    # Noto Sans CJK SC, medium: a Chinese character is one em, n 0.624, i 0.288, blank 0.225.
    assert width_of("光谷", 10) == 20
    assert width_of("in", 100) == pytest.approx(91, abs=1)
    assert width_of("光 谷", 10, 1) == pytest.approx(22.25 + 3, abs=0.1)
    assert fitted("光谷科学岛", 10, 40) == "光谷科…"
    assert fitted("光谷科学岛", 10, 50) == "光谷科学岛"


def test_room_is_taken_for_all_but_the_owner() -> None:
    room = Room()
    room.take((0, 0, 100, 100), "a")
    assert room.is_free((50, 50, 60, 60), "a")
    assert not room.is_free((50, 50, 60, 60), "b")
    assert not room.is_free((-200, -200, 200, 200))
    assert room.is_free((100, 0, 120, 20))


# --- the picture itself --------------------------------------------------------------------------


def test_the_scale_bar_is_as_long_as_it_says(real: Atlas, all_of_it: MapView) -> None:
    made = still_map(all_of_it, real, PAPER)
    (said,) = texts(made, "n-scale")
    (drawn,) = set(re.findall(r'class="bar" d="M12 [\d.]+v5h([\d.]+)v-5"', made.svg))
    metres = float(said.removesuffix(" km")) * 1000
    assert float(drawn) * made.frame.metres_per_pixel == pytest.approx(metres, rel=1e-3)
    assert texts(still_map(all_of_it, real, replace(PAPER, has_scale_bar=False)), "n-scale") == []


def test_a_title_is_one_line_that_fits(real: Atlas, all_of_it: MapView) -> None:
    for title, said in (("规划图", "规划图"), ("", None), ("<b>", "<b>")):
        made = still_map(all_of_it, real, replace(PAPER, title=title))
        assert texts(made, "n-title") == [said] * bool(said)
    (long,) = texts(still_map(all_of_it, real, replace(PAPER, title="光谷" * 400)), "n-title")
    assert long.endswith("…")
    assert width_of(long, 17) < 900


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_are_those_of_the_theme_written_out(real: Atlas, all_of_it: MapView, scheme: str) -> None:
    svg = still_map(all_of_it, real, replace(PAPER, scheme=scheme)).svg
    assert "var(" not in svg
    assert "color-mix" not in svg
    assert f".land{{fill: {getattr(real.catalogue.theme, scheme)['city']};}}" in svg
    hue = real.catalogue.layer("science_islands").style.hue
    assert getattr(hue, scheme) in svg


def test_a_still_map_fetches_and_runs_nothing(real: Atlas, all_of_it: MapView) -> None:
    made = still_map(all_of_it, real, PAPER)
    tags = {one.tag.rpartition("}")[2] for one in root_of(made).iter()}
    assert tags <= {"svg", "title", "style", "rect", "path", "circle", "g", "text"}
    assert not re.search(r"href|url\(|@import|\son\w+=", made.svg)
    assert len(made.svg) < 400_000


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_text(data_folder: Path, name: str) -> None:
    write_layer(data_folder, "sites", [feature("hostile", name_zh=name, name_en=name)])
    atlas = small(data_folder)
    made = still_map(view_of(atlas, layers=("sites",)), atlas, replace(PAPER, title=name, description=name))
    assert not re.search("<(script|b)[ >]", made.svg)
    assert drawn_ids(made) == ["hostile"]
    assert len(made.svg) < 80_000


def test_what_has_no_position_is_counted_and_not_drawn(data_folder: Path) -> None:
    atlas = small(data_folder)
    view = view_of(atlas, conditions=(Condition("id", "in", (LAB,)),))
    made = still_map(view, atlas, PAPER)
    assert made.count == 1
    assert drawn_ids(made) == []
    assert bounds_of(view, atlas.snapshot) is None
    assert window_of(view, PAPER).zoom == pytest.approx(11)


def test_many_lines_become_hair_lines(data_folder: Path) -> None:
    lines = [
        feature(f"line-{n}", {"type": "LineString", "coordinates": [[114.4, 30.3 + n / 2000], [114.6, 30.3]]})
        for n in range(300)
    ]
    write_layer(data_folder, "routes", lines)
    atlas = small(data_folder)
    made = still_map(view_of(atlas, layers=("routes",)), atlas, PAPER)
    assert len(set(drawn_ids(made))) == 300
    assert made.svg.count("<path") < 40
