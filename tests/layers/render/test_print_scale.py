"""Printed scales are round and true on the ground, and degrees stand where they are."""

import itertools
import math

import pytest
from pyproj import Geod, Transformer

from layers.render.ground import Frame
from layers.render.print_scale import around, at_scale, graticule, round_scale, rounded, scale_bar, scale_of
from layers.render.print_sheet import ORIENTATIONS, PAPERS, PIXEL, Area, Sheet

ELLIPSOID = Geod(ellps="WGS84")
MERCATOR = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True).transform
MERCATOR_BACK = Transformer.from_crs("EPSG:3857", "EPSG:4326", always_xy=True).transform
ROOM = Area(10, 20, 200, 150)
SHEETS = [Sheet.of(*names) for names in itertools.product(PAPERS, ORIENTATIONS)]


@pytest.mark.parametrize("lat", [0.0, 23.5, 30.45, 52.0])
@pytest.mark.parametrize("denominator", [25_000, 600_000, 2_000_000])
def test_a_scale_bar_is_as_long_as_the_geodesic_it_stands_for(lat: float, denominator: int) -> None:
    frame = at_scale(114.5, lat, denominator, ROOM)
    bar = scale_bar(frame, 36)
    assert 36 / 2.6 < bar.width <= 36
    # Where the bar's ends would lie about the middle of the map, by the projection's own formulas.
    x, y = MERCATOR(114.5, lat)
    mercator_metres = bar.width / PIXEL * frame.metres_per_pixel / math.cos(math.radians(lat))
    ends = [MERCATOR_BACK(x + side * mercator_metres / 2, y) for side in (-1, 1)]
    _, _, ground = ELLIPSOID.inv(*ends[0], *ends[1])
    # A geodesic of 50 km is shorter than its parallel by two parts in a million.
    assert ground == pytest.approx(bar.metres, rel=1e-5)
    assert bar.width * denominator / 1000 == pytest.approx(bar.metres, rel=1e-9)


@pytest.mark.parametrize(
    ("least", "scale"),
    [
        (1, 5_000), (5_000, 5_000), (600_000, 600_000), (600_001, 700_000), (1_730_000, 1_750_000),
        (9.1e6, 1e7),
    ],
)  # fmt: skip
def test_a_scale_is_the_next_round_one(least: float, scale: float) -> None:
    assert round_scale(least) == scale


@pytest.mark.parametrize("sheet", SHEETS, ids=str)
def test_what_was_seen_is_whole_on_paper(sheet: Sheet) -> None:
    seen = Frame.at_zoom((114.5, 30.45), 10.5, 1000, 640)
    made = rounded(seen, sheet.map)
    assert scale_of(made) == pytest.approx(round_scale(scale_of(made)))
    ratio = seen.metres_per_pixel / made.metres_per_pixel
    assert seen.width * ratio <= made.width + 1e-6
    assert seen.height * ratio <= made.height + 1e-6


@pytest.mark.parametrize("sheet", SHEETS, ids=str)
def test_a_box_lies_within_the_map_and_its_rim(sheet: Sheet) -> None:
    frame = around((113.7, 29.0, 116.1, 31.6), sheet.map, 7)
    for lon, lat in itertools.product((113.7, 116.1), (29.0, 31.6)):
        x, y = (pixels * PIXEL for pixels in frame.at(lon, lat))
        assert 7 - 1e-6 <= x <= sheet.map.width - 7 + 1e-6
        assert 7 - 1e-6 <= y <= sheet.map.height - 7 + 1e-6


def test_degrees_stand_where_the_projection_puts_them() -> None:
    frame = at_scale(114.5, 30.45, 600_000, ROOM)
    _, meridians, parallels = graticule(frame, 1)
    assert [tick.label for tick in meridians] == ["114°E", "114°20′E", "114°40′E", "115°E"]
    assert [tick.label for tick in parallels] == ["30°20′N", "30°40′N"]
    x0, y0 = MERCATOR(114.5, 30.45)
    per_millimetre = frame.metres_per_pixel / math.cos(math.radians(30.45)) / PIXEL
    x, _ = MERCATOR(114 + 20 / 60, 30.45)
    assert meridians[1].at == pytest.approx(ROOM.width / 2 + (x - x0) / per_millimetre, abs=0.01)
    for tick, lat in zip(parallels, (30 + 20 / 60, 30 + 40 / 60), strict=True):
        _, y = MERCATOR(114.5, lat)
        assert tick.at == pytest.approx(ROOM.height / 2 - (y - y0) / per_millimetre, abs=0.01)


@pytest.mark.parametrize("denominator", [5_000, 60_000, 700_000, 8_000_000])
def test_lines_of_the_graticule_are_neither_crowded_nor_missing(denominator: int) -> None:
    _, meridians, parallels = graticule(at_scale(114.5, 30.45, denominator, ROOM), 1)
    for ticks, longest in ((meridians, ROOM.width), (parallels, ROOM.height)):
        assert 1 <= len(ticks) <= longest / 30
        assert all(0 <= tick.at <= longest for tick in ticks)


@pytest.mark.parametrize("sheet", SHEETS, ids=str)
def test_nothing_on_a_sheet_overlaps_or_leaves_it(sheet: Sheet) -> None:
    areas = [sheet.header, sheet.frame, sheet.corner(25), sheet.legend(25), sheet.footer]
    for one in areas:
        assert one.x >= 8
        assert one.y >= 8
        assert one.x + one.width <= sheet.width - 8
        assert one.y + one.height <= sheet.height - 8
    for one, other in itertools.combinations(areas, 2):
        is_beside = one.x + one.width <= other.x + 1e-6 or other.x + other.width <= one.x + 1e-6
        is_above = one.y + one.height <= other.y + 1e-6 or other.y + other.height <= one.y + 1e-6
        assert is_beside or is_above, (one, other)
