"""The drawings of a print: each under a name by which the template has it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from layers.render.markup import element
from layers.render.still_style import PAPER, style_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from layers.style import Hue, Theme

_DIGITS = 16


@dataclass(frozen=True)
class Picture:
    """A small drawing, in pixels of the map."""

    svg: str
    width: float
    height: float


@dataclass
class Drawings:
    """Drawings by name; the same one has one name, on whatever page it stands."""

    by_name: dict[str, str] = field(default_factory=dict)

    def name(self, svg: str) -> str:
        """Take a drawing in and return its name."""
        name = f"d{hashlib.sha256(svg.encode()).hexdigest()[:_DIGITS]}"
        self.by_name[name] = svg
        return name


def picture(theme: Theme, hues: Iterable[Hue], drawn: str, width: float, height: float) -> Picture:
    """Return markup as a picture of its own, in the colours of print."""
    svg = element(
        "svg", element("style", style_of(theme, PAPER, hues)), drawn, xmlns="http://www.w3.org/2000/svg",
        width=width, height=height, viewBox=f"0 0 {width:g} {height:g}",
    )  # fmt: skip
    return Picture(svg, width, height)
