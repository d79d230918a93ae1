"""The style of a still map as a picture of its own: every colour written out, nothing to look up."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from layers.render.assets import own_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from layers.style import Hue, Theme

LIGHT, DARK, PAPER = "light", "dark", "paper"
FONTS = '"Noto Sans CJK SC","Noto Sans SC","PingFang SC","Microsoft YaHei",system-ui,sans-serif'
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_ROLE = re.compile(r"var\(--([a-z-]+)\)")
_HUE = "hue"


@dataclass(frozen=True)
class Lettering:
    """How the names of one kind are written.

    Attributes
    ----------
    role
        Of its colour in the theme, or `hue` for that of the layer.
    weight
        Never 400: typesetting takes a variable typeface's own start, its thinnest, for that.
    """

    css_class: str
    role: str
    size: float
    weight: int = 500
    spacing: float = 0
    is_slanted: bool = False

    @property
    def rule(self) -> str:
        """The rule for a style sheet."""
        slant = ";font-style:italic" * self.is_slanted
        return (
            f".{self.css_class}{{fill:var(--{self.role});font-size:{self.size:g}px;"
            f"font-weight:{self.weight};letter-spacing:{self.spacing:g}px{slant}}}"
        )


CITY = Lettering("n-city", "label-city", 15, 600, 2.5)
COUNTY = Lettering("n-county", "label-county", 11.5, 500, 0.6)
WATER = Lettering("n-water", "label-water", 11.5, 500, 1, is_slanted=True)
PLACE = Lettering("n-place", "ink", 12)
AREA_NAME = Lettering("n-area", _HUE, 12, 500, 0.4)
SELECTED = Lettering("n-selected", "ink", 13, 600)
TITLE = Lettering("n-title", "ink", 17, 600)
SCALE = Lettering("n-scale", "ink", 11)
LETTERINGS = (CITY, COUNTY, WATER, PLACE, AREA_NAME, SELECTED, TITLE, SCALE)
_OWN = """
.paper{fill:var(--land)}
.graticule{fill:none;stroke:var(--city-line);stroke-width:.5px;stroke-opacity:.4}
text{fill:var(--ink);font-weight:600;stroke:var(--halo);stroke-width:3.2px;stroke-linejoin:round;paint-order:stroke}
.n-count{stroke:none}
.bubble{fill:var(--city)}
.bubble-rim{fill:var(--halo);fill-opacity:.92}
.bar{fill:none;stroke:var(--ink);stroke-width:1.5px}
.bar-rim{fill:none;stroke:var(--halo);stroke-width:4.5px;stroke-opacity:.9}
"""


def style_of(theme: Theme, scheme: str, hues: Iterable[Hue]) -> str:
    """Return the style sheet of a still map.

    Parameters
    ----------
    scheme
        `light`, `dark` or `paper`: the light one on white.
    hues
        Those that are drawn.
    """
    colours = colours_of(theme, scheme)
    classes = {hue.css_class: hue.dark if scheme == DARK else hue.light for hue in hues}
    rules = [
        rule
        for selectors, declared in _rules()
        for rule in _written(selectors, declared, colours, classes)
    ]
    return f"svg{{font-family:{FONTS}}}" + "".join(rules)


def colours_of(theme: Theme, scheme: str) -> Mapping[str, str]:
    """Return the colours by role."""
    if scheme == DARK:
        return theme.dark
    return {**theme.light, **theme.paper} if scheme == PAPER else theme.light


def _written(
    selectors: tuple[str, ...], declared: str, colours: Mapping[str, str], classes: Mapping[str, str],
) -> Iterable[str]:
    if f"var(--{_HUE})" not in declared:
        yield f"{','.join(selectors)}{{{_coloured(declared, colours)}}}"
        return
    for css_class, hue in classes.items():
        within = ",".join(f".{css_class} {selector}" for selector in selectors)
        yield f"{within}{{{_coloured(declared, {**colours, _HUE: hue})}}}"


def _coloured(declared: str, colours: Mapping[str, str]) -> str:
    return _ROLE.sub(lambda found: colours[found[1]], declared)


@cache
def _rules() -> tuple[tuple[tuple[str, ...], str], ...]:
    shared = own_text("assets", "drawing.css")
    text = _COMMENT.sub("", shared) + _OWN + "".join(lettering.rule for lettering in LETTERINGS)
    return tuple(
        (tuple(part.strip() for part in selectors.split(",")), " ".join(declared.split()))
        for selectors, declared in _RULE.findall(text)
    )
