"""The machine and the programs that the figures were measured with."""

from __future__ import annotations

import os
import re
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks.browser import CHROMIUM

GIB = 1024**2


def described() -> str:
    """Return cores, memory, processor, programs and day in one line."""
    chromium = subprocess.run([CHROMIUM, "--version"], capture_output=True, text=True, check=True)  # noqa: S603 - our own arguments
    number = re.search(r"[\d.]+", chromium.stdout)
    parts = (
        f"{os.cpu_count()} cores of {_value('/proc/cpuinfo', 'model name')}",
        f"{int(_value('/proc/meminfo', 'MemTotal').split()[0]) / GIB:.0f} GiB memory, no graphics card",
        f"Chromium {number[0] if number else 'of unknown version'}",
        f"Streamlit {version('streamlit')}",
        f"{datetime.now(UTC).date().isoformat()}",
    )
    return ", ".join(parts)


def _value(path: str, name: str) -> str:
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return "unknown"
