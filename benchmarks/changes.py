"""A filter changed in the app: until the map is painted, and what goes over the wire for it."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.browser import ATLAS_STAMPS, PLAIN_STAMPS, Wire, fresh, map_frame, opened_ms, until
from benchmarks.figures import Figure, Plain, median
from benchmarks.server import atlas, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Frame, Page

    from benchmarks.data import Folders

PAINTED_MS, PAINTED_AT = 100, (10_000, 100_000)
WIRE_BYTES = 4000
LEAST_RATIO, RATIO_AT = 10, 10_000
PLAIN_UP_TO = 10_000
WARM_UP = 2
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


@dataclass
class Times:
    """What some changes took."""

    painted_ms: list[float] = field(default_factory=list)
    wire_bytes: list[float] = field(default_factory=list)


def figures(browser: Browser, folders: Folders, sizes: tuple[int, ...], rounds: int) -> Iterator[Figure]:
    """Measure changes at several numbers of features, ours and the plain ways by turns."""
    for size in sizes:
        ours = _ours(browser, folders.of(size), rounds)
        yield from _told(size, ours, _theirs(browser, folders.of(size), size, rounds))


def _theirs(browser: Browser, data: Path, size: int, rounds: int) -> dict[str, Times]:
    if size > PLAIN_UP_TO:
        return {}
    return {script: _plain(browser, script, data, max(5, rounds // 2)) for script in (REBUILD, FEATURE_GROUP)}


def _told(size: int, ours: Times, theirs: dict[str, Times]) -> Iterator[Figure]:
    rebuilt, grouped = theirs.get(REBUILD), theirs.get(FEATURE_GROUP)
    painted, n = median(ours.painted_ms), len(ours.painted_ms)
    budget = PAINTED_MS if size in PAINTED_AT else None
    what = f"filter changed in the app → map painted, {size:,} features"
    yield Figure(
        what, painted, "ms", n, budget,
        plain=Plain("st_folium", median(rebuilt.painted_ms)) if rebuilt else None,
        least_ratio=LEAST_RATIO if rebuilt and size == RATIO_AT else None,
    )  # fmt: skip
    if grouped:
        yield Figure(what, painted, "ms", n, plain=Plain("feature_group_to_add", median(grouped.painted_ms)))
    yield Figure(
        f"bytes over the wire for it, {size:,} features",
        max(ours.wire_bytes) / 1000, "kB", n, WIRE_BYTES / 1000,
        plain=Plain("st_folium", median(rebuilt.wire_bytes) / 1000) if rebuilt else None,
    )  # fmt: skip


def _ours(browser: Browser, data: Path, rounds: int) -> Times:
    with atlas(data) as server, fresh(browser, ATLAS_STAMPS) as context:
        page = context.new_page()
        wire = Wire(page)
        page.goto(server.url())
        frame = map_frame(page)
        opened_ms(page, frame)
        return _measured(page, frame, OURS, wire, rounds)


def _plain(browser: Browser, script: str, data: Path, rounds: int) -> Times:
    with (
        tempfile.TemporaryDirectory() as folder,
        plain(script, data, Path(folder)) as server,
        fresh(browser, PLAIN_STAMPS) as context,
    ):
        page = context.new_page()
        wire = Wire(page)
        page.goto(server.url())
        until(page, lambda: page.evaluate("() => window.bench?.changes.length"))
        return _measured(page, page.main_frame, THEIRS, wire, rounds)


def _measured(page: Page, painter: Frame, boxes: str, wire: Wire, rounds: int) -> Times:
    """Switch one status a time; the first changes only warm up.

    Each filter is a new one: what has been sent once, Streamlit does not send again.
    """
    page.wait_for_selector(boxes, state="attached")
    page.wait_for_timeout(2 * REST_MS)
    times = Times()
    for turn in range(1, WARM_UP + rounds + 1):
        before = wire.total
        start = page.evaluate(CLICK, [boxes, _gray(turn)])
        end = until(page, partial(_painted_after, painter, start))
        page.wait_for_timeout(REST_MS)
        if turn > WARM_UP:
            times.painted_ms.append(end - start)
            times.wire_bytes.append(wire.total - before)
    return times


def _painted_after(painter: Frame, start: float) -> float | None:
    found: float | None = painter.evaluate(
        "(start) => window.bench.changes.find((at) => at >= start) ?? null", start
    )
    return found


def _gray(turn: int) -> int:
    """Return the bit that changes in the Gray code: each turn leaves boxes ticked as never before."""
    return (turn & -turn).bit_length() - 1
