"""The small map of a place shows it with its doubt and its neighbours, to true scale, and runs nothing."""

import json
import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from pyproj import Geod
from shapely.geometry import LineString, Point, Polygon

from layers.history import STATUSES
from layers.render.drawn import Drawn
from layers.render.ground import Frame, Ground
from layers.render.markup import element, path_data, words
from layers.render.place_map import HEIGHT, MIDDLE, WIDTH, PlaceMap, Scene, frame_of, place_map
from layers.render.symbols import AREA, LINE, POINT, Marks, swatch
from layers.style import LINES, SHAPES, Hue, Look
from tests.builders import DATA

HUE = Hue("#0072B2", "#56A8DC")
LOOK = Look(HUE, "hexagon", "single")
HERE = Drawn(Point(114.5, 30.5), LOOK, "built", "光谷", 1_500)
EMPTY = b'{"counties": {"features": []}, "water": {"features": []}}'


@pytest.fixture(scope="module")
def ground() -> Ground:
    """Read the real ground."""
    folder = DATA / "basemap"
    parts = {name: json.loads((folder / f"{name}.geojson").read_bytes()) for name in ("counties", "water")}
    return Ground.read(json.dumps(parts).encode())


def drawn(scene: Scene, ground: Ground) -> PlaceMap:
    made = place_map(scene, ground, "位置图")
    ET.fromstring(made.drawing.svg)  # noqa: S314 - our own markup
    return made


def texts(made: PlaceMap) -> list[str]:
    return re.findall("<text[^>]*>([^<]*)</text>", made.drawing.svg)


def test_the_scale_is_that_of_the_ground() -> None:
    frame = Frame(114.5, 30.5, 25, WIDTH, HEIGHT)
    east = Geod(ellps="WGS84").fwd(114.5, 30.5, 90, 2_500)[:2]
    north = Geod(ellps="WGS84").fwd(114.5, 30.5, 0, 2_500)[:2]
    # A sphere stands in for the ellipsoid: half a pixel in a hundred.
    assert frame.at(*east) == pytest.approx((WIDTH / 2 + 100, HEIGHT / 2), abs=0.6)
    assert frame.at(*north) == pytest.approx((WIDTH / 2, HEIGHT / 2 - 100), abs=0.6)
    minx, miny, maxx, maxy = frame.bbox
    assert minx < 114.5 < maxx
    assert miny < 30.5 < maxy


def test_the_scale_bar_is_as_long_as_it_says(ground: Ground) -> None:
    made = drawn(Scene(HERE), ground)
    assert made.bar_width * made.frame.metres_per_pixel == pytest.approx(made.bar_m)
    assert made.bar_width <= 110


def test_the_accuracy_circle_has_its_radius_on_the_ground(ground: Ground) -> None:
    made = drawn(Scene(HERE), ground)
    (radius,) = re.findall(r'class="accuracy"[^>]* r="([\d.]+)"', made.drawing.svg)
    assert float(radius) * made.frame.metres_per_pixel == pytest.approx(1_500, rel=0.01)


@pytest.mark.parametrize(
    "geometry",
    [
        Point(114.5, 30.5),
        LineString([(114.1, 30.2), (115.4, 30.6)]),
        Polygon([(114, 30), (115, 30), (115, 31), (114, 31)]),
    ],
)
def test_place_and_doubt_lie_within_the_middle_square(geometry: Point | LineString | Polygon) -> None:
    place = replace(HERE, geometry=geometry, accuracy_m=4_000)
    frame = frame_of(Scene(place, neighbours=[replace(HERE, geometry=Point(114.53, 30.5), name="1")]))
    around = frame.on_paper(geometry).buffer(4_000 / frame.metres_per_pixel)
    minx, miny, maxx, maxy = around.bounds
    assert minx >= (WIDTH - MIDDLE) / 2
    assert maxx <= (WIDTH + MIDDLE) / 2
    assert miny >= 0
    assert maxy <= HEIGHT


def test_every_neighbour_is_marked_with_its_number(ground: Ground) -> None:
    near = [replace(HERE, geometry=Point(114.5 + 0.01 * n, 30.51), name=str(n)) for n in range(1, 4)]
    made = drawn(Scene(HERE, neighbours=near), ground)
    assert {"光谷", "1", "2", "3"} <= set(texts(made))


def test_neighbours_at_one_spot_share_a_mark(ground: Ground) -> None:
    near = [replace(HERE, geometry=Point(114.52, 30.51), name=str(n)) for n in (1, 2)]
    assert "1·2" in texts(drawn(Scene(HERE, neighbours=near), ground))


@pytest.mark.parametrize("status", [*STATUSES, "unheard-of"])
def test_no_two_statuses_look_alike_without_colour(status: str) -> None:
    looks = [(kind, replace(LOOK, line=line)) for kind in (POINT, AREA, LINE) for line in LINES]
    for kind, look in looks:
        own = swatch(look, status, kind).svg
        others = {swatch(look, other, kind).svg for other in STATUSES if other != status}
        # What is not in the list looks unstated.
        assert (own in others) == (status not in STATUSES), (kind, look.line)


def test_every_shape_is_another_one() -> None:
    assert len({swatch(replace(LOOK, shape=shape), "built").svg for shape in SHAPES}) == len(SHAPES)


def test_marks_are_drawn_beside_a_point() -> None:
    assert swatch(LOOK, "planned", marks=Marks(is_past=True)).svg.count('class="mark"') == 2
    assert swatch(LOOK, "planned", marks=Marks(is_conflicting=True)).svg.count('class="ink"') == 1


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("status", STATUSES)
def test_lines_and_areas_of_every_kind_are_drawn(ground: Ground, line: str, status: str) -> None:
    corners = [(114.4, 30.4), (114.6, 30.4), (114.5, 30.6)]
    for geometry in (LineString(corners), Polygon(corners)):
        look = replace(LOOK, line=line)
        place = replace(HERE, geometry=geometry, look=look, status=status, is_schematic=True)
        made = drawn(Scene(place, neighbours=[replace(place, name="1")]), ground)
        assert 'href="#place"' in made.drawing.svg


def test_without_a_ground_the_place_is_still_drawn() -> None:
    made = drawn(Scene(HERE), Ground.read(EMPTY))
    assert texts(made) == ["光谷"]
    assert made.locator.svg == ""


@pytest.mark.parametrize(
    "name",
    [
        "</text><script>x</script>", "{{7*7}}", '"><b onload=x>', "\u202egnp\u202c", "a\0b\x0bc",
        "长" * 10_000, "&lt;", "",
    ],
)
def test_a_hostile_name_is_text(ground: Ground, name: str) -> None:
    made = drawn(Scene(replace(HERE, name=name)), ground)
    assert not re.search("<(script|b)[ >]", made.drawing.svg)
    assert len(made.drawing.svg) < 30_000
    place_map(Scene(HERE), ground, name or "x")


def test_attributes_and_text_are_escaped() -> None:
    markup = element("a", words('<b>&"', 9), class_='"><')
    assert markup == '<a class="&quot;&gt;&lt;">&lt;b&gt;&amp;&quot;</a>'
    assert words("一二三四", 3) == "一二三…"


def test_paths_are_short_and_end_where_they_should() -> None:
    assert path_data(LineString([(0, 0), (0.5, -2), (10.25, 3)])) == "M0 0l.5-2 9.7 5"
    assert path_data(Polygon([(0, 0), (1, 0), (1, 1)])).endswith("z")
    assert path_data(Point(1, 1)) == ""
