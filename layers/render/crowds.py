"""Points that would lie over one another: in the far view one bubble with a count, near by spread apart.

The map's own script does the same on screen; sizes and order here are those there.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from layers.render.labels import Box

# From this zoom on points are spread rather than counted, unless too many share one spot.
SPREAD_ZOOM, SPREAD_MOST = 14, 36
BUBBLE_CELL = 44.0
# So many fit on the innermost ring of points that are spread apart.
FIRST_RING = 8
# Bubbles are larger than the points in them: taking in what they touch, they may touch something else.
MERGES = 2


@dataclass(frozen=True)
class Crowd:
    """One symbol or one bubble.

    Attributes
    ----------
    x, y
        Where it is drawn, in pixels.
    members
        Numbers of the points in it; more than one where it is a bubble.
    moved
        From where it stands to where it is drawn, where points of one spot are spread apart.
    """

    x: float
    y: float
    radius: float
    members: tuple[int, ...]
    moved: tuple[float, float] = (0.0, 0.0)

    @property
    def is_bubble(self) -> bool:
        """Whether it stands for several points."""
        return len(self.members) > 1

    @property
    def box(self) -> Box:
        """What it covers, in pixels."""
        reach = self.radius + 1
        return self.x - reach, self.y - reach, self.x + reach, self.y + reach


@dataclass
class _Group:
    x: float
    y: float
    members: list[int]


def crowds(points: Sequence[tuple[float, float]], zoom: float, radius: float) -> list[Crowd]:
    """Return what is drawn for points: each is in exactly one crowd.

    Parameters
    ----------
    points
        In pixels; of those that overlap, the first one gathers the others.
    radius
        Of one symbol, in pixels.
    """
    groups = _overlapping(points, radius * (2 if zoom < SPREAD_ZOOM else 1.7))
    if zoom < SPREAD_ZOOM:
        for _ in range(MERGES):
            groups = _merged(groups, radius * 0.7)
    return [crowd for group in groups for crowd in _drawn(group, zoom, radius)]


def bubble_radius(count: int) -> float:
    """Return the radius of a bubble for so many points, in pixels."""
    return min(19.0, 8.5 + 3.9 * math.log10(count))


def _overlapping(points: Sequence[tuple[float, float]], reach: float) -> list[_Group]:
    cells: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for number, (x, y) in enumerate(points):
        cells[int(x // reach), int(y // reach)].append(number)
    taken = [False] * len(points)
    groups = []
    for number, (x, y) in enumerate(points):
        if taken[number]:
            continue
        members: list[int] = []
        for cell in _around(int(x // reach), int(y // reach)):
            apart: list[int] = []
            for other in cells.get(cell, ()):
                is_near = other == number or math.dist(points[other], (x, y)) < reach
                (members if is_near else apart).append(other)
            # Those taken leave the grid: a crowded cell is walked through only once.
            if cell in cells:
                cells[cell] = apart
        for member in members:
            taken[member] = True
        members.sort()
        across, down = zip(*(points[member] for member in members), strict=True)
        groups.append(_Group(sum(across) / len(members), sum(down) / len(members), members))
    return groups


def _merged(groups: list[_Group], single: float) -> list[_Group]:
    """Return the groups after each bubble, large ones first, took in what it touches."""
    cells: defaultdict[tuple[int, int], list[_Group]] = defaultdict(list)
    for group in groups:
        cells[_cell(group)].append(group)
    radii = {id(group): _radius(group, single) for group in groups}
    bubbles = [group for group in groups if len(group.members) > 1]
    for bubble in sorted(bubbles, key=lambda group: -len(group.members)):
        if not bubble.members:
            continue
        x, y, radius = bubble.x, bubble.y, radii[id(bubble)] + 1
        for cell in _around(*_cell(bubble)):
            for other in cells.get(cell, ()):
                far = math.hypot(other.x - x, other.y - y)
                if other is not bubble and other.members and far < radius + radii[id(other)]:
                    _take_in(bubble, other)
    return [group for group in groups if group.members]


def _take_in(bubble: _Group, other: _Group) -> None:
    own, added = len(bubble.members), len(other.members)
    bubble.x = (bubble.x * own + other.x * added) / (own + added)
    bubble.y = (bubble.y * own + other.y * added) / (own + added)
    bubble.members += other.members
    other.members = []


def _drawn(group: _Group, zoom: float, radius: float) -> list[Crowd]:
    count = len(group.members)
    if count > 1 and (zoom < SPREAD_ZOOM or count > SPREAD_MOST):
        return [Crowd(group.x, group.y, bubble_radius(count), tuple(group.members))]
    shifts = [(0.0, 0.0)] if count == 1 else _spread(count, radius * 2.6)
    return [
        Crowd(group.x + dx, group.y + dy, radius, (member,), (dx, dy))
        for member, (dx, dy) in zip(group.members, shifts, strict=True)
    ]


def _spread(count: int, step: float) -> list[tuple[float, float]]:
    """Return shifts that put so many points side by side on rings."""
    shifts: list[tuple[float, float]] = []
    far = 0.0
    while len(shifts) < count:
        left = count - len(shifts)
        here = min(left, int(2 * math.pi * (far + step) / step) if far else FIRST_RING)
        far = far + step if far else max(step * 0.5, here * step / (2 * math.pi))
        # Two lie side by side rather than one above the other.
        turn = math.pi if here == 2 else math.pi / 2  # noqa: PLR2004 - a pair
        angles = [2 * math.pi * place / here - turn for place in range(here)]
        shifts += [(math.cos(angle) * far, math.sin(angle) * far) for angle in angles]
    return shifts


def _radius(group: _Group, single: float) -> float:
    return bubble_radius(len(group.members)) if len(group.members) > 1 else single


def _cell(group: _Group) -> tuple[int, int]:
    return int(group.x // BUBBLE_CELL), int(group.y // BUBBLE_CELL)


def _around(column: int, row: int) -> list[tuple[int, int]]:
    steps = (-1, 0, 1)
    return [(column + across, row + down) for down in steps for across in steps]
