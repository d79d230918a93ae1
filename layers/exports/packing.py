"""Puts an export in place: made in a folder beside its target, there whole or not at all."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import zipfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import IO, TYPE_CHECKING

from layers.exports.errors import ExportCancelledError, UnwritableError
from layers.stores.whole_file import BESIDE, sync

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

CHUNK = 1 << 20
# How much is written before it is had on the disk, and how long a reader waits for more.
SAVED_AT_ONCE = 16 << 20
WAIT_SECONDS = 0.01
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


@contextmanager
def read_along(path: Path, digests: dict[Path, str]) -> Iterator[None]:
    """Hash a file, and have it on the disk, while the block writes it from its beginning to its end.

    Parameters
    ----------
    digests
        Takes the SHA-256 of what stands in the file after the block.
    """
    is_whole = Event()
    path.touch()
    with ThreadPoolExecutor(1) as thread:
        made = thread.submit(_digest_along, path, is_whole)
        try:
            yield
        finally:
            is_whole.set()
        digests[path] = made.result()


def _digest_along(path: Path, is_whole: Event) -> str:
    # What is left to be saved at the end is saved when the file is put in place.
    digest, unsaved = hashlib.sha256(), 0
    with path.open("rb") as file:
        while True:
            was_whole = is_whole.is_set()
            while chunk := file.read(CHUNK):
                digest.update(chunk)
                unsaved += len(chunk)
                if unsaved >= SAVED_AT_ONCE:
                    sync(path)
                    unsaved = 0
            if was_whole:
                return digest.hexdigest()
            is_whole.wait(WAIT_SECONDS)


def files_in(
    folder: Path, digests: Mapping[Path, str], is_cancelled: Callable[[], bool], *, saves: bool = False,
) -> tuple[Written, ...]:
    """Return every file in a folder, by name.

    Parameters
    ----------
    digests
        The SHA-256 of files that have been hashed; see `read_along`.
    saves
        Whether to have the files on the disk too, beside hashing them.
    """
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    files = []
    with ThreadPoolExecutor(1) as thread:
        saved = [thread.submit(sync, path) for path in found if saves]
        for path in found:
            _go_on(is_cancelled)
            sha256 = digests.get(path) or _digest(path, is_cancelled)
            files.append(Written(path.relative_to(folder).as_posix(), path.stat().st_size, sha256))
        for one in saved:
            one.result()
    return tuple(files)


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


def _digest(path: Path, is_cancelled: Callable[[], bool]) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for chunk in _chunks(file, is_cancelled):
            digest.update(chunk)
    return digest.hexdigest()


def _chunks(file: IO[bytes], is_cancelled: Callable[[], bool]) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        _go_on(is_cancelled)
        yield chunk


def _go_on(is_cancelled: Callable[[], bool]) -> None:
    if is_cancelled():
        raise ExportCancelledError
