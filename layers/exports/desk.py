"""Where exports are made beside what else a process does: so many at once, kept for a while, then gone."""

from __future__ import annotations

import hashlib
import logging
import math
import secrets
import shutil
import threading
import time
import weakref
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from geo.errors import GeoError
from layers.errors import LayersError
from layers.exports.errors import (
    ExportCancelledError,
    ExportError,
    ExportsFullError,
    ExportTooLargeError,
    ExportTooLongError,
    UnknownExportError,
    UnwritableError,
)
from layers.exports.packing import folder_beside

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from layers.exports.export import Exported

WAITING, RUNNING, DONE, FAILED, CANCELLED = "waiting", "running", "done", "failed", "cancelled"
UNFINISHED = (WAITING, RUNNING)
FOLDER = "corridor-exports"
KEY_BYTES = 24
COME_BACK_SECONDS = 15

# Writes into a folder of its own; told how to say its progress and how to ask whether it is still wanted.
Work: TypeAlias = "Callable[[Path, Callable[[int, int], None], Callable[[], bool]], Exported]"


@dataclass(frozen=True)
class Limits:
    """How much a desk does.

    Attributes
    ----------
    at_once
        Exports that are being made; more wait.
    waiting
        Exports that wait; more are refused.
    seconds
        One that takes longer is given up.
    kept_seconds
        For so long after it is made an export can be fetched.
    kept_bytes
        Exports that are kept; the oldest go first, and none is larger.
    """

    at_once: int = 2
    waiting: int = 12
    seconds: float = 900
    kept_seconds: float = 3600
    kept_bytes: int = 2_000_000_000


@dataclass(frozen=True)
class Made:
    """A finished export.

    Attributes
    ----------
    sha256
        Of the one file that is fetched.
    """

    exported: Exported
    size: int
    sha256: str


@dataclass(frozen=True)
class Ticket:
    """How an export stands.

    Attributes
    ----------
    label
        As it was asked for.
    state
        `waiting`, `running`, `done`, `failed` or `cancelled`.
    ahead
        How many wait before it.
    done, total
        Features written and to be written; 0 and 0 until that is known.
    seconds
        Since it was asked for, until it was finished.
    left_seconds
        For how long it can still be fetched.
    """

    key: str
    label: str
    state: str
    ahead: int
    done: int
    total: int
    seconds: float
    left_seconds: float
    made: Made | None
    error: Exception | None


@dataclass
class _Job:
    key: str
    label: str
    work: Work
    holders: tuple[str, ...]
    asked_at: float
    state: str = WAITING
    done: int = 0
    total: int = 0
    ended_at: float = 0.0
    made: Made | None = None
    error: Exception | None = None
    is_stopped: threading.Event = field(default_factory=threading.Event)


