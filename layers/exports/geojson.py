"""GeoJSON (RFC 7946) and GeoJSON Lines, written as a stream."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from layers.exports.cells import DECIMALS
from layers.exports.columns import TEXT, content_of, each_text
from layers.exports.errors import EmptySelectionError
from layers.exports.markup_columns import joined
from layers.exports.packing import read_along
from layers.exports.tables import Wanted, layer_table
from layers.fields import FEATURES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from numpy.typing import NDArray

    from layers.catalogue import Catalogue
    from layers.exports.job import Job, LayerTable
    from layers.exports.selection import Chosen, Selection

BATCH = 20_000
# Somebody waits for these; each time twice as many follow.
FIRST = 250


def collection(tables: Iterable[LayerTable], name: str, advance: Callable[[int], None]) -> Iterator[bytes]:
    """Return a feature collection of all layers, piece by piece.

    Parameters
    ----------
    tables
        In WGS 84. One after the other, so that the first piece need not wait for the last table.
    advance
        Called with the number of features so far.
    """
    yield b'{"type":"FeatureCollection","name":%s,"features":[' % orjson.dumps(name)
    is_first = True
    for piece in _pieces(tables, advance, before=",\n", after=""):
        yield piece[is_first:]
        is_first = False
    yield b"\n]}\n"


def lines(tables: Iterable[LayerTable], advance: Callable[[int], None]) -> Iterator[bytes]:
    """Return all features, a line each, piece by piece; see `collection`."""
    return _pieces(tables, advance, before="", after="\n")


def streamed(
    selection: Selection, catalogue: Catalogue, name: str, spelling: str = "en", *, as_lines: bool = False,
) -> Iterator[bytes]:
    """Return what is selected as GeoJSON, piece by piece; the first needs but the first features.

    Parameters
    ----------
    name
        What the collection is called.
    spelling
        Of the field names: `en` or `zh`.
    as_lines
        A line each feature, without a collection around them.

    Raises
    ------
    UnknownPlaceError, EmptySelectionError
        A place asked for is not there; nothing is left. Raised at once, before the first piece is asked for.
    """
    chosen = selection.chosen()
    if not chosen.total:
        raise EmptySelectionError
    wanted = Wanted(
        catalogue, selection.snapshot.version, catalogue.fields.names(spelling), has_entries=False,
    )
    tables = _tables(chosen, wanted)
    return lines(tables, _unheard) if as_lines else collection(tables, name, _unheard)


def _unheard(_: int) -> None:
    """Hear nothing of progress: whoever reads the pieces sees it."""


def _tables(chosen: Chosen, wanted: Wanted) -> Iterator[LayerTable]:
    size = FIRST
    for entry in wanted.catalogue.entries(list(chosen.layers)):
        features = chosen.layers[entry.layer_id]
        start = 0
        while start < len(features):
            yield layer_table(entry, features.iloc[start : start + size], wanted, [])
            start += size
            size = min(2 * size, BATCH)


def write_collection(job: Job) -> None:
    """Write all layers as one feature collection."""
    _write(job, ".geojson", collection(job.layers, job.stem, job.advance))


def write_lines(job: Job) -> None:
    """Write all layers, a line each feature."""
    _write(job, ".geojsonl", lines(job.layers, job.advance))


def _write(job: Job, extension: str, pieces: Iterator[bytes]) -> None:
    path = job.target / f"{job.stem}{extension}"
    with read_along(path, job.digests), path.open("wb") as file:
        for piece in pieces:
            file.write(piece)


def _pieces(
    tables: Iterable[LayerTable], advance: Callable[[int], None], before: str, after: str,
) -> Iterator[bytes]:
    """Return features, each between two texts."""
    done = 0
    for table in tables:
        members = _members(table)
        for start in range(0, table.count, BATCH):
            geometry = table.geometry.to_numpy()[start : start + BATCH]
            texts = [_json(column.slice(start, BATCH)) for column in members]
            ids, *properties = texts
            yield bytes(content_of(joined(
                f'{before}{{"type":"Feature","id":', ids, ',"geometry":', _geometries(geometry),
                ',"properties":{', *_between(table.names[FEATURES].values(), properties), f"}}}}{after}",
            )))  # fmt: skip
            done += len(geometry)
            advance(done)


def _members(table: LayerTable) -> list[pa.Array]:
    """Return the ids and all columns; texts that stand in many rows are JSON already."""
    rows = table.rows[FEATURES]
    columns = [rows.column(field_id) for field_id in ("id", *table.names[FEATURES])]
    is_coded = pa.types.is_dictionary
    return [each_text(column, _quoted) if is_coded(column.type) else column for column in columns]


def _json(column: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(column.type):
        return column
    if pa.types.is_large_string(column.type):
        return _quoted(column)
    if pa.types.is_floating(column.type):
        return pa.array([orjson.dumps(value).decode() for value in column.to_pylist()], TEXT)
    return pc.fill_null(pc.cast(column, TEXT), "null")


def _quoted(texts: pa.Array) -> pa.Array:
    return pa.array([orjson.dumps(text).decode() for text in texts.to_pylist()], TEXT)


def _between(names: Iterable[str], values: Iterable[pa.Array]) -> Iterator[pa.Array | str]:
    for number, (name, value) in enumerate(zip(names, values, strict=True)):
        yield f"{',' * bool(number)}{orjson.dumps(name).decode()}:"
        yield value


def _geometries(geometry: NDArray[np.object_]) -> pa.Array:
    rounded = shapely.transform(geometry, lambda positions: np.round(positions, DECIMALS[True]))
    # RFC 7946, 3.1.6: outer rings run anticlockwise.
    return pc.fill_null(pa.array(shapely.to_geojson(shapely.orient_polygons(rounded)), TEXT), "null")
