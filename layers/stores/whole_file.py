"""Files that are there whole or not at all, whatever happens while they are written."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# What is written beside a file until it is whole; hidden, and no name that anything is read by.
BESIDE = ".beside"


def write_whole(path: Path, content: bytes) -> None:
    """Put a file in place in one step, and have it on the disk when this returns.

    Raises
    ------
    OSError
        It could not be written; what stood there before still does.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}{BESIDE}")
    try:
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        with suppress(OSError):
            beside.unlink()
        # A failed write names no file.
        raise OSError(error.errno, error.strerror, str(path)) from error
    sync(path.parent)


def sync(path: Path) -> None:
    """Have a file that somebody else wrote, or the names in a folder, on the disk when this returns."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_halves(folder: Path) -> None:
    """Remove what writers that were killed left in a folder; nobody may be writing there."""
    for path in folder.glob(f".*{BESIDE}"):
        path.unlink(missing_ok=True)
