"""The data that is measured on: the real layers, and folders of any size beside them."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.server import ROOT
from benchmarks.synthetic import make_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

REAL = ROOT / "data"


@dataclass(frozen=True)
class Folders:
    """Data folders of made-up features, each made when it is first asked for."""

    place: Path

    def of(self, size: int) -> Path:
        """Return the folder with so many features."""
        folder = self.place / str(size)
        return folder if folder.exists() else make_folder(REAL, folder, size)


@contextmanager
def folders() -> Iterator[Folders]:
    """Give a place for data folders that is gone afterwards."""
    with tempfile.TemporaryDirectory() as place:
        yield Folders(Path(place))
