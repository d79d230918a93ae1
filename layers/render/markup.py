"""Elements of SVG as text: what comes out of data is escaped, numbers are short."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import numpy as np
from shapely import LineString, Point, Polygon

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

# What turns text round, hides or breaks it may stand in the data, but is not drawn.
_UNDRAWN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufe00-\ufe0f\ufeff\ufff9-\ufffb]+",
)


@dataclass(frozen=True)
class Drawing:
    """A finished piece of SVG; a template that escapes text takes it as it is."""

    svg: str

    def __html__(self) -> str:
        """Return the markup."""
        return self.svg


def element(name: str, *inside: str, **attributes: str | float | None) -> str:
    """Return an element.

    Parameters
    ----------
    inside
        Markup, as other calls return it.
    attributes
        `class_` for `class` and `stroke_width` for `stroke-width`; None leaves one out.
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_value(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}>{''.join(inside)}</{name}>" if inside else f"<{name}{written}/>"


def words(text: str, most: int) -> str:
    """Return text as markup: one line, no control characters, cut at so many characters."""
    return escape(plain(text, most))


def plain(text: str, most: int) -> str:
    """Return text as it can be drawn: one line, no control characters, cut at so many characters."""
    drawable = " ".join(_UNDRAWN.sub("", text[: 4 * most]).split())
    return drawable if len(drawable) <= most else f"{drawable[:most]}…"


def path_data(geometry: BaseGeometry) -> str:
    """Return the `d` of a path along a geometry in pixels; empty for points."""
    return "".join(_run(coordinates, is_closed=closed) for coordinates, closed in _runs(geometry))


def bank_data(geometry: BaseGeometry) -> str:
    """Return the `d` of a path along curves through the middles of a polygon's edges.

    The banks of the source run in coarse steps that no shore has.
    """
    return "".join(_bank(coordinates) for coordinates, closed in _runs(geometry) if closed)


def number(value: float) -> str:
    """Return a number with two decimals at most."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _value(value: str | float) -> str:
    return escape(value) if isinstance(value, str) else number(value)


def _runs(geometry: BaseGeometry) -> Iterator[tuple[NDArray[np.float64], bool]]:
    for part in getattr(geometry, "geoms", [geometry]):
        if isinstance(part, Polygon) and not part.is_empty:
            yield from ((np.asarray(ring.coords), True) for ring in (part.exterior, *part.interiors))
        elif isinstance(part, LineString) and not part.is_empty:
            yield np.asarray(part.coords), False
        elif not isinstance(part, Point) and hasattr(part, "geoms"):
            yield from _runs(part)


def _tenths(coordinates: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.rint(coordinates[:, :2] * 10).astype(np.int64)


def _run(coordinates: NDArray[np.float64], *, is_closed: bool) -> str:
    points = _tenths(coordinates[:-1] if is_closed else coordinates)
    steps = np.diff(points, axis=0)
    moved = steps[(steps != 0).any(axis=1)]
    return f"M{_numbers(points[0])}" + _steps("l", moved) + "z" * is_closed


def _bank(coordinates: NDArray[np.float64]) -> str:
    ring = _tenths(coordinates[:-1])
    middles = np.rint((ring + np.roll(ring, -1, axis=0)) / 2).astype(np.int64)
    # Each curve starts at the middle before a corner, bends at the corner, ends at the middle behind it.
    corners, ends = np.roll(ring, -1, axis=0) - middles, np.roll(middles, -1, axis=0) - middles
    curves = np.stack([corners, ends], axis=1).reshape(-1, 2)
    return f"M{_numbers(middles[0])}" + _steps("q", curves) + "z"


def _steps(command: str, steps: NDArray[np.int64]) -> str:
    return command + _numbers(steps) if len(steps) else ""


def _numbers(tenths: NDArray[np.int64]) -> str:
    """Return numbers as short as a path allows: ` 0.5 -2.0` is `.5-2`."""
    text = f" {' '.join(map(repr, (tenths / 10).ravel().tolist()))} ".replace(".0 ", " ")
    return text.replace(" 0.", " .").replace("-0.", "-.").replace(" -", "-").strip()
