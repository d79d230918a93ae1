"""Shapefile: one for each layer and type of geometry, its texts in UTF-8 or GBK and marked as such."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from layers.exports import ogr
from layers.exports.columns import TEXT, each_text, held, is_text, plain
from layers.exports.encodings import CODECS, GBK
from layers.exports.parts import parts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from layers.exports.job import Job
    from layers.exports.ogr import Sheet

_DRIVER = "ESRI Shapefile"
# The most bytes that a text of a dBASE table takes.
MOST_BYTES = 254
# Of texts that are cut, so many are named for each column; the others are counted.
MOST_NAMED = 20
# By this GDAL writes GBK and the language driver id of code page 936, but no `.cpg`.
_CODE_PAGE_936 = "LDID/77"


def write(job: Job) -> None:
    """Write each type of geometry of each layer as a Shapefile, histories and citations as tables."""
    done = 0
    for part in parts(job):
        _write(job, ogr.sheet_of(part, job), done, part.layer.layer_id, "id")
        done += part.rows.num_rows
    for sheet in ogr.entry_sheets(job):
        _write(job, sheet, done, sheet.name, "feature_id")
    job.advance(done)


def _write(job: Job, sheet: Sheet, done: int, layer_id: str, key: str) -> None:
    file = job.target / f"{sheet.name}{'.shp' if sheet.geometry_type else '.dbf'}"
    encoding = _CODE_PAGE_936 if job.encoding == GBK else "UTF-8"
    # Beyond two gibibytes few programs read on.
    limit = {"2GB_LIMIT": "YES"}
    ogr.write(job, _fitted(job, sheet, layer_id, key), file, _DRIVER, done=done, encoding=encoding, **limit)
    file.with_suffix(".cpg").write_text("GBK" if job.encoding == GBK else "UTF-8", encoding="ascii")


def _fitted(job: Job, sheet: Sheet, layer_id: str, key: str) -> Sheet:
    """Return a table with texts cut to what a column holds, and columns as wide as their longest text."""
    codec = CODECS[job.encoding]
    columns, widths = {}, {}
    for field_id in sheet.names:
        column = columns[field_id] = sheet.rows.column(field_id)
        if not is_text(column):
            continue
        lengths = each_text(column, lambda texts: _lengths(texts, codec))
        longest = pc.max(held(lengths)).as_py() or 1
        if longest > MOST_BYTES:
            is_long = pc.greater(plain(lengths), MOST_BYTES)
            _note(job, layer_id, field_id, sheet.rows.column(key).filter(is_long).to_pylist())
            columns[field_id] = each_text(column, lambda texts: _cut(texts, codec))
        widths[field_id] = min(MOST_BYTES, longest)
    return replace(sheet, rows=pa.RecordBatch.from_pydict(columns), widths=widths)


def _lengths(texts: pa.Array, codec: str) -> pa.Array:
    if codec == "utf-8":
        return pc.binary_length(texts)
    return pa.array([len(text.encode(codec)) for text in texts.to_pylist()], pa.int64())


def _cut(texts: pa.Array, codec: str) -> pa.Array:
    # A character of which only a part is left is not decoded.
    cut = (text.encode(codec)[:MOST_BYTES].decode(codec, "ignore") for text in texts.to_pylist())
    return pa.array(cut, TEXT)


def _note(job: Job, layer_id: str, field_id: str, ids: Sequence[str]) -> None:
    for feature_id in ids[:MOST_NAMED]:
        job.note("cut", layer_id=layer_id, feature_id=feature_id, field=field_id, detail=str(MOST_BYTES))
    if len(ids) > MOST_NAMED:
        job.note("cut_more", layer_id=layer_id, field=field_id, detail=str(len(ids) - MOST_NAMED))
