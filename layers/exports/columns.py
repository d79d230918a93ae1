"""Columns of tables in Arrow: a text that stands in many rows is held once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from numpy.typing import NDArray

TEXT = pa.large_string()
# A column with fewer rows for each of its texts is held row by row.
ROWS_A_TEXT = 8


@dataclass(frozen=True)
class Coded:
    """A column of any values: for each row the number of its value, and each value once."""

    numbers: NDArray[np.int32]
    distinct: Sequence[Any]

    @classmethod
    def of(cls, values: Iterable[Hashable]) -> Coded:
        """Return a column with its values numbered in the order in which they first stand there."""
        known: dict[Hashable, int] = {}
        numbers = [known.setdefault(value, len(known)) for value in values]
        return cls(np.array(numbers, dtype=np.int32), list(known))

    @classmethod
    def of_texts(cls, column: pd.Series) -> Coded:
        """Return a column of texts of pandas with its texts numbered."""
        texts = pa.array(column, TEXT)
        made = (texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts).dictionary_encode()
        return cls(made.indices.to_numpy(), made.dictionary.to_pylist())

    def texts(self, text: Callable[[Any], str | None]) -> pa.Array:
        """Return a column of texts, made of each value once; values of one text are one in it."""
        made = pa.array([text(value) or "" for value in self.distinct], TEXT).dictionary_encode()
        rows, held_texts = made.indices.take(self._rows), made.dictionary
        if len(held_texts) * ROWS_A_TEXT > len(rows):
            return held_texts.take(rows)
        return pa.DictionaryArray.from_arrays(rows, held_texts)

    def integers(self, number: Callable[[Any], int | None]) -> pa.Array:
        """Return a column of whole numbers, made of each value once."""
        return integers([number(value) for value in self.distinct]).take(self._rows)

    @cached_property
    def _rows(self) -> pa.Array:
        return pa.array(self.numbers)


def same(text: str, count: int) -> pa.Array:
    """Return a column with one text in every row."""
    return Coded(np.zeros(count, dtype=np.int32), [text]).texts(str)


def texts(values: Iterable[str | None]) -> pa.Array:
    """Return a column of texts, empty where one is missing."""
    if isinstance(values, pd.Series) and values.dtype == "str":
        made = pc.fill_null(pa.array(values, TEXT), "")
        return made.combine_chunks() if isinstance(made, pa.ChunkedArray) else made
    return pa.array([value or "" for value in values], TEXT)


def integers(values: Sequence[Any]) -> pa.Array:
    """Return a column of whole numbers, null where one is missing."""
    return pa.array(pd.array(values, dtype="Int64"), pa.int64())


def is_text(column: pa.Array) -> bool:
    """Return whether a column is one of texts, however they are held."""
    return bool(pa.types.is_dictionary(column.type) or pa.types.is_large_string(column.type))


def plain(column: pa.Array) -> pa.Array:
    """Return a column with each value in its row."""
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column


def held(column: pa.Array) -> pa.Array:
    """Return the texts of a column, each as often as it is held."""
    return column.dictionary if pa.types.is_dictionary(column.type) else column


def each_text(column: pa.Array, made: Callable[[pa.Array], pa.Array]) -> pa.Array:
    """Return a column of texts with something done to each that is held."""
    if pa.types.is_dictionary(column.type):
        return pa.DictionaryArray.from_arrays(column.indices, made(column.dictionary))
    return made(column)


def as_wkb(geometry: NDArray[np.object_]) -> pa.Array:
    """Return geometries as well-known binary (ISO); null where there is none."""
    return pa.array(shapely.to_wkb(geometry, flavor="iso"), type=pa.binary())


def taken(rows: pa.RecordBatch, numbers: pa.Array) -> pa.RecordBatch:
    """Return some rows of a table by their numbers; no text is held any more that stands in none of them."""
    kept = rows.take(numbers)
    return pa.record_batch([_used(column) for column in kept.columns], schema=rows.schema)


def joined(tables: Sequence[pa.RecordBatch]) -> pa.RecordBatch:
    """Return tables of the same columns one behind the other."""
    if len(tables) == 1:
        return tables[0]
    columns = {
        name: pa.concat_arrays([plain(table.column(name)) for table in tables])
        for name in tables[0].schema.names
    }
    return pa.RecordBatch.from_pydict(columns)


def distinct(rows: pa.RecordBatch, names: Sequence[str]) -> list[tuple[Any, ...]]:
    """Return what stands together in some columns, each once, in the order in which it first does."""
    columns = pa.table({name: plain(rows.column(name)) for name in names})
    found = columns.group_by(list(names), use_threads=False).aggregate([])
    return list(zip(*(found.column(name).to_pylist() for name in names), strict=True))


def content_of(column: pa.Array) -> memoryview:
    """Return all texts of a column one behind the other, in UTF-8, without a copy."""
    _, offsets, content = column.buffers()
    if not len(column) or content is None:
        return memoryview(b"")
    bounds = np.frombuffer(offsets, dtype=np.int64)[column.offset : column.offset + len(column) + 1]
    return memoryview(content)[bounds[0] : bounds[-1]]


def as_series(column: pa.Array) -> pd.Series:
    """Return a column as pandas holds it: `str`, `Int64`, `float64` or `bool`."""
    if is_text(column):
        return pd.Series(plain(column), dtype="str")
    if pa.types.is_int64(column.type):
        return pd.Series(column.to_pandas(integer_object_nulls=True), dtype="Int64")
    return pd.Series(column.to_numpy(zero_copy_only=False))


def as_frame(rows: pa.RecordBatch) -> pd.DataFrame:
    """Return a table as pandas holds it."""
    columns = {name: as_series(rows.column(name)) for name in rows.schema.names}
    return pd.DataFrame(columns, index=range(rows.num_rows))


def _used(column: pa.Array) -> pa.Array:
    if not pa.types.is_dictionary(column.type):
        return column
    is_used = np.bincount(column.indices.to_numpy(), minlength=len(column.dictionary)) > 0
    if is_used.all():
        return column
    numbers = (np.cumsum(is_used) - 1).astype(np.int32)[column.indices.to_numpy()]
    return pa.DictionaryArray.from_arrays(pa.array(numbers), pc.filter(column.dictionary, pa.array(is_used)))
