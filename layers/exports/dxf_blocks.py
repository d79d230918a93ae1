"""The map's point symbols as blocks of a drawing, in the colour of whatever is inserted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from ezdxf.colors import BYBLOCK

if TYPE_CHECKING:
    from ezdxf.document import Drawing
    from ezdxf.layouts.blocklayout import BlockLayout

    from layers.exports.symbology import Shape, Stroke, Symbology
    from layers.style import Look

_COMMAND = re.compile(r"([A-Za-z])([^A-Za-z]*)")
# Strokes of a dash that are shorter are dots.
DOT = 0.1
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")
# A corner and how much the edge behind it bulges: 1 is a half circle.
Corner: TypeAlias = tuple[float, float, float]


class Blocks:
    """Makes a block for each symbol that is asked for.

    Parameters
    ----------
    unit
        How long a pixel of the map is in the drawing.
    """

    def __init__(self, drawing: Drawing, symbology: Symbology, unit: float) -> None:
        self._drawing = drawing
        self._symbology = symbology
        self._unit = unit

    def named(self, look: Look, status: str) -> str:
        """Return the name of the block with a symbol."""
        name = f"{look.shape}_{status}"
        if name not in self._drawing.blocks:
            block = self._drawing.blocks.new(name)
            for shape in self._symbology.point(look, status):
                self._add(block, shape)
        return name

    def _add(self, block: BlockLayout, shape: Shape) -> None:
        corners = [
            (x * self._unit, -y * self._unit, bulge) for x, y, bulge in path_corners(shape.path)
        ]
        if shape.stroke is None:
            hatch = block.add_hatch(color=BYBLOCK)
            hatch.transparency = 1 - shape.opacity
            hatch.paths.add_polyline_path(corners, is_closed=True)
            return
        linetype = linetype_of(self._drawing, shape.stroke, self._unit)
        width = shape.stroke.width * self._unit
        attributes = {"color": BYBLOCK, "const_width": width, "linetype": linetype}
        block.add_lwpolyline(corners, format="xyb", close=True, dxfattribs=attributes)


def linetype_of(drawing: Drawing, stroke: Stroke, unit: float) -> str:
    """Return the name of the line type with a stroke's dashes, made where it is not there yet."""
    if not stroke.dash:
        return "Continuous"
    name = "DASH_" + "_".join(f"{part:g}" for part in stroke.dash).replace(".", "P")
    if name not in drawing.linetypes:
        # Strokes and gaps in turn; a stroke of no length is a dot.
        lengths = [part * unit if part > DOT else 0.0 for part in stroke.dash]
        signed = [-length if number % 2 else length for number, length in enumerate(lengths)]
        drawing.linetypes.add(name, [sum(lengths), *signed])
    return name


def path_corners(path: str) -> list[Corner]:
    """Return the corners of a closed SVG path as symbols are drawn, of straight edges and half circles.

    Raises
    ------
    ValueError
        The path has other commands.
    """
    made: list[Corner] = []
    for command, text in _COMMAND.findall(path):
        numbers = [float(number) for number in _NUMBER.findall(text)]
        if command == "M":
            made.append((numbers[0], numbers[1], 0.0))
        elif command == "a":
            # Both half circles of a symbol run anticlockwise as one sees them.
            x, y, _ = made[-1]
            made[-1] = x, y, 1.0
            made.append((x + numbers[-2], y + numbers[-1], 0.0))
        elif command == "l":
            for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
                made.append((made[-1][0] + dx, made[-1][1] + dy, 0.0))
        elif command != "z":
            message = f"{path!r} has a command that symbols do not have"
            raise ValueError(message)
    # Closed by a flag, without its first corner standing there again.
    return made[:-1] if made[-1][:2] == made[0][:2] else made
