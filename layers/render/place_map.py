"""A small still map of one place and its neighbours, as SVG: no script, no tiles, nothing to fetch."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from shapely.geometry import LineString, Point
from shapely.ops import nearest_points

from layers.render.drawn import kind_of, middle_of, round_length
from layers.render.ground import COUNTIES_UNTIL, OVERVIEW_SIZE, Frame
from layers.render.labels import END, LONGEST_NAME, MIDDLE_ANCHOR, START, Room, width_of
from layers.render.markup import Drawing, element, number, path_data, words
from layers.render.symbols import AREA, LINE, POINT, area, line, point, quiet

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from shapely.geometry.base import BaseGeometry

    from layers.catalogue import Place
    from layers.render.drawn import Drawn
    from layers.render.ground import Ground

# The page shows a part of the drawing where it has less room: what matters lies within the middle square.
WIDTH, HEIGHT, MIDDLE = 720, 400, 300
# Nearer than this the ground has nothing more to show.
NEAREST_METRES_PER_PIXEL = 9.0
OWN_RADIUS, NEIGHBOUR_RADIUS = 8.5, 5.5
# Places nearer to one another than this share one symbol, in pixels.
TOGETHER = 15.0
OWN, OWN_PATH = "own", "#place"
# Of the areas around a place, so many are drawn: the smallest.
DRAWN_AROUND = 2
LONGEST_BAR = 110
NAMED_PLACES = 8
# No name comes nearer to the edge, in pixels.
RIM = 4


@dataclass(frozen=True)
class Scene:
    """What a small map shows.

    Attributes
    ----------
    neighbours
        Each named by its number in the list beside the map.
    around
        Areas that the place lies in, smallest first.
    named_places
        Of a gazetteer, for orientation.
    cities
        Names of cities by code.
    """

    place: Drawn
    neighbours: Sequence[Drawn] = ()
    around: Sequence[Drawn] = ()
    named_places: Sequence[Place] = ()
    cities: Mapping[str, str] = field(default_factory=dict)
    language: str = "zh"


@dataclass(frozen=True)
class PlaceMap:
    """A finished small map.

    Attributes
    ----------
    drawing
        720 by 400 pixels; may be cut at both sides down to the middle 300.
    locator
        Where in the region the window lies.
    bar_m, bar_width
        The scale bar: metres on the ground, pixels on the map.
    """

    drawing: Drawing
    locator: Drawing
    frame: Frame
    bar_m: int
    bar_width: float


def place_map(scene: Scene, ground: Ground, description: str) -> PlaceMap:
    """Return the small map of a place.

    Parameters
    ----------
    description
        What a reader hears who does not see the map.
    """
    frame = frame_of(scene)
    paper = _Paper(scene, frame)
    drawing = element(
        "svg",
        ground.drawn(frame),
        *paper.features(),
        *paper.names(ground),
        class_="map", viewBox=f"0 0 {WIDTH} {HEIGHT}", preserveAspectRatio="xMidYMid slice",
        role="img", aria_label=description,
    )  # fmt: skip
    bar_m = round_length(frame.metres_per_pixel * LONGEST_BAR)
    return PlaceMap(
        Drawing(drawing), locator(ground, frame), frame, bar_m, bar_m / frame.metres_per_pixel,
    )


def frame_of(scene: Scene) -> Frame:
    """Return the window that shows a place, its accuracy and its neighbours within the middle square."""
    whole = scene.place.geometry
    minx, miny, maxx, maxy = whole.bounds
    lon, lat = (minx + maxx) / 2, (miny + maxy) / 2
    rough = Frame(lon, lat, 1, 0, 0)
    # In metres from the middle: pixels of a frame at one metre a pixel.
    reach = _reach(rough.on_paper(whole)) + scene.place.accuracy_m
    near = [_nearest_position(whole, one.geometry) for one in scene.neighbours]
    furthest = max((_reach(rough.on_paper(one)) for one in near), default=0.0)
    scale = max(NEAREST_METRES_PER_PIXEL, max(reach, furthest) / (MIDDLE / 2 - 10))
    return Frame(lon, lat, scale, WIDTH, HEIGHT)


def locator(ground: Ground, frame: Frame) -> Drawing:
    """Return a small overview of the region with the window's place marked; empty without a ground."""
    if ground.land.is_empty:
        return Drawing("")
    overview, region = ground.overview
    x, y = overview.at(frame.lon, frame.lat)
    half = max(3.5, frame.metres_per_pixel * MIDDLE / overview.metres_per_pixel / 2)
    window = element("rect", class_="window", x=x - half, y=y - half, width=2 * half, height=2 * half)
    return Drawing(element(
        "svg", region, window, class_="locator", viewBox=f"0 0 {overview.width} {overview.height}",
        width=overview.width, height=overview.height, aria_hidden="true",
    ))  # fmt: skip


