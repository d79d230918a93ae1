"""The map's symbols as styles of KML, which knows colours and widths but no dashes and no hatching."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from layers.exports.columns import Coded
from layers.exports.parts import kinds_of
from layers.exports.symbology import HALF, PALE, Symbology
from layers.fields import FEATURES
from layers.render.press import POINTS_PER_INCH, Press
from layers.render.symbols import AREA, LINE, POINT, known_status
from layers.style import Look

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from layers.exports.job import Job, LayerTable

# How a feature is drawn: its look, its status, and its kind of geometry.
Drawn: TypeAlias = tuple[Look, str, str]
# Pictures have so many pixels for each of the map's, for screens with fine pixels.
FINE = 3
# How wide programs draw a picture at scale 1, in pixels.
DRAWN_WIDTH = 32
# A balloon shows the description alone: other texts would be filled in as markup.
_BALLOON = "<BalloonStyle><text>$[description]</text></BalloonStyle>"
_LABEL = "<LabelStyle><scale>0.8</scale></LabelStyle>"


def all_drawn(job: Job) -> dict[Drawn, int]:
    """Return a number for each way in which features of a job are drawn."""
    found = dict.fromkeys(
        one
        for layer in job.layers
        for one in drawn_alike(layer, layer.rows[FEATURES], layer.geometry.to_numpy()).distinct
    )
    return {one: number for number, one in enumerate(found)}


def drawn_alike(layer: LayerTable, rows: pa.RecordBatch, geometry: NDArray[np.object_]) -> Coded:
    """Return for each row of a layer how it is drawn, as `Drawn`."""
    codes = [rows.column(name).to_pylist() for name in ("category", "status")]
    keys = Coded.of(zip(*codes, kinds_of(geometry).tolist(), strict=True))
    style = layer.style
    drawn = [(style.look(category), known_status(status), kind) for category, status, kind in keys.distinct]
    return Coded(keys.numbers, drawn)


def pictures(job: Job, drawn: Mapping[Drawn, int]) -> dict[str, bytes]:
    """Return the symbols of points as PNG, by the names under which styles have them."""
    symbology, press = Symbology(job.colours), Press()
    return {
        _picture(number): press.png(
            "symbol", {}, {"symbol": symbology.point_svg(look, status)}, FINE * POINTS_PER_INCH,
        )
        for (look, status, kind), number in drawn.items()
        if kind == POINT
    }


def styles(job: Job, drawn: Mapping[Drawn, int], *, has_pictures: bool) -> Iterator[str]:
    """Return the style of each way in which features are drawn."""
    symbology = Symbology(job.colours)
    for (look, status, kind), number in drawn.items():
        inside = ""
        if kind == POINT:
            inside = _icon(look, status, _picture(number) if has_pictures else "")
        elif kind == LINE:
            inside = _line(symbology, look, status)
        elif kind == AREA:
            inside = _area(symbology, look, status)
        yield f'<Style id="{style_id(number)}">{inside}{_BALLOON}</Style>\n'


def style_id(number: int) -> str:
    """Return what a style is called in the file."""
    return f"style.{number}"


def _picture(number: int) -> str:
    return f"symbols/{number}.png"


def _icon(look: Look, status: str, picture: str) -> str:
    if not picture:
        # Programs tint their own pin.
        return f"<IconStyle><color>{_colour(look.hue.light, PALE[status])}</color></IconStyle>{_LABEL}"
    spot = '<hotSpot x="0.5" y="0.5" xunits="fraction" yunits="fraction"/>'
    scale = f"<scale>{2 * HALF / DRAWN_WIDTH:g}</scale>"
    return f"<IconStyle>{scale}<Icon><href>{picture}</href></Icon>{spot}</IconStyle>{_LABEL}"


def _line(symbology: Symbology, look: Look, status: str) -> str:
    hues = [stroke.width for stroke in symbology.line(look, status) if stroke.colour == look.hue.light]
    return f"{_LABEL}{_stroke(look, PALE[status], min(hues))}"


def _area(symbology: Symbology, look: Look, status: str) -> str:
    paint = symbology.area(look, status, is_schematic=False)
    inside = f"<PolyStyle><color>{_colour(look.hue.light, paint.opacity)}</color></PolyStyle>"
    return f"{_LABEL}{_stroke(look, PALE[status], paint.strokes[-1].width)}{inside}"


def _stroke(look: Look, opacity: float, width: float) -> str:
    return f"<LineStyle><color>{_colour(look.hue.light, opacity)}</color><width>{width:g}</width></LineStyle>"


def _colour(colour: str, opacity: float) -> str:
    """Return a colour as alpha, blue, green, red."""
    return f"{round(opacity * 255):02x}{colour[5:7]}{colour[3:5]}{colour[1:3]}".lower()
