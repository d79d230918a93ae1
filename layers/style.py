"""How a layer and the ground under it are drawn: the one source of every symbol and colour."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SHAPES = (
    "circle", "hexagon", "diamond", "square", "pentagon", "triangle", "cross", "star", "leaf",
)  # fmt: skip
LINES = ("single", "double", "ticked", "dotted")
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_ROLE = re.compile(r"[a-z][a-z-]*")


@dataclass(frozen=True)
class Hue:
    """A colour for the light and for the dark map, as `#RRGGBB`."""

    light: str
    dark: str

    @property
    def css_class(self) -> str:
        """The class under which a page without script has this hue as `--hue`."""
        return f"h{self.light[1:]}-{self.dark[1:]}".lower()


@dataclass(frozen=True)
class Look:
    """Hue, shape and line of one category of a layer."""

    hue: Hue
    shape: str
    line: str


@dataclass(frozen=True)
class Variant:
    """Another hue, shape or line for some categories of a layer."""

    categories: tuple[str, ...]
    hue: Hue
    shape: str
    line: str


@dataclass(frozen=True)
class LayerStyle:
    """Hue and shape say the layer; fill and stroke, drawn alike for all layers, say the status.

    Attributes
    ----------
    shape
        One of `SHAPES`, for points.
    line
        One of `LINES`, for lines.
    arcs
        Whether an arc runs from each feature to the city it serves.
    variants
        The first one that has a feature's category is used in place of the layer's own.
    """

    hue: Hue
    shape: str
    line: str
    arcs: bool
    variants: tuple[Variant, ...]

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Self:
        """Build from a catalogue file.

        Raises
        ------
        ValueError
            A shape or line is none that can be drawn, or a colour is not written `#RRGGBB`.
        """
        own = _hue(raw), _known(raw.get("shape", "circle"), SHAPES), _known(raw.get("line", "single"), LINES)
        return cls(
            *own,
            arcs=bool(raw.get("arcs", False)),
            variants=tuple(
                Variant(
                    categories=tuple(row["category"]),
                    hue=_hue(row) if "hue" in row else own[0],
                    shape=_known(row.get("shape", own[1]), SHAPES),
                    line=_known(row.get("line", own[2]), LINES),
                )
                for row in raw.get("variants", ())
            ),
        )

    def look(self, category: str) -> Look:
        """Return how a category of the layer is drawn."""
        for variant in self.variants:
            if category in variant.categories:
                return Look(variant.hue, variant.shape, variant.line)
        return Look(self.hue, self.shape, self.line)

    def hues(self) -> tuple[Hue, ...]:
        """Return every hue that the layer is drawn in."""
        return (self.hue, *(variant.hue for variant in self.variants))


# How a layer is drawn that data of before have and the catalogue no longer has.
FORMER = LayerStyle(Hue("#5B6470", "#A7B0BC"), "circle", "single", arcs=False, variants=())


@dataclass(frozen=True)
class Theme:
    """The colours of the ground, the labels and the panels, by role and for each theme.

    Attributes
    ----------
    paper
        Those that differ from the light ones on a printed sheet.
    """

    light: Mapping[str, str]
    dark: Mapping[str, str]
    paper: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Self:
        """Build from a catalogue file.

        Raises
        ------
        ValueError
            A role has a colour in one theme only, or a colour is not written `#RRGGBB`.
        """
        uneven = set(raw["light"]) ^ set(raw["dark"])
        if uneven:
            message = f"roles with one colour only: {sorted(uneven)}"
            raise ValueError(message)
        paper = raw.get("paper", {})
        unknown = set(paper) - set(raw["light"])
        if unknown:
            message = f"roles with a colour on paper only: {sorted(unknown)}"
            raise ValueError(message)
        for role, colour in (*raw["light"].items(), *raw["dark"].items(), *paper.items()):
            # Both are written into a style sheet.
            if not _ROLE.fullmatch(role):
                message = f"{role!r} is no name of a role"
                raise ValueError(message)
            _colour(colour)
        return cls(light=raw["light"], dark=raw["dark"], paper=paper)

    def plain_css(self, styles: Iterable[LayerStyle]) -> str:
        """Return the colours as CSS for a page without script, dark ones where the reader's system is dark.

        Each hue of the layers sets `--hue` under its `css_class`.
        """
        hues = sorted({hue for style in styles for hue in style.hues()}, key=lambda hue: hue.css_class)
        light, dark = (
            "".join(f".{hue.css_class}{{--hue:{getattr(hue, scheme)}}}" for hue in hues)
            for scheme in ("light", "dark")
        )
        return (
            f":root{_declared(self.light)}{light}\n"
            f"@media (prefers-color-scheme:dark){{:root{_declared(self.dark)}{dark}}}\n"
        )

    def css(self) -> str:
        """Return the colours as CSS custom properties, dark ones under `data-theme`."""
        return f":root{_declared(self.light)}\n:root[data-theme=dark]{_declared(self.dark)}\n"


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours `#RRGGBB`, 1 to 21 (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - sRGB
        for channel in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _declared(colours: Mapping[str, str]) -> str:
    return "{" + ";".join(f"--{role}:{colour}" for role, colour in colours.items()) + "}"


def _hue(raw: Mapping[str, Any]) -> Hue:
    return Hue(light=_colour(raw["hue"]["light"]), dark=_colour(raw["hue"]["dark"]))


def _colour(value: str) -> str:
    if not _COLOUR.fullmatch(value):
        message = f"{value!r} is no colour #RRGGBB"
        raise ValueError(message)
    return value


def _known(value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        message = f"{value!r} is none of {known}"
        raise ValueError(message)
    return value
