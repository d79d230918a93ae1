"""Starts and stops servers, and reads what they cost."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).parents[1]
START_SECONDS = 180
STOP_SECONDS = 10
KIB_IN_MB = 1000 / 1.024
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    """A running server on a port of 127.0.0.1."""

    port: int
    pid: int

    def url(self, path: str = "/") -> str:
        """Return an address of this server."""
        return f"http://127.0.0.1:{self.port}{path}"

    def memory_mb(self) -> float:
        """Return the memory that the process holds."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="utf-8")
        line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) / KIB_IN_MB

    def cpu_seconds(self) -> float:
        """Return the processor time that the process has used."""
        stat = Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8")
        user, system = stat.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / TICKS


@contextmanager
def atlas(data: Path, settings: Mapping[str, str] | None = None, port: int = 0) -> Iterator[Server]:
    """Run the atlas on a data folder.

    Parameters
    ----------
    settings
        Variables of the environment besides the data's address.
    port
        A port of 127.0.0.1; any free one where none is named.
    """
    environment = {"CORRIDOR_DATA": str(data), **(settings or {})}
    with _running(ROOT / "app.py", ROOT, environment, "/health", port) as server:
        with urllib.request.urlopen(server.url("/health")) as answer:  # noqa: S310 - http on 127.0.0.1
            refused = json.load(answer)["refused"]
        if refused:
            message = f"the layers to measure on are refused: {refused}"
            raise RuntimeError(message)
        yield server


@contextmanager
def plain(script: str, data: Path, folder: Path) -> Iterator[Server]:
    """Run one of the plain apps, in an empty folder: with Streamlit's own settings.

    Parameters
    ----------
    script
        `rebuild.py` or `feature_group.py`.
    """
    environment = {
        "CORRIDOR_DATA": str(data),
        "PLAIN_SCRIPT": script,
        "PYTHONPATH": str(ROOT),
        "STREAMLIT_SERVER_HEADLESS": "true",
        "STREAMLIT_SERVER_FILE_WATCHER_TYPE": "none",
        "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false",
    }
    with _running(ROOT / "benchmarks" / "plain" / "app.py", folder, environment, "/_stcore/health") as server:
        yield server


@contextmanager
def _running(
    app: Path, folder: Path, environment: Mapping[str, str], health: str, port: int = 0,
) -> Iterator[Server]:
    port = port or _free_port()
    streamlit = Path(sys.executable).with_name("streamlit")
    command = [str(streamlit), "run", str(app), "--server.port", str(port), "--server.address", "127.0.0.1"]
    process = subprocess.Popen(  # noqa: S603 - our own arguments
        command,
        cwd=folder,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        server = Server(port, process.pid)
        _wait(process, server.url(health))
        yield server
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], url: str) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=START_SECONDS).close()  # noqa: S310 - http on 127.0.0.1
        except OSError:
            time.sleep(0.1)
        else:
            return
    ended = process.poll()
    message = f"no answer at {url}" if ended is None else f"the server ended with {ended}"
    raise RuntimeError(message)


def _free_port() -> int:
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        port: int = chosen.getsockname()[1]
        return port
