"""Whatever is exported is read back whole by programs that did not write it."""

from collections.abc import Iterator
from typing import Any

import pytest
import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from geo.crs import named
from layers.exports.formats import FORMATS
from layers.exports.pmtiles import FIELDS
from layers.fields import CITATIONS, FEATURES, HISTORY
from tests.exports.combinations import READERS, Combination, readers, written
from tests.exports.conftest import HAS_APT, Written
from tests.exports.expected import canonical, geometry_of, is_same_place, kinds_of, projected, rows_of
from tests.exports.found import Found, Row
from tests.exports.pieces import Piece

# Formats without a word on their system: their manifest has it.
WITHOUT_SYSTEM = {"csv", "xlsx"}
MERCATOR = named("EPSG:3857")
# What a tile of zoom 12 is wide, in its 4096 steps.
TILE_STEP = 40_075_016.7 / 2**12 / 4096


def pairs() -> Iterator[Any]:
    """Return each combination with each program that reads it."""
    for combination in written():
        for program in readers(combination):
            if combination.format_id == "pmtiles":
                continue
            marks = [] if program in OURS else [on_debian]
            yield pytest.param(combination, program, id=f"{combination}-{program}", marks=marks)


# They come by pip; the others are Debian's, and `make test` installs them where there is apt-get.
OURS = {"duckdb", "pyshp", "ezdxf"}
on_debian = pytest.mark.skipif(not HAS_APT, reason="a program of Debian's, on a machine without apt-get")


def test_every_format_is_read_back_by_a_program() -> None:
    assert set(READERS) == set(FORMATS)


@pytest.mark.parametrize(("combination", "program"), list(pairs()))
def test_every_place_comes_back_with_its_position_and_all_its_values(
    exports: Written, combination: Combination, program: str,
) -> None:
    pieces = exports.pieces[combination]
    told = pieces[0].exported.manifest
    assert told["features"] == len(frozenset[str]().union(*(piece.ids for piece in pieces)))
    for piece in pieces:
        found = exports.read(piece, program)
        assert_places(piece, found)
        for table in found_beside(combination, program):
            assert_entries(piece, found, table)
        if combination.format_id not in WITHOUT_SYSTEM and found.systems:
            assert found.systems == {(piece.crs.crs_id, is_north_first(piece))}


def found_beside(combination: Combination, program: str) -> tuple[str, ...]:
    """Return the tables beside those of the places; a project shows the histories alone."""
    if not FORMATS[combination.format_id].has_tables:
        return ()
    is_project = (combination.format_id, program) == ("qgis", "qgis")
    return (HISTORY,) if is_project else (HISTORY, CITATIONS)


def assert_places(piece: Piece, found: Found) -> None:
    names, kinds = piece.names[FEATURES], kinds_of(piece, FEATURES)
    rows: dict[str, Row] = {row.values[names["id"]]: row for row in found.rows}
    assert len(found.rows) == len(piece.ids)
    assert set(rows) == piece.ids
    for wanted in rows_of(piece, FEATURES):
        row = rows[wanted["id"]]
        assert is_same_place(row.geometry, geometry_of(piece, wanted["id"]), piece.crs), wanted["id"]
        assert values_of(row, names, kinds) == {
            field: canonical(value, kinds[field]) for field, value in wanted.items()
        }, wanted["id"]


def assert_entries(piece: Piece, found: Found, table: str) -> None:
    names, kinds = piece.names[table], kinds_of(piece, table)
    # Of a sheet with a head alone GDAL makes a row.
    rows = [row for row in found.tables[table] if names["feature_id"] in row.values]
    told = [values_of(row, names, kinds) for row in rows]
    wanted = [
        {field: canonical(value, kinds[field]) for field, value in row.items()}
        for row in rows_of(piece, table)
    ]
    assert sorted(told, key=repr) == sorted(wanted, key=repr)


def values_of(row: Row, names: dict[str, str], kinds: dict[str, str]) -> dict[str, Any]:
    return {field: canonical(row.values.get(names[field]), kind) for field, kind in kinds.items()}


def is_north_first(piece: Piece) -> bool:
    """Return whether the registry has a system's northing or latitude first, as the manifest says."""
    told = next(crs for crs in piece.exported.manifest["crs"] if crs["id"] == piece.crs.crs_id)
    return told["axes_by_registry"][0] in {"latitude", "northing"}


# --- tiles, which have a grid of their own --------------------------------------------------------


@pytest.mark.parametrize("combination", [one for one in written() if one.format_id == "pmtiles"], ids=str)
def test_tiles_have_every_place_within_two_steps_of_their_grid(
    exports: Written, combination: Combination,
) -> None:
    (piece,) = exports.pieces[combination]
    found = exports.read(piece, "duckdb")
    names, kinds = piece.names[FEATURES], kinds_of(piece, FEATURES)
    parts: dict[str, list[Row]] = {}
    for row in found.rows:
        parts.setdefault(row.values[names["id"]], []).append(row)
    assert parts.keys() == piece.ids
    for wanted in rows_of(piece, FEATURES):
        rows = parts[wanted["id"]]
        place = projected(shape(piece.source.geometries[wanted["id"]]), MERCATOR)
        assert apart(shapely.union_all([row.geometry for row in rows]), place) < 2 * TILE_STEP
        for field in FIELDS:
            told = canonical(rows[0].values.get(names[field]), kinds[field])
            assert told == canonical(wanted[field], kinds[field]), (wanted["id"], field)
    assert found.systems == {("EPSG:3857", False)}


def apart(one: BaseGeometry, other: BaseGeometry) -> float:
    """Return how far two geometries are apart; for areas, how wide a border of one is not of the other."""
    if other.area:
        return one.symmetric_difference(other).area / other.length
    return one.hausdorff_distance(other)
