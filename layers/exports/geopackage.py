"""GeoPackage 1.3: all layers in one file, their history beside them, their symbols for QGIS inside."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from layers.exports import ogr
from layers.exports.errors import UnwritableError
from layers.exports.parts import Part, parts
from layers.exports.qgis_layer import style_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from layers.exports.job import Job

EXTENSION = ".gpkg"
VERSION = "1.3"
GEOMETRY_COLUMN = "geom"
_DRIVER = "GPKG"
# As QGIS makes it when it saves a style into a file.
_STYLES_TABLE = """
CREATE TABLE layer_styles (
 id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
 f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
 useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
 update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')))
"""
_CONTENTS = (
    "INSERT INTO gpkg_contents (table_name, data_type, identifier) "
    "VALUES ('layer_styles', 'attributes', 'layer_styles')"
)
_STYLE = (
    "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, "
    "styleQML, styleSLD, useAsDefault, description, owner) VALUES ('', '', ?, ?, ?, ?, '', 1, ?, '')"
)


def write(job: Job) -> None:
    """Write all layers into one file, one table for each type of geometry."""
    write_parts(job)


def write_parts(job: Job) -> tuple[Part, ...]:
    """Do so, and return what its tables hold."""
    file = job.target / f"{job.stem}{EXTENSION}"
    made = tuple(parts(job))
    identifiers = _identifiers(made, job.language)
    done = 0
    for part in made:
        options = {"IDENTIFIER": identifiers[part.name], **_new(file)}
        if part.geometry_type:
            options["GEOMETRY_NAME"] = GEOMETRY_COLUMN
        ogr.write(job, ogr.sheet_of(part, job), file, _DRIVER, done=done, **options)
        done += part.rows.num_rows
    for sheet in ogr.entry_sheets(job):
        ogr.write(job, sheet, file, _DRIVER, done=done)
    _add_styles(job, file, [part for part in made if part.geometry_type])
    job.advance(done)
    return made


def _new(file: Path) -> dict[str, str]:
    return {} if file.exists() else {"VERSION": VERSION}


def _identifiers(made: Sequence[Part], language: str) -> dict[str, str]:
    """Return what programs call each table; no two may be called the same."""
    titles = [part.title(language) for part in made]
    return {
        part.name: title if titles.count(title) == 1 else f"{title} {part.name}"
        for part, title in zip(made, titles, strict=True)
    }


def _add_styles(job: Job, file: Path, made: Sequence[Part]) -> None:
    rows = [
        (part.name, GEOMETRY_COLUMN, part.name[:30], style_of(part, job), part.title(job.language))
        for part in made
    ]
    try:
        with closing(sqlite3.connect(file)) as database, database:
            # As while GDAL writes: nobody has the file yet, and what is half-written is thrown away.
            database.execute("PRAGMA synchronous = OFF")
            database.execute("PRAGMA journal_mode = MEMORY")
            database.execute(_STYLES_TABLE)
            database.execute(_CONTENTS)
            database.executemany(_STYLE, rows)
    except sqlite3.Error as error:
        raise UnwritableError(file.name, str(error)) from error
