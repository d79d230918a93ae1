"""What the fields of an export are called, in four spellings: `data/catalogue/fields.json`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self, TypeAlias

from layers.errors import CatalogueError

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = "fields.json"
SPELLINGS = ("en", "zh", "short_en", "short_zh")
TEXT, INTEGER, BOOLEAN, NUMBER = "text", "integer", "boolean", "number"
KINDS = (TEXT, INTEGER, BOOLEAN, NUMBER)
# The tables of an export, and the columns for coordinates of map services, which only some exports have.
FEATURES, HISTORY, CITATIONS, SHIFTED = "features", "history", "citations", "shifted"
TABLES = (FEATURES, HISTORY, CITATIONS, SHIFTED)
# As long as a name may be in the oldest format, in the encoding that takes most.
MOST_BYTES = 10

Raw: TypeAlias = "Mapping[str, Any]"


@dataclass(frozen=True)
class Field:
    """One column of a table of an export.

    Attributes
    ----------
    field_id
        The name by which the program knows it; the full English name is the same.
    kind
        `text`, `integer`, `boolean` or `number`.
    names
        Its name in each of `SPELLINGS`.
    """

    field_id: str
    kind: str
    names: Mapping[str, str]


@dataclass(frozen=True)
class Fields:
    """The columns of every table, in their order; stable from one export to the next."""

    tables: Mapping[str, tuple[Field, ...]]

    @classmethod
    def read(cls, raw: Raw) -> Self:
        """Build from a catalogue file.

        Raises
        ------
        ValueError
            Two fields of a table have one name, a short name is longer than ten bytes, or a kind is none.
        """
        tables = {table: tuple(map(_field, raw[table])) for table in TABLES}
        for fields in tables.values():
            for spelling in SPELLINGS:
                names = [field.names[spelling] for field in fields]
                _check_names(names, is_short=spelling.startswith("short"))
        return cls(tables)

    def of(self, table: str) -> tuple[Field, ...]:
        """Return the columns of a table.

        Raises
        ------
        CatalogueError
            The catalogue has no `fields.json`.
        """
        if table not in self.tables:
            raise CatalogueError(FILE, "the file is missing; exports take the names of their fields from it")
        return self.tables[table]

    def everywhere(self, table: str) -> tuple[Field, ...]:
        """Return the columns that a table may have: its own, and for features those of map services."""
        return (*self.of(table), *(self.of(SHIFTED) if table == FEATURES else ()))

    def names(self, spelling: str) -> dict[str, dict[str, str]]:
        """Return for each table the name of each field id in a spelling."""
        return {table: {row.field_id: row.names[spelling] for row in self.of(table)} for table in TABLES}


def _field(raw: Raw) -> Field:
    if raw["kind"] not in KINDS:
        message = f"{raw['kind']!r} is none of {KINDS}"
        raise ValueError(message)
    return Field(raw["en"], raw["kind"], {spelling: raw[spelling] for spelling in SPELLINGS})


def _check_names(names: list[str], *, is_short: bool) -> None:
    for name in names:
        # Some programs tell capital and small letters of a field's name apart, some do not.
        if not name or [other.lower() for other in names].count(name.lower()) > 1:
            message = f"{name!r} stands twice or is empty"
            raise ValueError(message)
        if is_short and max(len(name.encode()), len(name.encode("gbk"))) > MOST_BYTES:
            message = f"{name!r} is longer than {MOST_BYTES} bytes"
            raise ValueError(message)
