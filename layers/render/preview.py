"""The picture that a messenger shows beside a link: the map, the filter in words, how many places."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from layers.read_back import THIN_SPACE
from layers.render.labels import fitted
from layers.render.markup import plain
from layers.render.still_map import Paper, still_map, window_of
from layers.render.still_style import LIGHT

if TYPE_CHECKING:
    from layers.render.press import Press
    from layers.render.still_map import Atlas
    from layers.view import MapView

WIDTH, HEIGHT = 1200, 630
# The map takes what the words leave; it is drawn larger than on screen, to be read as a thumbnail.
MAP_WIDTH, ENLARGED = 768, 1.5
# A window of so many pixels across is what most senders see.
SEEN_WIDTH = 1000
# Of a sentence, so many times its letters' height is said.
LONGEST_SENTENCE, LONGEST_NAME = 125, 60
_COLOURS = ("panel", "ink", "ink-soft", "line", "accent")


@dataclass(frozen=True)
class Caption:
    """What the picture says, in the language of the view.

    Attributes
    ----------
    unit
        What stands behind the number of places.
    version
        The data version.
    published
        Its date, or empty where that is not known.
    """

    product: str
    sentence: str
    unit: str
    version: str
    published: str = ""


def preview_png(view: MapView, atlas: Atlas, caption: Caption, count: int, press: Press) -> bytes:
    """Return the picture, 1200 by 630 pixels.

    Parameters
    ----------
    count
        Places that meet the filter.
    """
    paper = Paper(MAP_WIDTH / ENLARGED, HEIGHT / ENLARGED, description=caption.sentence)
    # The same part of the ground as on screen, on a smaller paper.
    nearer = replace(view, zoom=view.zoom + math.log2(paper.width / SEEN_WIDTH))
    made = still_map(view, atlas, paper, window_of(nearer, paper))
    colours = getattr(atlas.catalogue.theme, LIGHT)
    words = {
        "language": view.language,
        "colours": {role: colours[role] for role in _COLOURS},
        "product": plain(caption.product, LONGEST_NAME),
        "sentence": _short(caption.sentence),
        "number": f"{count:,}",
        "unit": plain(caption.unit, LONGEST_NAME),
        "version": _short(caption.version),
        "published": _short(caption.published),
    }
    return press.png("preview", words, {"map": made.svg})


def _short(text: str) -> str:
    # Typesetting puts the space between Chinese and Latin itself, and the typeface has no thin space.
    whole = plain(text.replace(THIN_SPACE, ""), 4 * LONGEST_SENTENCE)
    return fitted(whole, 1, LONGEST_SENTENCE)
