"""Which symbol each feature of a layer has, as rules for QGIS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layers.catalogue import Text
from layers.exports import qgis_style
from layers.exports.columns import distinct
from layers.exports.qgis_style import Rule
from layers.exports.symbology import Symbology
from layers.fields import FEATURES
from layers.history import STATUSES, UNSTATED
from layers.render.symbols import AREA

if TYPE_CHECKING:
    from collections.abc import Sequence
    from xml.etree.ElementTree import Element

    from layers.exports.job import Job
    from layers.exports.parts import Part
    from layers.style import Look

SCHEMATIC = "schematic"
_OTHERS = Text("其他", "Others")


def renderer_of(part: Part, job: Job) -> Element:
    """Return what draws a part of a layer as the map draws it."""
    look = part.layer.style.look("")
    others = Rule(_OTHERS.in_language(job.language), None, look, UNSTATED)
    return qgis_style.renderer(part.kind, [*rules(part, job), others], Symbology(job.colours))


def labels_of(part: Part, job: Job) -> Element:
    """Return what writes the name beside each feature of a part of a layer."""
    name = part.layer.names[FEATURES][f"name_{job.language}"]
    return qgis_style.labels(part.kind, name, Symbology(job.colours))


def style_of(part: Part, job: Job) -> str:
    """Return a part's style as QGIS keeps it in a file."""
    return qgis_style.qml(part.kind, renderer_of(part, job), labels_of(part, job))


def rules(part: Part, job: Job) -> list[Rule]:
    """Return one rule for all features of a part that are drawn alike, by status and then by look."""
    style, names = part.layer.style, part.layer.names[FEATURES]
    columns = ["category", "status", "position_method", f"category_{job.language}"]
    groups: dict[tuple[str, Look, bool], list[tuple[str, str, str]]] = {}
    for category, status, method, label in distinct(part.rows, columns):
        is_dashed = part.kind == AREA and method == SCHEMATIC
        groups.setdefault((status, style.look(category), is_dashed), []).append((category, method, label))
    made = []
    for (status, look, is_dashed), members in sorted(groups.items(), key=lambda row: _rank(row[0][0])):
        where = {names["status"]: [status]}
        label = job.labels.get(status, status)
        if style.variants:
            where[names["category"]] = _distinct([category for category, _, _ in members])
            label = f"{'、'.join(_distinct([words for _, _, words in members]))} · {label}"
        if part.kind == AREA:
            where[names["position_method"]] = _distinct([method for _, method, _ in members])
        made.append(Rule(label, where, look, status, is_schematic=is_dashed))
    return made


def _rank(status: str) -> int:
    return STATUSES.index(status) if status in STATUSES else len(STATUSES)


def _distinct(texts: Sequence[str]) -> list[str]:
    return sorted(set(texts))
