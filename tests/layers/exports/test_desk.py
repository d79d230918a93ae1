"""Exports are made beside everything else: so many at once, cancelled at once, gone after a while."""

import hashlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from geo.errors import WrongZoneError
from layers.exports.desk import CANCELLED, DONE, FAILED, RUNNING, UNFINISHED, WAITING, Desk, Limits, Ticket
from layers.exports.errors import (
    ExportCancelledError,
    ExportError,
    ExportsFullError,
    ExportTooLargeError,
    ExportTooLongError,
    UnknownExportError,
)
from layers.exports.export import Exported
from tests.builders import ROOT

CONTENT = b"id\n1\n"
Opened = Callable[..., Desk]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    """Return what opens a desk; each is closed at the end."""
    desks: list[Desk] = []

    def opens(clock: Callable[[], float] = time.monotonic, **limits: Any) -> Desk:  # noqa: ANN401 - of `Limits`
        desks.append(Desk(tmp_path, Limits(**limits), clock))
        return desks[-1]

    yield opens
    for desk in desks:
        desk.close()


class Clock:
    """A clock that is put forward by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """Return what it shows."""
        return self.now


def writes(folder: Path, progress: Callable[[int, int], None], _: Callable[[], bool]) -> Exported:
    progress(1, 1)
    file = folder / "places.csv"
    file.write_bytes(CONTENT)
    return Exported(file, None, {})


class Held:
    """Work that goes on until it is let go or cancelled."""

    def __init__(self) -> None:
        self.let_go = threading.Event()
        self.ended = threading.Event()

    def __call__(
        self, folder: Path, progress: Callable[[int, int], None], is_cancelled: Callable[[], bool],
    ) -> Exported:
        """Write a part, then wait."""
        (folder / "half").write_bytes(CONTENT)
        progress(3, 10)
        try:
            while not self.let_go.wait(0.005):
                if is_cancelled():
                    raise ExportCancelledError
            return writes(folder, progress, is_cancelled)
        finally:
            self.ended.set()


def comes_to(desk: Desk, ticket: Ticket, *states: str) -> Ticket:
    until = time.monotonic() + 10
    while (found := desk.find(ticket.key)).state not in states and time.monotonic() < until:
        time.sleep(0.005)
    assert found.state in states
    return found


def test_a_finished_export_is_there_with_size_and_hash(opened: Opened) -> None:
    desk = opened()
    ticket = comes_to(desk, desk.place(writes, "places", {}), DONE)
    assert ticket.made is not None
    assert (ticket.label, ticket.made.size) == ("places", len(CONTENT))
    assert ticket.made.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert ticket.made.exported.file.read_bytes() == CONTENT
    assert ticket.made.exported.file.is_relative_to(desk.folder)


def test_nobody_else_on_the_machine_can_read_the_folder(opened: Opened) -> None:
    assert opened().folder.parent.stat().st_mode & 0o777 == 0o700


def test_keys_cannot_be_guessed_and_unknown_ones_are_refused(opened: Opened) -> None:
    desk = opened()
    keys = {desk.place(writes, "", {}).key for _ in range(8)}
    assert len(keys) == 8
    assert min(map(len, keys)) >= 32
    for key in ("", "nothing", "../" + next(iter(keys))):
        with pytest.raises(UnknownExportError):
            desk.find(key)


def test_beyond_so_many_at_once_they_wait_their_turn(opened: Opened) -> None:
    desk, first, second = opened(at_once=1), Held(), Held()
    running = comes_to(desk, desk.place(first, "", {}), RUNNING)
    waiting, last = desk.place(second, "", {}), desk.place(writes, "", {})
    assert (waiting.state, waiting.ahead) == (WAITING, 0)
    assert desk.find(last.key).ahead == 1
    first.let_go.set()
    comes_to(desk, running, DONE)
    comes_to(desk, waiting, RUNNING)
    second.let_go.set()
    comes_to(desk, last, DONE)


def test_progress_is_told(opened: Opened) -> None:
    desk, work = opened(), Held()
    ticket = comes_to(desk, desk.place(work, "", {}), RUNNING)
    until = time.monotonic() + 5
    while not (found := desk.find(ticket.key)).total and time.monotonic() < until:
        time.sleep(0.005)
    assert (found.done, found.total) == (3, 10)


def test_a_cancelled_one_is_cancelled_at_once_and_leaves_nothing(opened: Opened) -> None:
    desk, work = opened(), Held()
    ticket = comes_to(desk, desk.place(work, "", {}), RUNNING)
    assert desk.cancel(ticket.key).state == CANCELLED
    assert work.ended.wait(5)
    until = time.monotonic() + 5
    while any(desk.folder.iterdir()) and time.monotonic() < until:
        time.sleep(0.005)
    assert not any(desk.folder.iterdir())
    assert desk.find(ticket.key).made is None


def test_one_that_waits_is_never_begun_once_it_is_cancelled(opened: Opened) -> None:
    desk, first, second = opened(at_once=1), Held(), Held()
    running = comes_to(desk, desk.place(first, "", {}), RUNNING)
    desk.cancel(desk.place(second, "", {}).key)
    first.let_go.set()
    comes_to(desk, running, DONE)
    comes_to(desk, desk.place(writes, "", {}), DONE)
    assert not second.ended.is_set()


def test_a_finished_one_that_is_cancelled_is_taken_away(opened: Opened) -> None:
    desk = opened()
    ticket = comes_to(desk, desk.place(writes, "", {}), DONE)
    desk.cancel(ticket.key)
    assert not any(desk.folder.iterdir())


def test_no_name_has_more_unfinished_ones_than_it_may(opened: Opened) -> None:
    desk, work = opened(), Held()
    running = comes_to(desk, desk.place(work, "", {"one": 1}), RUNNING)
    with pytest.raises(ExportsFullError):
        desk.place(writes, "", {"one": 1})
    comes_to(desk, desk.place(writes, "", {"two": 1}), DONE)
    work.let_go.set()
    comes_to(desk, running, DONE)
    comes_to(desk, desk.place(writes, "", {"one": 1}), DONE)


def test_when_too_many_wait_the_next_is_told_to_come_back(opened: Opened) -> None:
    desk = opened(at_once=1, waiting=1)
    comes_to(desk, desk.place(Held(), "", {}), RUNNING)
    desk.place(Held(), "", {})
    with pytest.raises(ExportsFullError) as refused:
        desk.place(writes, "", {})
    assert refused.value.seconds > 0


def test_after_its_time_an_export_is_gone(opened: Opened) -> None:
    clock = Clock()
    desk = opened(clock, kept_seconds=60)
    ticket = comes_to(desk, desk.place(writes, "", {}), DONE)
    clock.now += 50
    assert desk.find(ticket.key).left_seconds == pytest.approx(10)
    clock.now += 11
    desk.sweep()
    assert not any(desk.folder.iterdir())
    with pytest.raises(UnknownExportError):
        desk.find(ticket.key)


def test_the_oldest_make_room_for_the_newest(opened: Opened) -> None:
    clock = Clock()
    desk = opened(clock, kept_bytes=2 * len(CONTENT))
    tickets = []
    for _ in range(3):
        tickets.append(comes_to(desk, desk.place(writes, "", {}), DONE))
        clock.now += 1
    with pytest.raises(UnknownExportError):
        desk.find(tickets[0].key)
    assert [desk.find(ticket.key).state for ticket in tickets[1:]] == [DONE, DONE]


def test_one_that_is_too_large_is_not_kept(opened: Opened) -> None:
    desk = opened(kept_bytes=len(CONTENT) - 1)
    ticket = comes_to(desk, desk.place(writes, "", {}), FAILED)
    assert isinstance(ticket.error, ExportTooLargeError)
    assert not any(desk.folder.iterdir())


def test_one_that_takes_too_long_is_given_up(opened: Opened) -> None:
    desk = opened(seconds=0.02)
    ticket = comes_to(desk, desk.place(Held(), "", {}), FAILED)
    assert isinstance(ticket.error, ExportTooLongError)
    assert not any(desk.folder.iterdir())


def test_why_one_failed_is_kept_for_who_waits(opened: Opened) -> None:
    desk = opened()

    error = WrongZoneError("EPSG:4548", "EPSG:4547", "114", (114.0, 115.0))

    def refuses(*_: object) -> Exported:
        raise error

    ticket = comes_to(desk, desk.place(refuses, "", {}), FAILED)
    assert ticket.error is error


def test_a_program_that_breaks_says_nothing_of_the_machine(opened: Opened, tmp_path: Path) -> None:
    desk = opened()

    def breaks(*_: object) -> Exported:
        raise ZeroDivisionError(str(tmp_path))

    ticket = comes_to(desk, desk.place(breaks, "", {}), FAILED)
    assert isinstance(ticket.error, ExportError)
    assert str(tmp_path) not in str(ticket.error)


def test_a_closed_desk_leaves_no_file_and_takes_nothing_on(opened: Opened, tmp_path: Path) -> None:
    desk = opened()
    comes_to(desk, desk.place(writes, "", {}), DONE)
    comes_to(desk, desk.place(Held(), "", {}), RUNNING)
    desk.close()
    until = time.monotonic() + 5
    while any(tmp_path.iterdir()) and time.monotonic() < until:
        time.sleep(0.01)
    assert not any(tmp_path.iterdir())
    with pytest.raises(ExportsFullError):
        desk.place(writes, "", {})


def test_what_a_killed_server_left_is_removed_by_the_next(tmp_path: Path, opened: Opened) -> None:
    script = (
        "import sys, time; from pathlib import Path; from layers.exports.desk import Desk\n"
        "desk = Desk(Path(sys.argv[1]))\n"
        "def work(folder, progress, is_cancelled):\n"
        "    (folder / 'half').write_bytes(b'x'); print('half', flush=True); time.sleep(60)\n"
        "desk.place(work, '', {}); time.sleep(60)\n"
    )
    killed = subprocess.Popen(  # noqa: S603 - our own arguments
        [sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )
    assert killed.stdout is not None
    assert killed.stdout.readline() == "half\n"
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    killed.stdout.close()
    assert [path.name for path in tmp_path.rglob("half")] == ["half"]
    desk = opened()
    assert list(tmp_path.rglob("half")) == []
    assert desk.find(comes_to(desk, desk.place(writes, "", {}), DONE).key).state not in UNFINISHED
