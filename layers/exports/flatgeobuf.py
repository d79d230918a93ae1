"""FlatGeobuf: one file a layer, with a spatial index."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from layers.exports import ogr
from layers.exports.parts import NO_PLACE, Part, kinds_of, type_of
from layers.fields import FEATURES

if TYPE_CHECKING:
    from layers.exports.job import Job, LayerTable

EXTENSION = ".fgb"
_DRIVER = "FlatGeobuf"


def write(job: Job) -> None:
    """Write each layer as a file; one with places that have no position is without an index."""
    done = 0
    for layer in job.layers:
        part, is_whole = _whole(layer)
        sheet = replace(ogr.sheet_of(part, job), name=layer.layer_id)
        file = job.target / f"{layer.layer_id}{EXTENSION}"
        index = "YES" if is_whole else "NO"
        if not is_whole:
            job.note("no_index", layer_id=layer.layer_id)
        title = layer.title.in_language(job.language)
        ogr.write(job, sheet, file, _DRIVER, done=done, SPATIAL_INDEX=index, TITLE=title)
        done += layer.count
    job.advance(done)


def _whole(layer: LayerTable) -> tuple[Part, bool]:
    """Return a layer as one part, and whether each of its features has a geometry."""
    geometry = layer.geometry.to_numpy()
    found = set(kinds_of(geometry))
    kinds = found - {NO_PLACE}
    kind = kinds.pop() if len(kinds) == 1 else NO_PLACE
    geometry_type = type_of(kind, geometry) or ogr.ANY_GEOMETRY
    return Part(layer, layer.layer_id, layer.rows[FEATURES], geometry, geometry_type), NO_PLACE not in found
