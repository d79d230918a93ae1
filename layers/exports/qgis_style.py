"""Symbols of a layer in the words of QGIS: rules that draw each feature as the map draws it."""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from layers.exports.symbology import HALF, Stroke
from layers.render.symbols import AREA, HATCH, LINE, POINT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from layers.exports.symbology import Paint, Symbology
    from layers.style import Look

# A pixel of the map on paper.
MM = 25.4 / 96
# Names are written from this scale on, as 1 to so many.
NAMED_FROM = "150000"
# By the numbers of QGIS: at one of eight positions around a point, along a line, within an area.
_PLACEMENTS = {POINT: "6", LINE: "2", AREA: "1"}
FAINT_HATCH = 0.4
DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
VERSION = "3.22.16"
_KINDS = {POINT: "marker", LINE: "line", AREA: "fill"}
GEOMETRY_TYPES = {POINT: 0, LINE: 1, AREA: 2}


@dataclass(frozen=True)
class Rule:
    """Features that are drawn alike.

    Attributes
    ----------
    where
        For each column the values of which a feature has one; None for all features that no other rule has.
    """

    label: str
    where: Mapping[str, Sequence[str]] | None
    look: Look
    status: str
    is_schematic: bool = False


def renderer(kind: str, rules: Iterable[Rule], symbology: Symbology) -> ET.Element:
    """Return what draws a layer of points, lines or areas."""
    made = ET.Element("renderer-v2", type="RuleRenderer", symbollevels="0", enableorderby="0")
    tree = ET.SubElement(made, "rules", key="root")
    drawn = ET.SubElement(made, "symbols")
    for number, rule in enumerate(rules):
        ET.SubElement(
            tree, "rule", key=f"rule-{number}", symbol=str(number), label=rule.label,
            filter=_filter(rule),
        )  # fmt: skip
        drawn.append(_symbol(kind, str(number), rule, symbology))
    return made


def labels(kind: str, column: str, symbology: Symbology) -> ET.Element:
    """Return what writes a column's text beside each feature, with a halo, from a middle scale on."""
    made = ET.Element("labeling", type="simple")
    settings = ET.SubElement(made, "settings")
    style = ET.SubElement(
        settings, "text-style", fieldName=column, isExpression="0", fontFamily="Noto Sans CJK SC",
        namedStyle="Regular", fontWeight="50", fontSize="9", fontSizeUnit="Point", textOpacity="1",
        textColor=_colour(symbology.colours["ink"]), multilineHeight="1",
    )  # fmt: skip
    ET.SubElement(
        style, "text-buffer", bufferDraw="1", bufferSize="0.8", bufferSizeUnits="MM", bufferOpacity="1",
        bufferColor=_colour(symbology.colours["halo"]), bufferJoinStyle="128",
    )  # fmt: skip
    ET.SubElement(
        settings, "placement", placement=_PLACEMENTS[kind], predefinedPositionOrder="R,L,TR,BR,TL,BL,TSR,BSR",
        dist=_mm(HALF), distUnits="MM", offsetType="0", priority="5", placementFlags="10",
        polygonPlacementFlags="2",
    )  # fmt: skip
    ET.SubElement(
        settings, "rendering", drawLabels="1", scaleVisibility="1", scaleMin="1", scaleMax=NAMED_FROM,
        obstacle="1", obstacleFactor="1", upsidedownLabels="0",
    )  # fmt: skip
    return made


def qml(kind: str, *parts: ET.Element) -> str:
    """Return a layer's style as a file of QGIS holds it."""
    root = ET.Element("qgis", version=VERSION, styleCategories="Symbology|Labeling", labelsEnabled="1")
    root.extend(parts)
    ET.SubElement(root, "layerGeometryType").text = str(GEOMETRY_TYPES[kind])
    return DOCTYPE + ET.tostring(root, encoding="unicode")


def quoted_name(column: str) -> str:
    """Return a column as an expression of QGIS names it."""
    return '"' + column.replace('"', '""') + '"'


def quoted(text: str) -> str:
    """Return a text as an expression of QGIS holds it."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _filter(rule: Rule) -> str:
    if rule.where is None:
        return "ELSE"
    return " AND ".join(_is_one_of(column, values) for column, values in rule.where.items())


def _is_one_of(column: str, values: Sequence[str]) -> str:
    return f"{quoted_name(column)} IN ({', '.join(map(quoted, values))})"


def _symbol(kind: str, name: str, rule: Rule, symbology: Symbology) -> ET.Element:
    made = ET.Element("symbol", type=_KINDS[kind], name=name, alpha="1", clip_to_extent="1", force_rhr="0")
    if kind == POINT:
        made.append(_marker(symbology.point_svg(rule.look, rule.status)))
    elif kind == LINE:
        made.extend(map(_line, symbology.line(rule.look, rule.status)))
    else:
        made.extend(_area(symbology.area(rule.look, rule.status, is_schematic=rule.is_schematic), name))
    return made


def _marker(svg: str) -> ET.Element:
    picture = "base64:" + base64.b64encode(svg.encode()).decode()
    return _layer("SvgMarker", name=picture, size=_mm(2 * HALF), size_unit="MM", scale_method="diameter",
                  fixedAspectRatio="0", angle="0")  # fmt: skip


def _line(stroke: Stroke, *, is_inside: bool = False) -> ET.Element:
    return _layer(
        "SimpleLine", line_color=_colour(stroke.colour, stroke.opacity), line_width=_mm(stroke.width),
        line_width_unit="MM", line_style="solid", joinstyle="round",
        capstyle="round" if stroke.is_round else "flat", use_custom_dash=str(int(bool(stroke.dash))),
        customdash=";".join(map(_mm, stroke.dash)) or "5;2", customdash_unit="MM",
        draw_inside_polygon=str(int(is_inside)),
    )  # fmt: skip


def _area(paint: Paint, name: str) -> Iterable[ET.Element]:
    fill = _layer("SimpleFill", color=_colour(paint.colour, paint.inner), style="solid", outline_style="no")
    # Half of a line along the outline lies within.
    band = _line(Stroke(paint.colour, 2 * paint.band, opacity=paint.opacity), is_inside=True)
    hatches = [] if paint.hatch is None else [_hatch(paint.hatch, name)]
    return chain([fill, band], hatches, map(_line, paint.strokes))


def _hatch(stroke: Stroke, name: str) -> ET.Element:
    made = _layer("LinePatternFill", angle="45", distance=_mm(HATCH / 2**0.5), distance_unit="MM")
    inside = ET.SubElement(
        made, "symbol", type="line", name=f"@{name}@2", alpha="1", clip_to_extent="1", force_rhr="0",
    )
    # It cannot keep to the band, and so is fainter than there.
    inside.append(_line(replace(stroke, opacity=stroke.opacity * FAINT_HATCH)))
    return made


def _layer(class_: str, **options: str) -> ET.Element:
    made = ET.Element("layer", {"class": class_, "enabled": "1", "locked": "0", "pass": "0"})
    held = ET.SubElement(made, "Option", type="Map")
    for name, value in options.items():
        ET.SubElement(held, "Option", name=name, type="QString", value=value)
    return made


def _mm(pixels: float) -> str:
    return f"{pixels * MM:.3f}"


def _colour(colour: str, opacity: float = 1) -> str:
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return f"{red},{green},{blue},{round(opacity * 255)}"
