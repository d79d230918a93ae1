"""A filter changed in the app: until the map is painted, and what goes over the wire for it."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.browser import ATLAS_STAMPS, PLAIN_STAMPS, fresh, map_frame, opened_ms, until
from benchmarks.data import REAL
from benchmarks.figures import Figure, Plain, median
from benchmarks.server import atlas, plain
from benchmarks.wire import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, Frame, Page

    from benchmarks.data import Folders
    from benchmarks.server import Server

PAINTED_MS, PAINTED_AT = 100, (None, 10_000, 100_000)
WIRE_BYTES = 4000
LEAST_RATIO, RATIO_AT = 10, 10_000
PLAIN_UP_TO = 10_000
WARM_UP, LEAST_ROUNDS = 2, 5
# Time for what a change still sends after it is painted, and for garbage to be collected.
REST_MS = 700
OURS = "[data-section=status] input[type=checkbox]"
THEIRS = "[data-testid=stCheckbox] input"
CLICK = """([boxes, number]) => {
  const at = Date.now();
  document.querySelectorAll(boxes)[number].click();
  return at;
}"""
REBUILD, FEATURE_GROUP = "rebuild.py", "feature_group.py"


@dataclass(frozen=True)
class Way:
    """A way to a map: the script that stamps, the boxes to tick, and what tells of the painting."""

    stamps: str
    boxes: str
    painter: Callable[[Page], Frame]


@dataclass(frozen=True)
class Times:
    """What some changes took: milliseconds until painted, and bytes over the wire."""

    painted_ms: list[float]
    wire_bytes: list[float]


def figures(browser: Browser, folders: Folders, sizes: tuple[int, ...], rounds: int) -> Iterator[Figure]:
    """Measure changes of the real data, and at several numbers of features ours and then the plain ways."""
    yield from _told(None, _ours(browser, REAL, rounds), {})
    for size in sizes:
        ours = _ours(browser, folders.of(size), rounds)
        yield from _told(size, ours, _theirs(browser, folders.of(size), size, rounds))


def _theirs(browser: Browser, data: Path, size: int, rounds: int) -> dict[str, Times]:
    if size > PLAIN_UP_TO:
        return {}
    enough = max(LEAST_ROUNDS, rounds // 2)
    return {script: _plain(browser, script, data, enough) for script in (REBUILD, FEATURE_GROUP)}


def _told(size: int | None, ours: Times, theirs: dict[str, Times]) -> Iterator[Figure]:
    rebuilt, grouped = theirs.get(REBUILD), theirs.get(FEATURE_GROUP)
    painted, n = median(ours.painted_ms), len(ours.painted_ms)
    budget = PAINTED_MS if size in PAINTED_AT else None
    data = f"{size:,} features" if size else "real data"
    what = f"filter changed in the app → map painted, {data}"
    yield Figure(
        what, painted, "ms", n, budget,
        plain=Plain("st_folium", median(rebuilt.painted_ms)) if rebuilt else None,
        least_ratio=LEAST_RATIO if rebuilt and size == RATIO_AT else None,
    )  # fmt: skip
    if grouped:
        yield Figure(what, painted, "ms", n, plain=Plain("feature_group_to_add", median(grouped.painted_ms)))
    yield Figure(
        f"bytes over the wire for it, {data}",
        max(ours.wire_bytes) / 1000, "kB", len(ours.wire_bytes), WIRE_BYTES / 1000,
        plain=Plain("st_folium", median(rebuilt.wire_bytes) / 1000) if rebuilt else None,
    )  # fmt: skip


def _ours(browser: Browser, data: Path, rounds: int) -> Times:
    with atlas(data) as server:
        return _times(browser, server, rounds, Way(ATLAS_STAMPS, OURS, _our_painter))


def _plain(browser: Browser, script: str, data: Path, rounds: int) -> Times:
    with tempfile.TemporaryDirectory() as folder, plain(script, data, Path(folder)) as server:
        return _times(browser, server, rounds, Way(PLAIN_STAMPS, THEIRS, _their_painter))


def _times(browser: Browser, server: Server, rounds: int, way: Way) -> Times:
    """Time the changes on a straight line to the server, then count on one that is watched."""
    with fresh(browser, way.stamps) as context:
        page, painter = _opened(context, server.url(), way)
        times = [_changed(page, painter, way.boxes, turn) for turn in range(1, WARM_UP + rounds + 1)]
    with fresh(browser, way.stamps) as context, counted(server.port) as wire:
        page, painter = _opened(context, f"http://127.0.0.1:{wire.port}/", way)
        sizes = []
        for turn in range(1, WARM_UP + LEAST_ROUNDS + 1):
            before = wire.total
            _changed(page, painter, way.boxes, turn)
            sizes.append(float(wire.total - before))
    return Times(times[WARM_UP:], sizes[WARM_UP:])


def _opened(context: BrowserContext, url: str, way: Way) -> tuple[Page, Frame]:
    page = context.new_page()
    page.goto(url)
    painter = way.painter(page)
    page.wait_for_selector(way.boxes, state="attached")
    page.wait_for_timeout(2 * REST_MS)
    return page, painter


def _our_painter(page: Page) -> Frame:
    frame = map_frame(page)
    opened_ms(page, frame)
    return frame


def _their_painter(page: Page) -> Frame:
    until(page, lambda: page.evaluate("() => window.bench?.changes.length"))
    return page.main_frame


def _changed(page: Page, painter: Frame, boxes: str, turn: int) -> float:
    """Switch one status and return how long it took until the map was painted.

    Each filter is a new one: what has been sent once, Streamlit does not send again.
    """
    start: float = page.evaluate(CLICK, [boxes, _gray(turn)])
    end: float = until(page, partial(_painted_after, painter, start))
    page.wait_for_timeout(REST_MS)
    return end - start


def _painted_after(painter: Frame, start: float) -> float | None:
    found: float | None = painter.evaluate(
        "(start) => window.bench.changes.find((at) => at >= start) ?? null", start
    )
    return found


def _gray(turn: int) -> int:
    """Return the bit that changes in the Gray code: each turn leaves boxes ticked as never before."""
    return (turn & -turn).bit_length() - 1
