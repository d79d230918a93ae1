"""`python -m benchmarks`: measures, prints tables, and writes them into the documentation when asked to."""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import changes, exports, in_map, kept_alive, links, opening, sessions
from benchmarks.browser import chromium
from benchmarks.data import REAL, folders
from benchmarks.figures import Figure, tables
from benchmarks.machine import described
from benchmarks.server import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

    from benchmarks.data import Folders

PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- measured -->", "<!-- /measured -->"


@dataclass(frozen=True)
class Extent:
    """How much is measured."""

    rounds: int
    sizes: tuple[int, ...]
    map_sizes: tuple[int, ...]
    sessions: int
    seconds: float
    session_sizes: tuple[int, ...]
    export_sizes: tuple[int, ...]
    export_rounds: int


WHOLE = Extent(
    9, (300, 1_000, 10_000, 100_000), (10_000, 100_000), 100, 60, (10_000,), (100_000, 1_000_000), 7,
)
QUICK = Extent(5, (300,), (10_000,), 20, 10, (), (100_000,), 1)


@dataclass(frozen=True)
class Bench:
    """What a part of the measurements is given."""

    browser: Browser
    folders: Folders
    extent: Extent
    scratch: Path


def main() -> int:
    """Measure; return how the process shall end: 0 where every budget is met."""
    asked = _arguments()
    figures = []
    for figure in _measured(QUICK if asked.quick else WHOLE, asked.only or list(PARTS)):
        figures.append(figure)
        print(f"{figure.name}: {figure.value:,.2f} {figure.unit}", file=sys.stderr, flush=True)
    machine = described()
    print(f"{tables(figures)}\n\nMeasured on {machine}.")
    if asked.write:
        PAGE.write_text(_written(PAGE.read_text(encoding="utf-8"), figures, machine), encoding="utf-8")
    return 0 if all(figure.is_met is not False for figure in figures) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one small round")
    told = f"write the tables into {PAGE.relative_to(ROOT)}"
    parser.add_argument("--write", action="store_true", help=told)
    only = "measure this part; may be repeated"
    parser.add_argument("--only", action="append", choices=list(PARTS), help=only)
    asked = parser.parse_args()
    if asked.write and (asked.quick or asked.only):
        parser.error("the documentation gets a whole run, so --write goes without --quick and --only")
    return asked


def _measured(extent: Extent, parts: list[str]) -> Iterator[Figure]:
    with chromium() as browser, folders() as place, tempfile.TemporaryDirectory() as scratch:
        bench = Bench(browser, place, extent, Path(scratch))
        for part in parts:
            yield from PARTS[part](bench)


def _changes(bench: Bench) -> Iterator[Figure]:
    return changes.figures(bench.browser, bench.folders, bench.extent.sizes, bench.extent.rounds)


def _in_map(bench: Bench) -> Iterator[Figure]:
    return in_map.figures(bench.browser, bench.folders, bench.extent.map_sizes, bench.extent.rounds)


def _opening(bench: Bench) -> Iterator[Figure]:
    return opening.figures(bench.browser, bench.scratch, bench.extent.rounds)


def _links(bench: Bench) -> Iterator[Figure]:
    return links.figures(bench.browser, bench.scratch, bench.extent.rounds)


def _kept_alive(_: Bench) -> Iterator[Figure]:
    return kept_alive.figures()


def _sessions(bench: Bench) -> Iterator[Figure]:
    extent = bench.extent
    yield from sessions.figures("real data", REAL, extent.sessions, extent.seconds)
    for size in extent.session_sizes:
        folder = bench.folders.of(size)
        yield from sessions.figures(f"{size:,} features", folder, extent.sessions, extent.seconds)


def _exports(bench: Bench) -> Iterator[Figure]:
    return exports.figures(bench.scratch, bench.extent.export_sizes, bench.extent.export_rounds)


PARTS: dict[str, Callable[[Bench], Iterator[Figure]]] = {
    "changes": _changes,
    "in_map": _in_map,
    "opening": _opening,
    "links": _links,
    "kept_alive": _kept_alive,
    "sessions": _sessions,
    "exports": _exports,
}


def _written(page: str, figures: list[Figure], machine: str) -> str:
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    if not rest or not page.rpartition(END)[1]:
        message = f"{PAGE.name} has no place for the tables between {BEGIN} and {END}"
        raise ValueError(message)
    return f"{before}{BEGIN}\nMeasured on {machine}.\n\n{tables(figures)}\n{END}{after}"


if __name__ == "__main__":
    sys.exit(main())
