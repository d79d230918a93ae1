"""A printed sheet as one SVG: the map's shapes stand in it as shapes, all letters as outlines.

Typesetting leaves a drawing within a sheet as a picture with text in it, whose typeface a reader may not
have. So the map's names are set in type, and each drawing is put where its picture was.
"""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Any

from layers.render.markup import element
from layers.render.print_sheet import PIXEL
from layers.render.still_paint import number_size
from layers.render.still_style import PAPER, colours_of, style_of
from layers.style import FORMER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layers.catalogue import Catalogue
    from layers.render.print_sheet import Area
    from layers.render.still_map import StillMap

# As `.n-count` and the halo of `still_style` have it.
_NUMBER_WEIGHT, _RIM = 600, 3.2
_BASELINE = 0.36
_TEXT = re.compile(r"<text\b[^<>]*>[^<]*</text>")
_STYLE = re.compile(r"<style>[^<]*</style>")
_IMAGE = re.compile(
    r'<image((?: transform="[^"<>]*")?) xlink:href="data:image/svg\+xml;base64,([A-Za-z0-9+/=]*)" '
    r'width="([0-9.]+)" height="([0-9.]+)"[^<>]*/>',
)
_ROOT = re.compile(r"<svg\b[^<>]*>")
_VIEW_BOX = re.compile(r'viewBox="([^"]*)"')


def without_text(svg: str) -> str:
    """Return a drawing of ours without its text."""
    return _TEXT.sub("", svg)


def set_names(made: StillMap, area: Area, catalogue: Catalogue) -> list[dict[str, Any]]:
    """Return the names and numbers on a map, for the template to set in type at their places on the sheet."""
    colours = colours_of(catalogue.theme, PAPER)
    hues = {hue.css_class: hue.light for entry in catalogue.layers for hue in entry.style.hues()}
    found = []
    for name in made.names:
        lettering = name.lettering
        colour = colours.get(lettering.role) or hues.get(name.css_class, FORMER.hue.light)
        found.append({
            **_at(area, name.x, name.y + lettering.size * _BASELINE),
            "text": name.text, "size": lettering.size * PIXEL, "weight": lettering.weight,
            "spacing": lettering.spacing * PIXEL, "colour": colour, "halo": colours["halo"],
            "rim": _RIM * PIXEL, "is-centred": False,
        })  # fmt: skip
    return [*found, *_numbers(made, area, colours["ink"])]


def one_drawing(page: bytes, catalogue: Catalogue) -> bytes:
    """Return a typeset page with each drawing in place of its picture, and one style for all of them."""
    hues = {hue for entry in catalogue.layers for hue in entry.style.hues()} | {FORMER.hue}
    ordered = sorted(hues, key=lambda hue: hue.css_class)
    style = element("style", style_of(catalogue.theme, PAPER, ordered))
    whole = _IMAGE.sub(_drawn, page.decode())
    return _ROOT.sub(lambda found: found[0] + style, whole, count=1).encode()


def _drawn(found: re.Match[str]) -> str:
    moved, encoded, width, height = found.groups()
    inner = _STYLE.sub("", base64.b64decode(encoded).decode())
    box = _VIEW_BOX.search(inner)
    root = (
        f'<svg width="{width}" height="{height}" viewBox="{box[1] if box else ""}" '
        'preserveAspectRatio="none" overflow="hidden">'
    )
    return f"<g{moved}>{_ROOT.sub(root, inner, count=1)}</g>"


def _numbers(made: StillMap, area: Area, ink: str) -> Iterator[dict[str, Any]]:
    for crowd in made.painter.crowds:
        if crowd.is_bubble:
            size = number_size(len(crowd.members))
            yield {
                **_at(area, crowd.x, crowd.y + size * _BASELINE),
                "text": str(len(crowd.members)), "size": size * PIXEL, "weight": _NUMBER_WEIGHT,
                "spacing": 0, "colour": ink, "halo": "", "rim": 0, "is-centred": True,
            }  # fmt: skip


def _at(area: Area, x: float, y: float) -> dict[str, float]:
    return {"x": area.x + x * PIXEL, "y": area.y + y * PIXEL}
