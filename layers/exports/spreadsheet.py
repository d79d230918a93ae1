"""An Excel workbook: a sheet a layer, and one each for history and citations."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import xlsxwriter

from layers.catalogue import Text
from layers.exports.cells import WKT, is_formula, wkt_of
from layers.exports.columns import TEXT, joined, plain
from layers.fields import CITATIONS, FEATURES, HISTORY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from layers.exports.job import Job

# Excel's own limits; a cell's is in units of UTF-16.
MAX_CELL, MAX_ROWS, MAX_NAME = 32_767, 1_048_576, 31
# Not `History`, which Excel keeps for itself.
TITLES = {HISTORY: Text("沿革", "Build history"), CITATIONS: Text("引用", "Citations")}
_NOT_IN_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]|^'|'$")
BATCH = 1_000
WIDTH = 16
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}


@dataclass(frozen=True)
class _Formats:
    """How cells are shown: text stays text when somebody edits it."""

    head: Format
    text: Format
    guarded: Format


@dataclass(frozen=True)
class _Place:
    """Where a cell's text comes from, for a note on it."""

    layer_id: str
    feature_id: str
    field: str


def write(job: Job) -> None:
    """Write all layers into one workbook, geometry as well-known text."""
    options = {**_OPTIONS, "tmpdir": str(job.target)}
    with xlsxwriter.Workbook(str(job.target / f"{job.stem}.xlsx"), options) as book:
        sheets = _Sheets(job, book)
        done = 0
        for table in job.layers:
            geometry = pa.array(wkt_of(table.geometry.to_numpy(), job.crs), TEXT)
            rows = table.rows[FEATURES].append_column(WKT, geometry)
            names = {**table.names[FEATURES], WKT: WKT}
            done = sheets.add(table.title.in_language(job.language), rows, names, "id", done)
        for name, title in TITLES.items():
            rows = joined([table.rows[name] for table in job.layers])
            sheets.add(title.in_language(job.language), rows, job.layers[0].names[name], "feature_id", None)


class _Sheets:
    """Adds sheets to a workbook, each under a name that Excel takes."""

    def __init__(self, job: Job, book: Workbook) -> None:
        self._job = job
        self._book = book
        self._taken: set[str] = set()
        self._formats = _Formats(
            head=book.add_format({"bold": True, "bottom": 1, "num_format": "@"}),
            text=book.add_format({"num_format": "@"}),
            guarded=book.add_format({"num_format": "@", "quote_prefix": True}),
        )

    def add(
        self, title: str, rows: pa.RecordBatch, names: Mapping[str, str], key: str, done: int | None,
    ) -> int:
        """Write a table into one sheet, or into several where it is longer than a sheet can be.

        Parameters
        ----------
        key
            The field with the feature's id.
        done
            How many features are written before; None where these rows are none.
        """
        written = done or 0
        for first in range(0, rows.num_rows or 1, MAX_ROWS - 1):
            sheet = self._sheet(title, list(names.values()))
            shown = rows.slice(first, MAX_ROWS - 1)
            for start in range(0, shown.num_rows, BATCH):
                piece = shown.slice(start, BATCH)
                self._rows(sheet, piece, list(names), key, start + 1)
                written += piece.num_rows if done is not None else 0
                self._job.advance(written if done is not None else self._job.total)
        return written

    def _sheet(self, title: str, heads: Sequence[str]) -> Worksheet:
        sheet = self._book.add_worksheet(self._named(title))
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(heads) - 1, WIDTH)
        for column, head in enumerate(heads):
            sheet.write_string(0, column, head, self._formats.head)
        return sheet

    def _named(self, title: str) -> str:
        plain = _NOT_IN_NAME.sub("_", title).strip() or "_"
        for number in range(1, MAX_ROWS):
            mark = f" ({number})" if number > 1 else ""
            name = _cut(plain, MAX_NAME - len(mark)) + mark
            if name.lower() not in self._taken and name.lower() != "history":
                break
        self._taken.add(name.lower())
        return name

    def _rows(
        self, sheet: Worksheet, rows: pa.RecordBatch, fields: Sequence[str], key: str, first: int,
    ) -> None:
        ids, layers = _values(rows, key), _values(rows, "layer")
        columns = [_values(rows, field) for field in fields]
        for number, cells in enumerate(zip(*columns, strict=True)):
            for column, value in enumerate(cells):
                if value is None or value == "":
                    continue
                if not isinstance(value, str):
                    write = sheet.write_boolean if isinstance(value, bool) else sheet.write_number
                    write(first + number, column, value)
                    continue
                text = value
                if len(text) > MAX_CELL // 2:
                    text = self._fitting(text, _Place(layers[number], ids[number], fields[column]))
                shown = self._formats.guarded if is_formula(text) else self._formats.text
                sheet.write_string(first + number, column, text, shown)

    def _fitting(self, text: str, place: _Place) -> str:
        if _length(text) <= MAX_CELL:
            return text
        where = {"layer_id": place.layer_id, "feature_id": place.feature_id, "field": place.field}
        if place.field == WKT:
            # Half a geometry is none.
            self._job.note("no_geometry", **where, detail=str(len(text)))
            return ""
        self._job.note("cut", **where, detail=str(MAX_CELL))
        return _cut(text, MAX_CELL)


def _values(rows: pa.RecordBatch, field: str) -> list[Any]:
    values: list[Any] = plain(rows.column(field)).to_pylist()
    return values


def _length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _cut(text: str, most: int) -> str:
    """Return as many whole characters as fit into a number of units of UTF-16."""
    return text.encode("utf-16-le")[: most * 2].decode("utf-16-le", "ignore")
