"""Exports: how long each format takes, beside `ogr2ogr` writing the same rows, and how much memory."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.data import REAL
from benchmarks.figures import Figure, Plain, median
from benchmarks.held import LAYER, held
from i18n.messages import LANGUAGES, messages
from layers.exports.errors import UnsuitedError
from layers.exports.export import Asked, export, extensions
from layers.exports.formats import FORMATS
from layers.exports.geojson import streamed
from layers.exports.manifest import Atlas
from layers.exports.selection import Selection
from layers.stores.folder import FolderStore
from layers.view import MapView

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from layers.catalogue import Catalogue
    from layers.snapshot import Snapshot

OGR2OGR = "ogr2ogr"
WGS84, GRID = "EPSG:4326", "EPSG:4547"
ONE_SYSTEM, BY_CITY = (WGS84, "gk-auto"), "gk-by-city"
REAL_MS, FIRST_MS, MILLION_S = 1000, 100, 1.0
MILLION = 1_000_000
FIRST_ROUNDS = 10
MIB = 1024**2


@dataclass(frozen=True)
class _Rival:
    """What `ogr2ogr` is asked.

    Attributes
    ----------
    source
        The file that it reads, written by us before: the fastest that GDAL reads with these tables in it.
    most
        How much of its time ours may take.
    """

    driver: str
    source: str
    ending: str
    most: float
    options: tuple[str, ...] = ()


TABLES, FLAT = "tables.gpkg", "flat.fgb"
_PARTS = (f"{LAYER}_point", f"{LAYER}_line", "history", "citations")
RIVALS = {
    "gpkg": _Rival("GPKG", TABLES, ".gpkg", 0.5, _PARTS),
    "shp": _Rival("ESRI Shapefile", TABLES, ".shp.zip", 0.9, (*_PARTS, "-lco", "ENCODING=UTF-8")),
    "fgb": _Rival("FlatGeobuf", FLAT, ".fgb", 1.15),
    "geojson": _Rival("GeoJSON", FLAT, ".geojson", 1.2),
    # The other driver for KML, LIBKML, takes minutes.
    "kml": _Rival("KML", FLAT, ".kml", 1.2),
}
# What can be written in a grid. A million features tell nothing of it that fewer do not.
PROJECTED = ("gpkg", "shp", "fgb", "geoparquet")


def figures(scratch: Path, sizes: Sequence[int], rounds: int) -> Iterator[Figure]:
    """Measure the real data in every format and system, and made-up data beside `ogr2ogr`."""
    if shutil.which(OGR2OGR) is None:
        print(f"{OGR2OGR} is not installed (in Debian: gdal-bin): nothing to compare with", file=sys.stderr)
    yield from _real(scratch, rounds)
    for size in sizes:
        yield from _of_size(scratch, size, rounds if size < MILLION else 1)


@dataclass(frozen=True)
class _Bench:
    """What is exported, and where to."""

    snapshot: Snapshot
    atlas: Atlas
    folder: Path

    def selection(self) -> Selection:
        return Selection(self.snapshot, MapView(layers=tuple(self.snapshot.layers), on=date(2026, 11, 22)))

    def export(self, format_id: str, crs: str, name: str = "") -> Path:
        """Export all; `name` if the file shall be called something."""
        asked = Asked(format_id, datetime.now(UTC), crs)
        count = sum(not layer.features.empty for layer in self.snapshot.layers.values())
        target = self.folder / (name or f"ours{extensions(asked, count)[0]}")
        return export(self.selection(), asked, target, self.atlas).file


def _real(scratch: Path, rounds: int) -> Iterator[Figure]:
    store = FolderStore(REAL)
    bench = _Bench(store.snapshot(), _atlas(store.catalogue), _folder(scratch, "real"))
    for format_id, row in FORMATS.items():
        took: dict[str, float] = {}
        for crs in (*ONE_SYSTEM, BY_CITY):
            try:
                took[crs] = median([_seconds(lambda: bench.export(format_id, crs)) for _ in range(rounds)])  # noqa: B023 - called at once
            except UnsuitedError:
                continue
        by_city = took.pop(BY_CITY, None)
        slowest = max(took, key=lambda crs: took[crs])
        name = f"{row.title.en}, real data, {slowest}" + ", the slower of two" * (len(took) > 1)
        yield Figure(name, took[slowest] * 1000, "ms", rounds, REAL_MS)
        if by_city is not None:
            yield Figure(f"{row.title.en}, real data, one zone a city: five", by_city * 1000, "ms", rounds)


def _of_size(scratch: Path, size: int, rounds: int) -> Iterator[Figure]:
    catalogue = FolderStore(REAL).catalogue
    bench = _Bench(held(REAL, size, catalogue), _atlas(catalogue), _folder(scratch, str(size)))
    first = [_seconds(lambda: _first_bytes(bench, catalogue)) * 1000 for _ in range(FIRST_ROUNDS)]
    name = f"first features of a streamed GeoJSON, {size:,}"
    yield Figure(name, median(first), "ms", FIRST_ROUNDS, FIRST_MS)
    flat = _seconds(lambda: bench.export("fgb", WGS84, FLAT))
    bench.export("gpkg", WGS84, TABLES)
    warm = _seconds(lambda: bench.export("fgb", WGS84, FLAT))
    yield Figure(f"first export of a data version, more than the next, {size:,}", flat - warm, "s", 1)
    before = _told("VmRSS")
    # From here on Linux counts anew how much memory the process held at most.
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    for format_id in (*RIVALS, "geoparquet"):
        # One round of a million takes five minutes, most of them in the other's program.
        yield _beside(bench, format_id, WGS84, size, rounds if size < MILLION else 1)
    for format_id in PROJECTED if size < MILLION else ():
        yield replace(_beside(bench, format_id, GRID, size, rounds), title=f"Exports in {GRID}")
    name = f"memory that exports take at most beside the data, {size:,}"
    yield Figure(name, (_told("VmHWM") - before) / MIB, "MiB", 1)
    shutil.rmtree(bench.folder)


def _beside(bench: _Bench, format_id: str, crs: str, size: int, rounds: int) -> Figure:
    name = f"{FORMATS[format_id].title.en}, {size:,}"
    rival = RIVALS.get(format_id)
    has_rival = rival is not None and shutil.which(OGR2OGR) is not None
    ours, theirs = [], []
    # One after the other, so that whatever else the machine does falls on both.
    for _ in range(rounds):
        ours.append(_seconds(lambda: bench.export(format_id, crs)))
        if rival is not None and has_rival:
            theirs.append(_seconds(lambda: _converted(bench.folder, rival, crs)))
    if rival is None:
        limit = MILLION_S if size == MILLION and crs == WGS84 else None
        return Figure(name, median(ours), "s", rounds, limit)
    if not has_rival:
        return Figure(f"{name}, without {OGR2OGR} to compare", median(ours), "s", rounds)
    plain = Plain(OGR2OGR, median(theirs))
    return Figure(name, median(ours), "s", rounds, plain=plain, least_ratio=round(1 / rival.most, 2))


def _converted(folder: Path, rival: _Rival, crs: str) -> None:
    target = folder / f"theirs{rival.ending}"
    target.unlink(missing_ok=True)
    projected = ("-t_srs", crs) if crs != WGS84 else ()
    files = (str(target), str(folder / rival.source))
    command = [OGR2OGR, "-f", rival.driver, *projected, *files, *rival.options]
    subprocess.run(command, capture_output=True, check=True)  # noqa: S603 - our own arguments


def _first_bytes(bench: _Bench, catalogue: Catalogue) -> None:
    pieces = streamed(bench.selection(), catalogue, "atlas")
    # The first piece is but the head of the collection.
    next(pieces)
    next(pieces)


def _atlas(catalogue: Catalogue) -> Atlas:
    words, sentences = (
        {language: messages(language, part) for language in LANGUAGES} for part in ("exports", "sentence")
    )
    return Atlas(catalogue, (), words, sentences)


def _folder(scratch: Path, name: str) -> Path:
    folder = scratch / "exports" / name
    folder.mkdir(parents=True)
    return folder


def _seconds(deed: Callable[[], object]) -> float:
    # Whoever waits for the disk shall not wait for what another has left to be written.
    os.sync()
    start = time.perf_counter()
    deed()
    return time.perf_counter() - start


def _told(name: str) -> int:
    """Return what Linux tells of the memory of this process, in bytes."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))
