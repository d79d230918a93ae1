"""Reads drawings by ezdxf: the lines and points that draw each place, with the fields that they keep."""

import re
from pathlib import Path
from typing import Any

from ezdxf.document import Drawing
from ezdxf.filemanagement import readfile
from pyproj import CRS
from shapely.geometry import LineString, MultiLineString, MultiPoint, Point
from shapely.geometry.base import BaseGeometry

from tests.exports.found import Found, Row

APP = "CORRIDOR_ATLAS"


def opened(path: Path) -> Drawing:
    """Return a drawing in which ezdxf's audit finds no fault."""
    drawing = readfile(path)
    audit = drawing.audit()
    assert not audit.errors
    assert not audit.fixes
    return drawing


def read(path: Path, key: str) -> Found:
    """Return a row for each place, known by a field: its points, or all its lines and edges."""
    drawing = opened(path)
    (crs,) = (text for name, text in drawing.header.custom_vars if name == "CRS")
    drawn: dict[str, list[BaseGeometry]] = {}
    values: dict[str, dict[str, str]] = {}
    for entity in drawing.modelspace():
        if entity.has_xdata(APP):
            fields = fields_of(entity)
            values[fields[key]] = fields
            drawn.setdefault(fields[key], []).append(geometry_of(entity))
    rows = [Row(together(drawn[place]), row) for place, row in values.items()]
    is_north_first = CRS.from_user_input(crs).axis_info[0].direction == "north"
    return Found(rows, systems={(crs, is_north_first)})


def together(parts: list[Any]) -> BaseGeometry:
    """Return points or lines as one geometry."""
    if isinstance(parts[0], Point):
        return MultiPoint(parts)
    return MultiLineString(parts)


def geometry_of(entity: Any) -> BaseGeometry:  # noqa: ANN401 - any entity of ezdxf
    """Return where an entity lies."""
    if entity.dxftype() == "INSERT":
        return Point(entity.dxf.insert.x, entity.dxf.insert.y)
    corners = [(x, y) for x, y, *_ in entity.get_points()]
    return LineString([*corners, corners[0]] if entity.closed else corners)


def fields_of(entity: Any) -> dict[str, str]:  # noqa: ANN401 - any entity of ezdxf
    """Return the fields that an entity keeps: in braces each, name and pieces of its text."""
    made, held = {}, []
    for code, text in entity.get_xdata(APP):
        if code == 1000:
            held.append(text)
        elif code == 1002 and text == "}":
            name, *pieces = held
            whole = "".join(pieces)
            for sign, character in (("^J", "\n"), ("^M", "\r"), ("^I", "\t"), ("^ ", "^")):
                whole = whole.replace(sign, character)
            made[name], held = decoded(whole), []
    return made


def decoded(text: str) -> str:
    r"""Return a text with each `\U+` and its four digits as half a character of UTF-16."""
    halves = re.sub(r"\\U\+([0-9A-F]{4})", lambda found: chr(int(found[1], 16)), text)
    return halves.encode("utf-16", "surrogatepass").decode("utf-16")
