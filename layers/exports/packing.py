"""Puts an export in place: made in a folder beside its target, there whole or not at all."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import zipfile
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from layers.exports.errors import ExportCancelledError, UnwritableError
from layers.stores.whole_file import BESIDE, sync

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

CHUNK = 1 << 20
LOCK = "lock"
# Fast, and within a few per cent of the slowest for such texts.
ZIP_LEVEL = 6


@dataclass(frozen=True)
class Written:
    """A file of an export: its name within it, with `/` between folders, and what it holds."""

    name: str
    size: int
    sha256: str


@contextmanager
def folder_beside(target: Path) -> Iterator[Path]:
    """Give a folder on the target's disk that is gone afterwards.

    One left by a program that was killed is removed by the next export to the same target.

    Raises
    ------
    UnwritableError
        The disk does not take something, here or inside the block.
    """
    try:
        _remove_left(target)
        folder = Path(tempfile.mkdtemp(prefix=_prefix(target), suffix=BESIDE, dir=target.parent))
        lock = (folder / LOCK).open("wb")
    except OSError as error:
        raise UnwritableError(target.name, error.strerror or str(error)) from error
    try:
        _locked(lock)
        content = folder / "content"
        content.mkdir()
        yield content
    except OSError as error:
        raise UnwritableError(target.name, error.strerror or str(error)) from error
    finally:
        lock.close()
        shutil.rmtree(folder, ignore_errors=True)


def files_in(folder: Path, is_cancelled: Callable[[], bool]) -> tuple[Written, ...]:
    """Return every file in a folder, by name."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return tuple(_written(path, path.relative_to(folder).as_posix(), is_cancelled) for path in found)


def zip_files(
    folder: Path, names: Iterable[str], into: Path, at: datetime, is_cancelled: Callable[[], bool],
) -> None:
    """Write files of a folder into a zip file, in the order given."""
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED, compresslevel=ZIP_LEVEL) as archive:
        for name in names:
            member = zipfile.ZipInfo(name, at.timetuple()[:6])
            member.compress_type = zipfile.ZIP_DEFLATED
            # Readable by everybody once unpacked.
            member.external_attr = 0o644 << 16
            path = folder / name
            with path.open("rb") as source, archive.open(member, "w", force_zip64=True) as sink:
                for chunk in _chunks(source, is_cancelled):
                    sink.write(chunk)


def put_in_place(path: Path, target: Path) -> None:
    """Move a finished file to its target in one step."""
    sync(path)
    path.chmod(0o644)
    path.replace(target)
    sync(target.parent)


def _prefix(target: Path) -> str:
    # A name may be as long as the disk allows, so that nothing can be added to it.
    return f".{hashlib.sha256(target.name.encode()).hexdigest()[:12]}-"


def _remove_left(target: Path) -> None:
    for folder in target.parent.glob(f"{_prefix(target)}*{BESIDE}"):
        with suppress(OSError), (folder / LOCK).open("r+b") as lock:
            _locked(lock)
            shutil.rmtree(folder, ignore_errors=True)


def _locked(lock: IO[bytes]) -> None:
    """Lock a file until it is closed or the program ends; fail where another program has it."""
    try:
        import fcntl  # noqa: PLC0415 - not on Windows, where an open file cannot be removed anyway
    except ImportError:
        return
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _written(path: Path, name: str, is_cancelled: Callable[[], bool]) -> Written:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for chunk in _chunks(file, is_cancelled):
            digest.update(chunk)
    return Written(name, path.stat().st_size, digest.hexdigest())


def _chunks(file: IO[bytes], is_cancelled: Callable[[], bool]) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        if is_cancelled():
            raise ExportCancelledError
        yield chunk
