"""A filter changed in the shared map itself: no server between the reader and the canvas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.browser import SETTLE_MS, fresh, map_frame, opened_ms, window
from benchmarks.changes import CLICK, OURS
from benchmarks.data import REAL
from benchmarks.figures import Figure, median, percentile
from benchmarks.server import atlas

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Frame, Page

    from benchmarks.data import Folders

PAINTED_MS = {"real data": 40, "10,000 features": 40, "100,000 features": 70}
HIT_MS = 0.3
HITS, FIRST_HITS = 1000, 200
STEP_PX = 7
FRAME_MS = 16
REST_MS = 400

# Changes the status filter in the page and waits until it is painted: the first frame after the drawing.
CHANGE = """async (statuses) => {
  const { centre: from, zoom } = Atlas.probe();
  const start = performance.now();
  const painted = new Promise((resolve) => {
    const off = Atlas.on("painted", () => {
      off();
      requestAnimationFrame(() => resolve(performance.now() - start));
    });
  });
  const rows = statuses.length ? [{ field: "status", op: "in", values: statuses }] : [];
  const { layers, outside, on } = Atlas.state.filter;
  Atlas.setFilter({ layers, outside, on, rows });
  const ms = await painted;
  const after = Atlas.probe();
  return { ms, isMoved: after.zoom !== zoom || after.centre.some((part, n) => part !== from[n]) };
}"""

# Looks at the map's sheet in each animation frame from now on and counts the frames in which it is blank:
# those that look as the sheet does where no feature is shown.
WATCH = """async () => {
  const sheet = document.querySelector(".leaflet-atlas-map-pane canvas");
  const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 40 });
  const small = canvas.getContext("2d", { willReadFrequently: true });
  const pixels = () => {
    small.clearRect(0, 0, 64, 40);
    small.drawImage(sheet, 0, 0, 64, 40);
    return small.getImageData(0, 0, 64, 40).data;
  };
  const shown = (filter) => new Promise((resolve) => {
    const off = Atlas.on("painted", () => { off(); resolve(pixels()); });
    Atlas.setFilter(filter);
  });
  const { filter } = Atlas.state;
  const bare = await shown({ ...filter, layers: [] });
  await shown(filter);
  const seen = (window.benchSeen = { frames: 0, blank: 0 });
  const look = () => {
    const now = pixels();
    seen.frames++;
    seen.blank += !sheet.isConnected || now.every((value, n) => value === bare[n]);
    if (window.benchSeen === seen) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""
STOP_WATCHING = "() => { const seen = window.benchSeen; window.benchSeen = null; return seen; }"
# Each of them leaves something to see.
FILTERS: tuple[list[str], ...] = (
    ["built"], [], ["planned", "built"], ["under_construction"], [], ["upgrading", "unstated"], ["planned"],
)  # fmt: skip


def figures(browser: Browser, folders: Folders, sizes: tuple[int, ...], rounds: int) -> Iterator[Figure]:
    """Measure the real data, and at several numbers of features."""
    data = {"real data": REAL, **{f"{size:,} features": folders.of(size) for size in sizes}}
    for name, folder in data.items():
        with atlas(folder) as server:
            with fresh(browser) as context:
                page = window(context)
                page.goto(server.url("/m"))
                opened_ms(page, page)
                page.wait_for_timeout(SETTLE_MS)
                yield from _in_page(page, name, rounds)
            with fresh(browser) as context:
                page = window(context)
                page.goto(server.url())
                yield _flicker_in_app(page, name)


def _in_page(page: Page, data: str, rounds: int) -> Iterator[Figure]:
    changes = [_changed(page, turn) for turn in range(-2, rounds)][2:]
    yield Figure(
        f"filter changed in the map itself → painted, {data}",
        median([change["ms"] for change in changes]), "ms", rounds, PAINTED_MS.get(data),
    )  # fmt: skip
    moved = sum(change["isMoved"] for change in changes)
    yield Figure(f"changes that moved or zoomed the map, {data}", moved, "", rounds, 0)
    page.evaluate(WATCH)
    for turn in range(rounds):
        _changed(page, turn)
    yield _blank(f"blank frames while it changes, {data}", page.evaluate(STOP_WATCHING))
    hits = _hits(page)
    yield Figure(
        f"what is under the mouse, 99 % of answers, {data}",
        percentile(hits, 0.99), "ms", len(hits), HIT_MS,
    )  # fmt: skip


def _changed(page: Page, turn: int) -> dict[str, Any]:
    change: dict[str, Any] = page.evaluate(CHANGE, FILTERS[turn % len(FILTERS)])
    page.wait_for_timeout(REST_MS // 4)
    return change


def _flicker_in_app(page: Page, data: str) -> Figure:
    frame: Frame = map_frame(page)
    opened_ms(page, frame)
    page.wait_for_timeout(REST_MS)
    name = f"blank frames while it changes in the app, {data}"
    frame.evaluate(WATCH)
    for box in (0, 1, 0, 2, 0, 1):
        page.evaluate(CLICK, [OURS, box])
        page.wait_for_timeout(REST_MS)
    return _blank(name, frame.evaluate(STOP_WATCHING))


def _blank(name: str, seen: dict[str, int]) -> Figure:
    return Figure(name, seen["blank"], "", seen["frames"], 0)


def _hits(page: Page) -> list[float]:
    """Lead the mouse over the map, a step a frame, and return how long each look-up took."""
    for step in range(FIRST_HITS + HITS):
        if step == FIRST_HITS:
            page.evaluate("() => { Atlas.timing.hitMs.length = 0; }")
        page.mouse.move(360 + (step * STEP_PX) % 700, 120 + (step * STEP_PX) % 590)
        page.wait_for_timeout(FRAME_MS)
    hits: list[float] = page.evaluate("() => Atlas.timing.hitMs")
    # What is behind the steps of the page's clock is only how numbers are written.
    return [round(hit, 1) for hit in hits]
