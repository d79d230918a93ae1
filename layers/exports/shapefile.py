"""Shapefile: one for each layer and type of geometry, its texts in UTF-8 or GBK and marked as such."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
from pandas.api.types import is_string_dtype

from layers.exports import ogr
from layers.exports.encodings import CODECS, GBK
from layers.exports.parts import parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
        done += len(part.features)
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
    rows, widths = sheet.rows.copy(), {}
    for field_id in sheet.names:
        if not is_string_dtype(rows[field_id]):
            continue
        texts = rows[field_id].tolist()
        lengths = _lengths(texts, codec)
        if max(lengths, default=0) > MOST_BYTES:
            ids = rows[key].tolist()
            long = [number for number, length in enumerate(lengths) if length > MOST_BYTES]
            _note(job, layer_id, field_id, [ids[number] for number in long])
            rows[field_id] = list(_cut(texts, lengths, codec))
        widths[field_id] = max(1, min(MOST_BYTES, max(lengths, default=1)))
    return replace(sheet, rows=rows, widths=widths)


def _lengths(texts: Sequence[str], codec: str) -> list[int]:
    if codec == "utf-8":
        counted: list[int] = pc.binary_length(pa.array(texts, type=pa.large_string())).to_pylist()
        return counted
    return [len(text.encode(codec)) for text in texts]


def _cut(texts: Sequence[str], lengths: Sequence[int], codec: str) -> Iterator[str]:
    for text, length in zip(texts, lengths, strict=True):
        # A character of which only a part is left is not decoded.
        yield text.encode(codec)[:MOST_BYTES].decode(codec, "ignore") if length > MOST_BYTES else text


def _note(job: Job, layer_id: str, field_id: str, ids: Sequence[str]) -> None:
    for feature_id in ids[:MOST_NAMED]:
        job.note("cut", layer_id=layer_id, feature_id=feature_id, field=field_id, detail=str(MOST_BYTES))
    if len(ids) > MOST_NAMED:
        job.note("cut_more", layer_id=layer_id, field=field_id, detail=str(len(ids) - MOST_NAMED))