@dataclass(frozen=True)
class _Label:
    """A name at its place on the paper."""

    x: float
    y: float
    text: str
    class_: str
    size: float
    anchor: str = MIDDLE_ANCHOR

    @property
    def width(self) -> float:
        return width_of(self.text[:LONGEST_NAME], self.size)

    @property
    def box(self) -> tuple[float, float, float, float]:
        before = {START: 0.0, MIDDLE_ANCHOR: 0.5, END: 1.0}[self.anchor] * self.width
        left = self.x - before
        return left - 2, self.y - self.size, left + self.width + 2, self.y + self.size * 0.25

    def markup(self) -> str:
        return element(
            "text", words(self.text, LONGEST_NAME), class_=self.classes,
            x=self.x, y=self.y, text_anchor=None if self.anchor == START else self.anchor,
        )  # fmt: skip

    @property
    def is_wide(self) -> bool:
        """Whether the narrowest page would cut through it."""
        return self.box[0] < (WIDTH - MIDDLE) / 2 or self.box[2] > (WIDTH + MIDDLE) / 2

    @property
    def classes(self) -> str:
        return f"{self.class_} wide" if self.is_wide and self.class_ != OWN else self.class_


class _Paper:
    """One map being drawn."""

    def __init__(self, scene: Scene, frame: Frame) -> None:
        self._scene = scene
        self._frame = frame
        self._room = Room()
        # The overview may lie here, whatever part of the drawing the page shows.
        self._room.take((WIDTH / 2 + MIDDLE / 2 - OVERVIEW_SIZE[0], 0, WIDTH, OVERVIEW_SIZE[1] + 16))
        self._own = frame.on_paper(scene.place.geometry)
        self._anchor = middle_of(self._own)
        self._groups = self._grouped()

    # ── features ──────────────────────────────────────────────────────────────────────────────

    def features(self) -> Iterable[str]:
        for one in self._scene.around[:DRAWN_AROUND]:
            yield self._outline(one)
        for one in self._scene.neighbours:
            if kind_of(one.geometry) != POINT:
                yield self._quiet(one)
        yield self._uncertainty()
        yield self._own_shape()
        for (x, y), members in self._groups:
            if (x, y) != self._anchor and kind_of(members[0].geometry) == POINT:
                yield self._symbol(members[0], x, y, NEIGHBOUR_RADIUS)
        place = self._scene.place
        if kind_of(place.geometry) == POINT:
            for x, y in self._points(self._own):
                yield element("circle", class_="chosen", cx=x, cy=y, r=OWN_RADIUS + 5)
                yield self._symbol(place, x, y, OWN_RADIUS)

    def _own_shape(self) -> str:
        place, kind = self._scene.place, kind_of(self._scene.place.geometry)
        seen = self._frame.seen(place.geometry, 30)
        if kind == POINT:
            return ""
        # Drawn several times over, written once.
        shape = element("defs", element("path", id=OWN_PATH[1:], d=path_data(seen)))
        rim = element("use", href=OWN_PATH, class_="chosen", stroke_width=10 if kind == LINE else 5)
        drawn = (
            line(place.look, place.status, OWN_PATH, 3)
            if kind == LINE
            else area(place.status, seen, OWN_PATH, is_schematic=place.is_schematic)
        )
        return element("g", shape, rim, drawn, class_=place.look.hue.css_class)

    def _quiet(self, one: Drawn) -> str:
        return quiet(one.look, one.status, self._frame.seen(one.geometry, 30, 1), kind_of(one.geometry))

    def _outline(self, one: Drawn) -> str:
        drawn = path_data(self._frame.seen(one.geometry, 30, 1).boundary)
        return element("path", class_=f"around {one.look.hue.css_class}", d=drawn)

    def _uncertainty(self) -> str:
        radius = self._scene.place.accuracy_m / self._frame.metres_per_pixel
        if kind_of(self._scene.place.geometry) == POINT:
            return "".join(
                element("circle", class_="accuracy", cx=x, cy=y, r=radius)
                for x, y in self._points(self._own)
                # Smaller than the symbol it would be no circle but a smudge.
                if radius > OWN_RADIUS + 2
            )
        grown = self._frame.seen(self._scene.place.geometry, radius + 30).buffer(radius).simplify(1)
        return element("path", class_="accuracy", d=path_data(grown), fill_rule="evenodd")

    def _symbol(self, one: Drawn, x: float, y: float, radius: float) -> str:
        self._room.take((x - radius, y - radius, x + radius, y + radius))
        return element(
            "g", point(one.look.shape, one.status, radius, one.marks), class_=one.look.hue.css_class,
            transform=f"translate({number(x)} {number(y)})",
        )  # fmt: skip

    def _grouped(self) -> list[tuple[tuple[float, float], list[Drawn]]]:
        """Return the neighbours by where they are marked, those that would hide one another together."""
        groups: list[tuple[tuple[float, float], list[Drawn]]] = [(self._anchor, [])]
        for one in self._scene.neighbours:
            at = self._mark_of(one)
            beside = (group for group in groups if math.dist(group[0], at) < TOGETHER)
            found = next(beside, None)
            if found is None:
                groups.append((at, [one]))
            else:
                found[1].append(one)
        return [group for group in groups if group[1]]

    def _mark_of(self, one: Drawn) -> tuple[float, float]:
        if kind_of(one.geometry) == AREA:
            seen = self._frame.seen(one.geometry, 0)
            return middle_of(seen) if not seen.is_empty else self._anchor
        position = nearest_points(self._own, self._frame.on_paper(one.geometry))[1]
        if kind_of(one.geometry) == LINE and position.distance(self._own) == 0:
            # Where a line crosses the place its number would hide it.
            inside = self._frame.seen(one.geometry, -20)
            if isinstance(inside, LineString) and not inside.is_empty:
                position = inside.interpolate(0.3, normalized=True)
        return position.x, position.y

    # ── names ─────────────────────────────────────────────────────────────────────────────────

    def names(self, ground: Ground) -> Iterable[str]:
        place = self._scene.place
        away = OWN_RADIUS + 8 if kind_of(place.geometry) == POINT else 6.0
        yield self._beside(_Label(*self._anchor, place.name, OWN, 13), away)
        for at, members in self._groups:
            label = _Label(*at, "·".join(one.name for one in members), "number", 12)
            yield self._beside(label, OWN_RADIUS + 6 if at == self._anchor else NEIGHBOUR_RADIUS + 2)
        yield from self._ground_names(ground)
        if self._scene.language == "zh":
            yield from self._named_places()

    def _beside(self, name: _Label, away: float) -> str:
        """Return a name at the first side of a point that has room, below it where none has."""
        size, near = name.size, away * 0.8
        sides = [
            (away, size * 0.35, START), (-away, size * 0.35, END), (0, away + near, MIDDLE_ANCHOR),
            (0, -away, MIDDLE_ANCHOR), (near, -near, START), (near, away + size * 0.4, START),
            (-near, -near, END), (-near, away + size * 0.4, END),
        ]  # fmt: skip
        placed = [
            replace(name, x=name.x + dx, y=name.y + dy, anchor=anchor) for dx, dy, anchor in sides
        ]
        free = [label for label in placed if self._has_room(label)]
        # Rather where every page shows it.
        return self._put(min(free, key=lambda label: label.is_wide, default=placed[2]))

    def _ground_names(self, ground: Ground) -> Iterable[str]:
        kinds = {"water", "county" if self._frame.metres_per_pixel < COUNTIES_UNTIL else "city"}
        for name, seen in ground.names_in(self._frame, kinds):
            x, y = self._frame.at(name.at.x, name.at.y)
            if not seen.contains(Point(x, y)):
                x, y = middle_of(seen)
            text = name.zh if self._scene.language == "zh" else name.en
            if name.kind == "city":
                text = self._scene.cities.get(text, "")
            label = _Label(x, y + 4, text, name.kind, 13 if name.kind == "city" else 11.5)
            minx, miny, maxx, maxy = seen.bounds
            if text and maxx - minx > label.width and maxy - miny > label.size and self._has_room(label):
                yield self._put(label)

    def _named_places(self) -> Iterable[str]:
        at = [(one.name, *self._frame.at(one.lon, one.lat)) for one in self._scene.named_places]
        labels = [_Label(x + 5, y + 4, name, "site", 11, START) for name, x, y in at if _is_on_paper(x, y)]
        for label in [label for label in labels if self._has_room(label)][:NAMED_PLACES]:
            if self._has_room(label):
                yield element("circle", class_=label.classes, cx=label.x - 5, cy=label.y - 4, r=1.8)
                yield self._put(label)

    def _has_room(self, label: _Label) -> bool:
        x0, y0, x1, y1 = box = label.box
        return _is_on_paper(x0, y0) and _is_on_paper(x1, y1) and self._room.is_free(box)

    def _put(self, label: _Label) -> str:
        self._room.take(label.box)
        return label.markup()

    # ── positions ─────────────────────────────────────────────────────────────────────────────

    def _points(self, geometry: BaseGeometry) -> list[tuple[float, float]]:
        return [(part.x, part.y) for part in getattr(geometry, "geoms", [geometry])]


def _is_on_paper(x: float, y: float) -> bool:
    return RIM < x < WIDTH - RIM and RIM < y < HEIGHT - RIM


def _reach(geometry: BaseGeometry) -> float:
    return max(abs(edge) for edge in geometry.bounds)


def _nearest_position(one: BaseGeometry, other: BaseGeometry) -> BaseGeometry:
    return nearest_points(one, other)[1]
