"""File Geodatabase: all layers in one folder, as feature classes and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layers.exports import ogr
from layers.exports.parts import parts

if TYPE_CHECKING:
    from layers.exports.job import Job

EXTENSION = ".gdb"
_DRIVER = "OpenFileGDB"


def write(job: Job) -> None:
    """Write all layers into one folder, a feature class for each type of geometry."""
    folder = job.target / f"{job.stem}{EXTENSION}"
    done = 0
    for part in parts(job):
        sheet = ogr.sheet_of(part, job)
        ogr.write(job, sheet, folder, _DRIVER, done=done, LAYER_ALIAS=part.title(job.language))
        done += part.rows.num_rows
    for sheet in ogr.entry_sheets(job):
        ogr.write(job, sheet, folder, _DRIVER, done=done)
    job.advance(done)
