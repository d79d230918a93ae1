"""Draws the features of a view on a still map: large areas lowest, then lines, arcs and points.

The map's own script draws in the same order on screen, and thins out the same way where there is much.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shapely import clip_by_rect
from shapely.geometry import LineString

from layers.render.crowds import Crowd, crowds
from layers.render.drawn import middle_of
from layers.render.markup import element, number, path_data
from layers.render.symbols import (
    AREA,
    LINE,
    NO_MARKS,
    POINT,
    Coat,
    Marks,
    area,
    line,
    mark,
    point,
    radius_at,
    width_at,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from shapely.geometry import Point
    from shapely.geometry.base import BaseGeometry

    from layers.render.ground import Frame
    from layers.render.still_features import Item

# Areas of so many pixels across are painted in a band along their outline, so many pixels wide.
BANDED, BAND = 72, 7
# Above so many, lines and areas become plain hair lines, and what is smaller than a speck goes.
MANY_SHAPES, SPECK = 260, 3
MANY_ARCS, MANY_CIRCLES, MANY_BUBBLES = 300, 150, 250
# From these zooms on there are marks beside symbols, and circles of how exact a position is.
MARKS_ZOOM, CIRCLE_ZOOM = 9.5, 12
CITY_SIZE_M = 45_000
# Shapes are cut so far beyond the edge that no cut is seen, symbols may reach in from so far.
BEYOND, REACH = 30, 24


@dataclass(frozen=True)
class Placed:
    """A place within the edges of a map, and where it is marked, in pixels."""

    item: Item
    x: float
    y: float


class Painter:
    """Draws the items of a view in one window.

    Attributes
    ----------
    crowds
        Where each point or bubble is drawn; its members count the items of `points`.
    """

    def __init__(self, items: Sequence[Item], frame: Frame, selected: str) -> None:
        self._frame = frame
        self._zoom = frame.zoom
        self._selected = selected
        self._shapes = [item for item in items if item.kind != POINT]
        self.seen: Mapping[str, BaseGeometry] = {
            item.feature_id: frame.seen(item.drawn.geometry, BEYOND, 0.4) for item in self._shapes
        }
        self.points = [item for item in items if item.kind == POINT]
        self.radius = radius_at(self._zoom)
        at = [frame.at(item.at.x, item.at.y) for item in self.points]
        self.crowds = crowds(at, self._zoom, self.radius)

    def placed(self, items: Iterable[Item]) -> Iterator[Placed]:
        """Return which of the items lie within the edges, and where: a shape where it is seen."""
        wide, tall = self._frame.width, self._frame.height
        for item in items:
            x, y = self._frame.at(item.at.x, item.at.y)
            if 0 <= x <= wide and 0 <= y <= tall:
                yield Placed(item, x, y)
            elif item.kind != POINT:
                seen = clip_by_rect(self.seen[item.feature_id], 0, 0, wide, tall)
                if not seen.is_empty:
                    yield Placed(item, *middle_of(seen))

    @property
    def _is_crowded(self) -> bool:
        return len(self._shapes) > MANY_SHAPES

    def shapes(self) -> Iterator[str]:
        """Return areas, the large ones below, then lines, those of the first layers on top."""
        areas = [item for item in self._shapes if item.kind == AREA]
        lines = [item for item in self._shapes if item.kind == LINE]
        if self._is_crowded:
            yield from self._plain(areas)
            yield from self._plain(lines)
            return
        for item in sorted(areas, key=lambda item: -_size(self._frame.on_paper(item.drawn.geometry))):
            yield self._area(item)
        for item in sorted(lines, key=lambda item: -item.order):
            yield self._line(item)
        if self._zoom >= MARKS_ZOOM:
            yield from map(self._shape_mark, self._shapes)

    def arcs(self, items: Sequence[Item], ends: Mapping[str, Point]) -> Iterator[str]:
        """Return one arc from each item to each city that it serves; hundreds would be a tangle."""
        if len(items) > MANY_ARCS:
            return
        shade = (0.2 if len(items) > MANY_ARCS / 5 else 0.36) * (0.65 if self._zoom > CIRCLE_ZOOM - 1 else 1)
        for item in items:
            for code in item.serves:
                if code in ends:
                    yield self._arc(item, ends[code], shade)

    def symbols(self) -> Iterator[str]:
        """Return the symbols of points, those of the first layers on top, and over them the bubbles."""
        singles = [crowd for crowd in self.crowds if not crowd.is_bubble]
        yield from map(self._leader, singles)
        if self._zoom >= CIRCLE_ZOOM and len(singles) < MANY_CIRCLES:
            yield from map(self._circle, singles)
        for crowd in sorted(singles, key=lambda crowd: -self.points[crowd.members[0]].order):
            yield self._symbol(crowd)
        bubbles = [crowd for crowd in self.crowds if crowd.is_bubble]
        for crowd in bubbles:
            yield self._bubble(crowd, is_plain=len(bubbles) > MANY_BUBBLES)

    # ── lines and areas ───────────────────────────────────────────────────────────────────────

    def _area(self, item: Item) -> str:
        whole, seen = self._frame.on_paper(item.drawn.geometry), self.seen[item.feature_id]
        if seen.is_empty:
            return ""
        size_px = _size(whole)
        minx, miny, maxx, maxy = whole.bounds
        fade = max(0.35, min(1, 1.2 - size_px / 1000))
        if size_px * self._frame.metres_per_pixel > CITY_SIZE_M:
            fade *= 0.3
        coat = Coat(
            width=max(1, min(2, 1 + (self._zoom - 9) * 0.15)),
            fade=fade,
            band=BAND if min(maxx - minx, maxy - miny) > BANDED else 0,
        )
        drawn = area(
            item.drawn.status, seen, path_data(seen), is_schematic=item.drawn.is_schematic, coat=coat,
        )
        return self._group(item, self._ring(item, seen, 5) + drawn)

    def _line(self, item: Item) -> str:
        seen, width = self.seen[item.feature_id], width_at(self._zoom)
        if seen.is_empty:
            return ""
        drawn = line(item.drawn.look, item.drawn.status, path_data(seen), width)
        return self._group(item, self._ring(item, seen, width + 7) + drawn)

    def _plain(self, items: Sequence[Item]) -> Iterator[str]:
        """Return many shapes as one hair line for each hue and status."""
        groups: defaultdict[tuple[str, str], list[Item]] = defaultdict(list)
        for item in items:
            if _size(self.seen[item.feature_id]) >= SPECK:
                groups[item.css_class, item.drawn.status].append(item)
        for (css_class, status), members in groups.items():
            shade = {"planned": 0.6, "preliminary": 0.45, "unstated": 0.4}.get(status, 0.9)
            outline = "".join(path_data(self.seen[item.feature_id]) for item in members)
            ids = " ".join(item.feature_id for item in members)
            hair = element("path", class_="line hue", d=outline, stroke_width=1, opacity=shade)
            yield element("g", hair, class_=css_class, data_ids=ids)

    def _shape_mark(self, item: Item) -> str:
        seen = self.seen[item.feature_id]
        if item.drawn.marks == NO_MARKS or seen.is_empty or _size(seen) < 2 * BAND:
            return ""
        x, y = self._frame.at(item.at.x, item.at.y)
        return _at(mark(BAND / 2, item.drawn.marks), x - 3, y)

    def _ring(self, item: Item, seen: BaseGeometry, width: float) -> str:
        if item.feature_id != self._selected:
            return ""
        return element("path", class_="chosen", d=path_data(seen), stroke_width=width, opacity=0.55)

    def _arc(self, item: Item, end: Point, shade: float) -> str:
        ax, ay = self._frame.at(item.at.x, item.at.y)
        bx, by = self._frame.at(end.x, end.y)
        far = math.dist((ax, ay), (bx, by))
        margin = 0.2 * far
        is_off = (
            max(ax, bx) + margin < 0 or min(ax, bx) - margin > self._frame.width
            or max(ay, by) + margin < 0 or min(ay, by) - margin > self._frame.height
        )  # fmt: skip
        if far < REACH or is_off:
            return ""
        # Bent to the side that keeps arcs of one place to different cities apart.
        bend = 0.16 * (1 if bx >= ax else -1)
        cx, cy = (ax + bx) / 2 + (by - ay) * bend, (ay + by) / 2 - (bx - ax) * bend
        drawn = "M{} {}Q{} {} {} {}".format(*map(number, (ax, ay, cx, cy, bx, by)))
        return element(
            "g",
            element("path", class_="line hue", d=drawn, stroke_width=1.1, stroke_linecap="round"),
            element("circle", class_="fill", cx=bx, cy=by, r=2.3),
            class_=item.css_class, opacity=shade,
        )  # fmt: skip

    # ── points ────────────────────────────────────────────────────────────────────────────────

    def _symbol(self, crowd: Crowd) -> str:
        item = self.points[crowd.members[0]]
        marks = item.drawn.marks if self._zoom >= MARKS_ZOOM else Marks()
        drawn = point(item.drawn.look.shape, item.drawn.status, self.radius, marks)
        if item.feature_id == self._selected:
            drawn = element("circle", class_="chosen", r=self.radius + 5.5) + drawn
        return self._group(item, drawn, f"translate({number(crowd.x)} {number(crowd.y)})")

    def _leader(self, crowd: Crowd) -> str:
        dx, dy = crowd.moved
        if not (dx or dy):
            return ""
        path = path_data(LineString([(crowd.x, crowd.y), (crowd.x - dx, crowd.y - dy)]))
        css_class = self.points[crowd.members[0]].css_class
        leader = element("path", class_="line hue", d=path, stroke_width=1, opacity=0.55)
        return element("g", leader, class_=css_class)

    def _circle(self, crowd: Crowd) -> str:
        item = self.points[crowd.members[0]]
        scale = math.cos(math.radians(item.at.y)) / math.cos(math.radians(self._frame.lat))
        radius = item.drawn.accuracy_m / self._frame.metres_per_pixel / scale
        if not 2 * self.radius < radius < 0.45 * min(self._frame.width, self._frame.height):
            return ""
        dx, dy = crowd.moved
        circle = element(
            "circle", class_="line hue", cx=crowd.x - dx, cy=crowd.y - dy, r=radius, stroke_width=1,
            stroke_dasharray="4 4", opacity=max(0.16, min(0.5, 70 / radius)),
        )  # fmt: skip
        return element("g", circle, class_=item.css_class)

    def _bubble(self, crowd: Crowd, *, is_plain: bool) -> str:
        """Return a bubble: how many, and a ring of the hues of what is in it."""
        members = [self.points[member] for member in crowd.members]
        hues = Counter(item.css_class for item in members)
        radius = crowd.radius
        parts = hues.most_common(1) if is_plain else list(hues.items())
        total = sum(count for _, count in parts)
        ring, start = [], 0.0
        for css_class, count in parts:
            end = start + count / total
            ring.append(element("g", _slice(radius - 1.3, start, end, len(parts)), class_=css_class))
            start = end
        size = number_size(len(members))
        return element(
            "g",
            element("circle", class_="bubble-rim", r=radius + 1.4),
            element("circle", class_="bubble", r=radius - 1.2),
            *ring,
            element(
                "text", str(len(members)), class_="n-count", y=size * 0.36, font_size=size,
                text_anchor="middle",
            ),
            data_ids=" ".join(item.feature_id for item in members),
            transform=f"translate({number(crowd.x)} {number(crowd.y)})",
        )

    def _group(self, item: Item, drawn: str, transform: str | None = None) -> str:
        return element("g", drawn, class_=item.css_class, data_id=item.feature_id, transform=transform)


def number_size(count: int) -> float:
    """Return how high the number of a bubble is written, in pixels."""
    return 11 if count < 100 else 10.5 if count < 1000 else 9.5  # noqa: PLR2004 - digits


def _at(drawn: str, x: float, y: float) -> str:
    return element("g", drawn, transform=f"translate({number(x)} {number(y)})")


def _size(geometry: BaseGeometry) -> float:
    """Return the side of a square as large as a geometry's box, of a line the length of the box."""
    if geometry.is_empty:
        return 0.0
    minx, miny, maxx, maxy = geometry.bounds
    return math.sqrt((maxx - minx) * (maxy - miny)) or max(maxx - minx, maxy - miny)


def _slice(radius: float, start: float, end: float, parts: int) -> str:
    """Return a part of a bubble's ring, from and to as shares of it."""
    if parts == 1:
        return element("circle", class_="line hue", r=radius, stroke_width=2.6)
    gap = 0.6 / radius
    angles = [2 * math.pi * start - math.pi / 2 + gap, 2 * math.pi * end - math.pi / 2 - gap]
    ends = [(radius * math.cos(angle), radius * math.sin(angle)) for angle in angles]
    (x0, y0), (x1, y1) = ends
    is_large = int(end - start > 0.5)  # noqa: PLR2004 - half of the ring
    arc = "M{} {}A{} {} 0 {} 1 {} {}".format(*map(number, (x0, y0, radius, radius, is_large, x1, y1)))
    return element("path", class_="line hue", d=arc, stroke_width=2.6)
