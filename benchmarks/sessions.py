"""A hundred readers on one process, each changing a filter every two seconds."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from benchmarks.figures import Figure, Plain, median, percentile
from benchmarks.server import ROOT, Server, atlas

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RERUN_P95_MS, MEMORY_MB = 60, 1
WARM_UP_SECONDS = 4.0
STREAMLIT_DEFAULT = {"STREAMLIT_RUNNER_POST_SCRIPT_GC": "true"}


@dataclass(frozen=True)
class Load:
    """What some sessions at once took."""

    times_ms: list[float]
    memory_mb: float
    cores: float


def figures(name: str, data: Path, count: int, seconds: float) -> Iterator[Figure]:
    """Measure with our settings, and with Streamlit's default of collecting garbage after each rerun."""
    ours = _load(data, count, seconds, {})
    default = _load(data, count, seconds, STREAMLIT_DEFAULT)
    n = len(ours.times_ms)
    where = f"{count} sessions, {name}"
    what = "with postScriptGC"
    yield Figure(
        f"rerun, median, {where}", median(ours.times_ms), "ms", n, plain=Plain(what, median(default.times_ms))
    )
    yield Figure(
        f"rerun, 95 % of them, {where}",
        percentile(ours.times_ms, 0.95), "ms", n, RERUN_P95_MS,
        plain=Plain(what, percentile(default.times_ms, 0.95)),
    )  # fmt: skip
    yield Figure(f"memory a session, {where}", ours.memory_mb, "MB", count, MEMORY_MB)
    yield Figure(
        f"processor cores in use, {where}", ours.cores, "", 1, plain=Plain(what, default.cores)
    )


def _load(data: Path, count: int, seconds: float, settings: dict[str, str]) -> Load:
    with atlas(data, settings) as server:
        # What the first session brings into memory belongs to the server, not to a session.
        with clients(server, 1, WARM_UP_SECONDS) as client:
            worked(client)
            before = server.memory_mb()
        with clients(server, count, seconds) as client:
            start, used = time.monotonic(), server.cpu_seconds()
            report = worked(client)
            cores = (server.cpu_seconds() - used) / (time.monotonic() - start)
            memory = (server.memory_mb() - before) / count
    return Load(report["times_ms"], memory, cores)


@contextmanager
def clients(server: Server, count: int, seconds: float) -> Iterator[subprocess.Popen[str]]:
    """Run the readers' process, as soon as all sessions are open."""
    command = [sys.executable, "-m", "benchmarks.client", str(server.port), str(count), str(seconds)]
    process = subprocess.Popen(  # noqa: S603 - our own arguments
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        _heard(process)
        yield process
        _say(process)
        process.wait(30)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def worked(process: subprocess.Popen[str]) -> dict[str, Any]:
    """Let the readers work, and return what they report."""
    _say(process)
    return _heard(process)


def _say(process: subprocess.Popen[str]) -> None:
    pipe: IO[str] | None = process.stdin
    if pipe:
        pipe.write("\n")
        pipe.flush()


def _heard(process: subprocess.Popen[str]) -> dict[str, Any]:
    line = process.stdout.readline() if process.stdout else ""
    if not line:
        message = f"the readers' process ended with {process.wait()}"
        raise RuntimeError(message)
    heard: dict[str, Any] = json.loads(line)
    return heard
