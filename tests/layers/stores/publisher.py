"""Publishes in processes of its own, which are killed, limited or race; started by test_published."""

import json
import os
import resource
import shutil
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

from layers.errors import LayersError
from layers.features import build_layer
from layers.snapshot import Snapshot
from layers.stores.folder import FolderStore
from layers.stores.published import PublishedVersions
from tests.builders import feature

AT = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
# Everything that reaches the disk goes through one of these.
WATCHED = {"posix", "_io", "fcntl"}
NOBODY = 65534


def killed(folder: Path) -> None:
    """Publish a copy of the folder once for each call that reaches the disk, killed just before that."""
    store = FolderStore(folder)
    store.snapshot()
    for point in range(1, 1_000):
        copy = folder.parent / f"killed-{point}"
        shutil.copytree(folder, copy)
        copied = FolderStore(copy)
        copied.snapshot()
        status = in_child(partial(publish_until, copied, point))
        told = {"folder": str(copy), "killed": os.WIFSIGNALED(status)}
        sys.stdout.write(json.dumps(told) + "\n")
        if not os.WIFSIGNALED(status):
            return


def publish_until(store: FolderStore, point: int) -> None:
    """Publish, and be killed at the numbered call."""
    seen = 0

    def watch(_: FrameType, event: str, called: Any) -> None:  # noqa: ANN401 - any built-in function
        nonlocal seen
        owner = getattr(called, "__module__", None) or type(getattr(called, "__self__", None)).__module__
        if event == "c_call" and owner in WATCHED:
            seen += 1
            if seen == point:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(watch)
    store.publish("killed", AT)
    sys.setprofile(None)


def limited(folder: Path, *sizes: str) -> None:
    """Publish copies of the folder where no file may grow beyond a size, told or killed at that."""
    for size in map(int, sizes):
        for is_killed in (False, True):
            copy = folder.parent / f"limited-{size}-{is_killed}"
            shutil.copytree(folder, copy)
            copied = FolderStore(copy)
            copied.snapshot()
            reader, writer = os.pipe()
            status = in_child(partial(publish_within, copied, size, writer, is_killed=is_killed))
            os.close(writer)
            said = os.read(reader, 10_000).decode()
            os.close(reader)
            told = {"folder": str(copy), "killed": os.WIFSIGNALED(status), "said": said}
            sys.stdout.write(json.dumps(told) + "\n")


def publish_within(store: FolderStore, size: int, writer: int, *, is_killed: bool) -> None:
    """Publish with files that may not grow beyond a size."""
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL if is_killed else signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    try:
        store.publish("too large", AT)
    except LayersError as error:
        os.write(writer, f"{error.code}: {error}".encode())


def unprivileged(folder: Path) -> None:
    """Publish as a user who may read and not write."""
    store = FolderStore(folder)
    store.snapshot()
    if os.geteuid() == 0:
        os.seteuid(NOBODY)
    try:
        store.publish("no right to", AT)
    except LayersError as error:
        sys.stdout.write(f"{error.code}: {error}")


def racing(folder: Path, name: str, count: str) -> None:
    """Publish so many versions of one's own, one after the other, once a line is read."""
    catalogue = FolderStore(folder).catalogue
    layers = [
        build_layer("sites", {"features": [feature(f"{name}-{number}")]}, catalogue)
        for number in range(int(count))
    ]
    snapshots = iter([Snapshot.of({"sites": layer}, {}, catalogue) for layer in layers])
    published = PublishedVersions(folder / "versions")
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    for _ in layers:
        published.publish(lambda: next(snapshots), name, AT)


def in_child(act: Callable[[], None]) -> int:
    """Return how a process of its own ended in which something was done."""
    child = os.fork()
    if child == 0:
        try:
            act()
        except BaseException:  # noqa: BLE001 - the child must end here whatever happens
            os._exit(3)
        os._exit(0)
    return os.waitpid(child, 0)[1]


DEEDS: dict[str, Callable[..., None]] = {
    "killed": killed, "limited": limited, "unprivileged": unprivileged, "racing": racing,
}  # fmt: skip

if __name__ == "__main__":
    DEEDS[sys.argv[1]](Path(sys.argv[2]), *sys.argv[3:])