class Desk:
    """Makes exports in threads of its own and keeps them in a folder that only this process reads.

    What a process that was killed has left is removed when the next one opens its desk.

    Parameters
    ----------
    parent
        The folder in which the desk makes its own.

    Raises
    ------
    UnwritableError
        The folder cannot be made.
    """

    def __init__(
        self, parent: Path, limits: Limits | None = None, clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limits = limits or Limits()
        self._clock = clock
        self._lock = threading.RLock()
        self._jobs: dict[str, _Job] = {}
        self._threads = ThreadPoolExecutor(self._limits.at_once, thread_name_prefix="export")
        open_until = ExitStack()
        self._folder = open_until.enter_context(folder_beside(parent / FOLDER))
        self._folder.parent.chmod(0o700)
        self._gone = weakref.finalize(self, open_until.close)

    @property
    def folder(self) -> Path:
        """Where exports lie; nothing of it is served but what a ticket names."""
        return self._folder

    def place(self, work: Work, label: str, holders: Mapping[str, int]) -> Ticket:
        """Take on an export.

        Parameters
        ----------
        label
            Given back with each ticket.
        holders
            In whose name it is made, and how many unfinished ones each of these may have.

        Raises
        ------
        ExportsFullError
            So many wait or are being made already, in all or in one of these names.
        """
        with self._lock:
            self._sweep()
            unfinished = [job for job in self._jobs.values() if job.state in UNFINISHED]
            waiting = sum(job.state == WAITING for job in unfinished)
            is_over = any(
                sum(holder in job.holders for job in unfinished) >= most for holder, most in holders.items()
            )
            if is_over or waiting >= self._limits.waiting or not self._gone.alive:
                raise ExportsFullError(COME_BACK_SECONDS)
            job = _Job(secrets.token_urlsafe(KEY_BYTES), label, work, tuple(holders), self._clock())
            self._jobs[job.key] = job
            self._threads.submit(self._run, job)
            return self._ticket(job)

    def find(self, key: str) -> Ticket:
        """Return how an export stands.

        Raises
        ------
        UnknownExportError
            It was never asked for, or is no longer kept.
        """
        with self._lock:
            self._sweep()
            return self._ticket(self._job(key))

    def cancel(self, key: str) -> Ticket:
        """Say that an export is no longer wanted: it is cancelled at once, its thread ends when it notices.

        A finished one is taken away.

        Raises
        ------
        UnknownExportError
            It was never asked for, or is no longer kept.
        """
        with self._lock:
            job = self._job(key)
            job.is_stopped.set()
            if job.state in {*UNFINISHED, DONE}:
                self._end(job, CANCELLED)
                self._remove(job)
            return self._ticket(job)

    def close(self) -> None:
        """Cancel everything and remove the folder."""
        with self._lock:
            for job in self._jobs.values():
                job.is_stopped.set()
            self._jobs.clear()
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._gone()

    def _run(self, job: _Job) -> None:
        with self._lock:
            if job.state != WAITING:
                return
            job.state = RUNNING
        started = self._clock()
        folder = self._folder / job.key

        def is_cancelled() -> bool:
            return job.is_stopped.is_set() or self._clock() - started > self._limits.seconds

        try:
            folder.mkdir()
            exported = job.work(folder, lambda done, total: _progress(job, done, total), is_cancelled)
            made = self._checked(exported)
        except ExportCancelledError:
            self._failed(job, ExportTooLongError(math.ceil(self._limits.seconds / 60)))
        except OSError as error:
            self._failed(job, UnwritableError("export", error.strerror or ""))
        except Exception as error:  # noqa: BLE001 - whatever it is, who waits has to hear of it
            self._failed(job, error if isinstance(error, LayersError | GeoError) else _broken(error))
        else:
            self._finished(job, made)

    def _checked(self, exported: Exported) -> Made:
        size = exported.file.stat().st_size
        if size > self._limits.kept_bytes:
            raise ExportTooLargeError(size // 1_000_000, self._limits.kept_bytes // 1_000_000)
        with exported.file.open("rb") as file:
            return Made(exported, size, hashlib.file_digest(file, "sha256").hexdigest())

    def _finished(self, job: _Job, made: Made) -> None:
        with self._lock:
            if job.is_stopped.is_set():
                self._remove(job)
                return
            job.made = made
            self._end(job, DONE)
            self._make_room()
        # Taken away when its time is up, whether anybody asks for anything then or not.
        timer = threading.Timer(self._limits.kept_seconds + 1, _swept, [weakref.ref(self)])
        timer.daemon = True
        timer.start()

    def _failed(self, job: _Job, error: Exception) -> None:
        with self._lock:
            self._remove(job)
            if job.state == RUNNING:
                job.error = error
                self._end(job, FAILED)

    def _end(self, job: _Job, state: str) -> None:
        job.state, job.ended_at = state, self._clock()

    def _remove(self, job: _Job) -> None:
        job.made = None
        shutil.rmtree(self._folder / job.key, ignore_errors=True)

    def _make_room(self) -> None:
        kept = sorted(
            (job for job in self._jobs.values() if job.made), key=lambda job: job.ended_at, reverse=True,
        )
        size = 0
        for job in kept:
            size += job.made.size if job.made else 0
            if size > self._limits.kept_bytes:
                self._forget(job)

    def sweep(self) -> None:
        """Take away what is kept no longer."""
        with self._lock:
            self._sweep()

    def _sweep(self) -> None:
        now = self._clock()
        for job in list(self._jobs.values()):
            if job.state not in UNFINISHED and now - job.ended_at > self._limits.kept_seconds:
                self._forget(job)

    def _forget(self, job: _Job) -> None:
        self._remove(job)
        self._jobs.pop(job.key, None)

    def _job(self, key: str) -> _Job:
        if key not in self._jobs:
            raise UnknownExportError
        return self._jobs[key]

    def _ticket(self, job: _Job) -> Ticket:
        is_over = job.state not in UNFINISHED
        now = self._clock()
        before = [one for one in self._jobs.values() if one.state == WAITING and one.asked_at < job.asked_at]
        return Ticket(
            key=job.key,
            label=job.label,
            state=job.state,
            ahead=len(before) if job.state == WAITING else 0,
            done=job.done,
            total=job.total,
            seconds=(job.ended_at if is_over else now) - job.asked_at,
            left_seconds=max(0.0, job.ended_at + self._limits.kept_seconds - now) if is_over else 0.0,
            made=job.made,
            error=job.error,
        )


def _progress(job: _Job, done: int, total: int) -> None:
    job.done, job.total = done, total


def _broken(error: Exception) -> ExportError:
    # What it says may name folders of the machine: that is for the operator alone.
    logging.getLogger(__name__).error("an export broke", exc_info=error)
    return ExportError(type(error).__name__)


def _swept(known: Callable[[], Desk | None]) -> None:
    desk = known()
    if desk is not None:
        desk.sweep()
