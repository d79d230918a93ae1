"""A QGIS project beside the GeoPackage that it opens, with the map's own symbols."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from geo.crs import GEOGRAPHIC
from layers.exports import geopackage
from layers.exports.kml import DAY
from layers.exports.ogr import aliases_of
from layers.exports.qgis_layer import labels_of, renderer_of
from layers.exports.qgis_style import DOCTYPE, VERSION
from layers.fields import FEATURES, HISTORY
from layers.render.symbols import AREA, LINE, POINT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from layers.exports.job import Job, LayerTable
    from layers.exports.parts import Part

EXTENSION, PROJECT = ".qgz", ".qgs"
_GEOMETRIES = {POINT: "Point", LINE: "Line", AREA: "Polygon"}
# Above lie the small: points on lines on areas.
_ORDER = {POINT: 0, LINE: 1, AREA: 2}
_ENTRIES = "history"
# QGIS gives layers with a short id another one, which nothing in the project then finds.
_LAYER_ID = "atlas_export_layer_"


def write(job: Job) -> None:
    """Write the GeoPackage and the project."""
    parts = geopackage.write_parts(job)
    project = zipfile.ZipInfo(f"{job.stem}{PROJECT}", DAY)
    project.compress_type = zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(job.target / f"{job.stem}{EXTENSION}", "w") as archive:
        archive.writestr(project, _project(job, parts))


def _project(job: Job, parts: Sequence[Part]) -> str:
    root = ET.Element("qgis", projectname=job.stem, version=VERSION)
    ET.SubElement(root, "title").text = job.stem
    _add_crs(ET.SubElement(root, "projectCrs"), job)
    tree = ET.SubElement(root, "layer-tree-group")
    for layer in job.layers:
        _add_group(tree, job, layer, [part for part in parts if part.layer is layer])
    _add_leaf(tree, job, _ENTRIES, _ENTRIES)
    _add_relations(root, parts)
    held = ET.SubElement(root, "projectlayers")
    for part in parts:
        held.append(_layer(job, part))
    held.append(_table(job, _ENTRIES))
    properties = ET.SubElement(root, "properties")
    paths = ET.SubElement(properties, "Paths")
    ET.SubElement(paths, "Absolute", type="bool").text = "false"
    # Without it the project's system is not read.
    system = ET.SubElement(properties, "SpatialRefSys")
    ET.SubElement(system, "ProjectionsEnabled", type="int").text = "1"
    return DOCTYPE + ET.tostring(root, encoding="unicode")


def _add_group(tree: ET.Element, job: Job, layer: LayerTable, parts: Sequence[Part]) -> None:
    title = layer.title.in_language(job.language)
    group = ET.SubElement(tree, "layer-tree-group", name=title, checked="Qt::Checked", expanded="0")
    for part in sorted(parts, key=lambda part: _ORDER.get(part.kind, len(_ORDER))):
        _add_leaf(group, job, part.name, part.title(job.language))


def _add_leaf(tree: ET.Element, job: Job, name: str, title: str) -> None:
    ET.SubElement(
        tree, "layer-tree-layer", id=_LAYER_ID + name, name=title, source=_source(job, name),
        providerKey="ogr", checked="Qt::Checked", expanded="0",
    )  # fmt: skip


def _layer(job: Job, part: Part) -> ET.Element:
    made = _map_layer(job, part.name, part.title(job.language), _GEOMETRIES.get(part.kind, "No geometry"))
    if part.kind in _GEOMETRIES:
        _add_crs(ET.SubElement(made, "srs"), job)
        made.set("labelsEnabled", "1")
        made.extend([renderer_of(part, job), labels_of(part, job)])
    _add_aliases(made, job, part.layer, FEATURES)
    name = part.layer.names[FEATURES][f"name_{job.language}"]
    ET.SubElement(made, "previewExpression").text = f'"{name}"'
    return made


def _table(job: Job, name: str) -> ET.Element:
    made = _map_layer(job, name, name, "No geometry")
    _add_aliases(made, job, job.layers[0], HISTORY)
    return made


def _map_layer(job: Job, name: str, title: str, geometry: str) -> ET.Element:
    made = ET.Element("maplayer", type="vector", geometry=geometry, styleCategories="AllStyleCategories")
    ET.SubElement(made, "id").text = _LAYER_ID + name
    ET.SubElement(made, "datasource").text = _source(job, name)
    ET.SubElement(made, "layername").text = title
    ET.SubElement(made, "provider", encoding="UTF-8").text = "ogr"
    return made


def _source(job: Job, name: str) -> str:
    return f"./{job.stem}{geopackage.EXTENSION}|layername={name}"


def _add_crs(parent: ET.Element, job: Job) -> None:
    system = ET.SubElement(parent, "spatialrefsys")
    told = {
        "wkt": job.crs.crs.to_wkt(),
        "srid": str(job.crs.epsg),
        "authid": job.crs.crs_id,
        "description": job.crs.name_en,
        "geographicflag": str(job.crs.kind == GEOGRAPHIC).lower(),
    }
    for name, text in told.items():
        ET.SubElement(system, name).text = text


def _add_aliases(layer: ET.Element, job: Job, table: LayerTable, kind: str) -> None:
    """Have each field shown by its name in the other language too."""
    aliases = aliases_of(job, kind)
    held = ET.SubElement(layer, "aliases")
    for number, (field_id, name) in enumerate(table.names[kind].items(), start=1):
        ET.SubElement(held, "alias", field=name, index=str(number), name=aliases.get(field_id, ""))


def _add_relations(root: ET.Element, parts: Sequence[Part]) -> None:
    """Have the form of a place show what each document says of it."""
    relations = ET.SubElement(root, "relations")
    for part in parts:
        relation = ET.SubElement(
            relations, "relation", id=f"{_ENTRIES}_{part.name}", name=_ENTRIES, strength="Association",
            referencingLayer=_LAYER_ID + _ENTRIES, referencedLayer=_LAYER_ID + part.name,
        )  # fmt: skip
        names = part.layer.names
        referring, referred = names[HISTORY]["feature_id"], names[FEATURES]["id"]
        ET.SubElement(relation, "fieldRef", referencingField=referring, referencedField=referred)
