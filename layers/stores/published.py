"""Published data versions in a folder: one list, and each content of a layer once under its hash."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from layers import strict_json
from layers.errors import CatalogueError, PublishingError
from layers.snapshot import hash_of
from layers.stores.whole_file import remove_halves, sync, write_whole
from layers.versions import Publication, read_publications, written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from layers.snapshot import Snapshot

LIST, CONTENTS, LOCK = "published.json", "layers", ".lock"
# So long a publisher waits for another one.
LOCK_WAIT_S = 10.0
LOCK_POLL_S = 0.05


class PublishedVersions:
    """Keeps `published.json` and `layers/<hash>.geojson` in a folder.

    A content is put in place before the list names it, and each file is put in place in one step. A
    publisher that is killed leaves the list as it was and perhaps a content that no version has.
    """

    def __init__(self, folder: Path, wait_s: float = LOCK_WAIT_S) -> None:
        self._folder = folder
        self._wait_s = wait_s
        self._read: tuple[object, tuple[Publication, ...]] = (None, ())

    def publications(self) -> tuple[Publication, ...]:
        """Return what was published, oldest first; read again when the list changed.

        Raises
        ------
        CatalogueError
            The list is there and cannot be read.
        """
        path = self._folder / LIST
        try:
            status = path.stat()
            stamp = (status.st_mtime_ns, status.st_size, status.st_ctime_ns, status.st_ino)
            if self._read[0] != stamp:
                raw = strict_json.parse(path.read_text(encoding="utf-8"))
                self._read = (stamp, read_publications(raw))
        except FileNotFoundError:
            return ()
        except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
            raise CatalogueError(self.file_of(LIST), f"{type(error).__name__}: {error}") from error
        return self._read[1]

    def content(self, digest: str) -> bytes:
        """Return the content of a layer that has a hash.

        Raises
        ------
        OSError
            It cannot be read.
        ValueError
            It is not what was published.
        """
        content = self._path(digest).read_bytes()
        if hash_of(content) != digest:
            message = "its content is not the one that was published"
            raise ValueError(message)
        return content

    def publish(self, read: Callable[[], Snapshot], note: str, at: datetime) -> Publication:
        """Publish what `read` returns, called while no other publisher is at work.

        Returns
        -------
        publication
            The last one where it has the same version.

        Raises
        ------
        CatalogueError
            The list cannot be read.
        PublishingError
            Another publisher did not finish in time, or a file could not be written.
        """
        try:
            with self._locked():
                return self._published(read(), note, at)
        except OSError as error:
            name = Path(error.filename).name if error.filename else self._folder.name
            raise PublishingError(self.file_of(name), error.strerror or str(error)) from error

    def file_of(self, name: str) -> str:
        """Return how a file of this folder is named to a person: without the path to the folder."""
        return name if name == self._folder.name else f"{self._folder.name}/{name}"

    def path_of(self, digest: str) -> str:
        """Return how the file of a content is named to a person."""
        return self.file_of(f"{CONTENTS}/{self._path(digest).name}")

    def _published(self, snapshot: Snapshot, note: str, at: datetime) -> Publication:
        before = self.publications()
        contents = {layer_id: layer.content for layer_id, layer in snapshot.layers.items()}
        hashes = {layer_id: hash_of(content) for layer_id, content in contents.items()}
        self._prepare()
        for layer_id, digest in hashes.items():
            self._put(digest, contents[layer_id])
        if before and before[-1].version == snapshot.version:
            return before[-1]
        entry = Publication.of(hashes, note, at)
        write_whole(self._folder / LIST, written((*before, entry)))
        return entry

    def _prepare(self) -> None:
        contents = self._folder / CONTENTS
        if not contents.is_dir():
            contents.mkdir()
            sync(self._folder)
            sync(self._folder.parent)
        for folder in (self._folder, contents):
            remove_halves(folder)

    def _put(self, digest: str, content: bytes) -> None:
        try:
            self.content(digest)
        except (OSError, ValueError):
            # Not there, or damaged since: what is to be there is at hand.
            write_whole(self._path(digest), content)

    def _path(self, digest: str) -> Path:
        return self._folder / CONTENTS / f"{digest}.geojson"

    @contextmanager
    def _locked(self) -> Iterator[None]:
        import fcntl  # noqa: PLC0415 - not on Windows, where versions can be read all the same

        self._folder.mkdir(exist_ok=True)
        descriptor = os.open(self._folder / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            until = time.monotonic() + self._wait_s
            while not _has_lock(fcntl.flock, descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB):
                if time.monotonic() > until:
                    problem = f"another publisher is at work; waited {self._wait_s:g} s for it"
                    raise PublishingError(self.file_of(LOCK), problem)
                time.sleep(LOCK_POLL_S)
            yield
        finally:
            # The system takes the lock back here, as it does where the process is killed.
            os.close(descriptor)


def _has_lock(flock: Callable[[int, int], None], descriptor: int, how: int) -> bool:
    try:
        flock(descriptor, how)
    except BlockingIOError:
        return False
    return True
