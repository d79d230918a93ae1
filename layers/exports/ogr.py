"""Writes tables by GDAL, as a stream: progress is told and a cancel heard between batches of rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import pyarrow as pa
import pyogrio

from layers.exports.columns import TEXT, as_wkb, is_text, joined, plain
from layers.exports.errors import UnwritableError
from layers.exports.parts import as_type
from layers.fields import CITATIONS, FEATURES, HISTORY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from layers.exports.job import Job
    from layers.exports.parts import Part

BATCH = 20_000
GEOMETRY = "geometry"
ANY_GEOMETRY = "Unknown"
pyogrio.set_gdal_config_options({
    # A half-written file is thrown away, and a whole one synchronised before it gets its name.
    "OGR_SQLITE_SYNCHRONOUS": "OFF",
    "OGR_SQLITE_JOURNAL": "MEMORY",
    # A row has about a kilobyte, of which the usual pages of four hold few.
    "OGR_SQLITE_PRAGMA": "page_size=8192",
})  # fmt: skip
_WKB = {b"ARROW:extension:name": b"geoarrow.wkb"}


@dataclass(frozen=True)
class Sheet:
    """A table to be written.

    Attributes
    ----------
    rows
        Columns by the fields' ids.
    names
        Of the columns to be written by field id, in their order.
    aliases
        The same in the other language, for programs that show one beside the name.
    geometry
        One for each row; None for a table without.
    wkb
        The same as well-known binary where that is at hand and of the type below.
    geometry_type
        Such as `MultiPolygon`, or `ANY_GEOMETRY`.
    crs
        Such as `EPSG:4547`.
    widths
        The most bytes of a text by field id, for formats with columns of a fixed width.
    """

    name: str
    rows: pa.RecordBatch
    names: Mapping[str, str]
    aliases: Mapping[str, str] = field(default_factory=dict)
    geometry: NDArray[np.object_] | None = None
    wkb: pa.Array | None = None
    geometry_type: str | None = None
    crs: str | None = None
    widths: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def schema(self) -> pa.Schema:
        """The columns and what GDAL is to know of each."""
        columns = [self._column(field_id) for field_id in self.names]
        if self.geometry is not None:
            columns.append(pa.field(GEOMETRY, pa.binary(), metadata=_WKB))
        return pa.schema(columns)

    def batch(self, start: int) -> pa.RecordBatch:
        """Return the rows from one on, as many as a batch has."""
        rows = self.rows.slice(start, BATCH)
        arrays = [
            plain(rows.column(field_id)).cast(column.type)
            for field_id, column in zip(self.names, self.schema, strict=False)
        ]
        if self.wkb is not None:
            arrays.append(self.wkb.slice(start, BATCH))
        elif self.geometry is not None:
            arrays.append(as_wkb(as_type(self.geometry[start : start + BATCH], self.geometry_type)))
        return pa.record_batch(arrays, schema=self.schema)

    def _column(self, field_id: str) -> pa.Field:
        told = {}
        if self.aliases.get(field_id):
            told[b"GDAL:OGR:alternative_name"] = self.aliases[field_id].encode()
        if field_id in self.widths:
            told[b"GDAL:OGR:width"] = str(self.widths[field_id]).encode()
        return pa.field(self.names[field_id], _type_of(self.rows.column(field_id)), metadata=told or None)


def sheet_of(part: Part, job: Job) -> Sheet:
    """Return the features of one type of geometry as a table to be written."""
    has_place = part.geometry_type is not None
    return Sheet(
        name=part.name,
        rows=part.rows,
        names=part.layer.names[FEATURES],
        aliases=aliases_of(job, FEATURES),
        geometry=part.geometry if has_place else None,
        wkb=part.wkb,
        geometry_type=part.geometry_type,
        crs=job.crs.crs_id if has_place else None,
    )


def entry_sheets(job: Job) -> Iterator[Sheet]:
    """Return the history and the citations of all layers, a table each."""
    for table in (HISTORY, CITATIONS):
        rows = joined([layer.rows[table] for layer in job.layers])
        yield Sheet(table, rows, job.layers[0].names[table], aliases_of(job, table))


def aliases_of(job: Job, table: str) -> dict[str, str]:
    """Return what the fields of a table are called in the language in which they are not written."""
    return job.fields.names("en" if job.spelling.endswith("zh") else "zh")[table]


def write(  # noqa: PLR0913 - what, where and how
    job: Job, sheet: Sheet, file: Path, driver: str, *, done: int, encoding: str = "UTF-8", **options: str,
) -> None:
    """Write a table into a file, beside those that it already holds.

    Parameters
    ----------
    done
        How many features of the job were written before.
    options
        GDAL's, by name.

    Raises
    ------
    ExportCancelledError
        Nobody wants the export any more; the file is then incomplete.
    UnwritableError
        GDAL did not take the table.
    """
    stopped: list[Exception] = []
    reader = pa.RecordBatchReader.from_batches(sheet.schema, _batches(job, sheet, done, stopped))
    try:
        pyogrio.write_arrow(
            reader,
            file,
            layer=sheet.name,
            driver=driver,
            geometry_name=GEOMETRY if sheet.geometry_type else None,
            geometry_type=sheet.geometry_type,
            crs=sheet.crs,
            encoding=encoding,
            append=file.exists(),
            **options,
        )
    except RuntimeError as error:
        if stopped:
            raise stopped[0] from None
        raise UnwritableError(file.name, str(error)) from error


def _batches(job: Job, sheet: Sheet, done: int, stopped: list[Exception]) -> Iterator[pa.RecordBatch]:
    for start in range(0, sheet.rows.num_rows, BATCH):
        try:
            job.advance(min(done + start, job.total))
            batch = sheet.batch(start)
        except Exception as error:
            # GDAL will only say that the stream broke.
            stopped.append(error)
            raise
        yield batch


def _type_of(column: pa.Array) -> pa.DataType:
    if is_text(column):
        return TEXT
    return pa.int32() if pa.types.is_integer(column.type) else column.type
