"""What a program found in the files of an export, whichever program it was."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True)
class Row:
    """One row of a table: its values by the names that they are written under."""

    geometry: BaseGeometry | None
    values: Mapping[str, Any]


@dataclass
class Found:
    """All that a program found.

    Attributes
    ----------
    rows
        Of all tables of places.
    tables
        The rows of the tables beside them, by name.
    systems
        The code of each table with positions, such as `EPSG:4547`, with whether its registry has northing or
        latitude first; none where the format names no system.
    """

    rows: list[Row] = field(default_factory=list)
    tables: dict[str, list[Row]] = field(default_factory=dict)
    systems: set[tuple[str, bool]] = field(default_factory=set)


def found_in(layers: Iterable[Mapping[str, Any]]) -> Found:
    """Return what a script of a program of Debian's told of the tables that it opened."""
    made = Found()
    for layer in layers:
        rows = [Row(_geometry(row["geometry"], row["values"]), row["values"]) for row in layer["rows"]]
        if layer["name"] in BESIDE:
            made.tables[BESIDE[layer["name"]]] = rows
        else:
            made.rows += rows
            if layer["crs"]:
                made.systems.add((layer["crs"], layer["is_north_first"]))
    return made


BESIDE = {
    "history": "history", "citations": "citations", "沿革": "history", "引用": "citations",
}  # fmt: skip


def _geometry(wkb: str | None, values: Mapping[str, Any]) -> BaseGeometry | None:
    if wkb:
        return shapely.from_wkb(bytes.fromhex(wkb))
    # In a workbook it is a text.
    return shapely.from_wkt(values["WKT"]) if values.get("WKT") else None
