"""Drives Chromium and hears from the page when something has been painted."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, Frame, Page

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
SIZE = {"width": 1440, "height": 900}
WAIT_SECONDS = 120
POLL_MS = 20
# A new window of Chromium first runs the pages behind its own address bar, which keep a core busy.
SETTLE_MS = 1500

# In each document: `bench.opened` is when the map stood painted with all its data and the ground,
# `bench.changes` when a changed filter did. Painted means: the first frame after the one in which the
# canvas was drawn, so that the drawing has been handed to the screen. `Date.now` is the one clock that
# the page and the frame in it share.
ATLAS_STAMPS = """(() => {
  const bench = (window.bench = { opened: null, seen: null, changes: [] });
  new PerformanceObserver((shown) => {
    for (const { identifier, renderTime } of shown.getEntries()) {
      if (identifier === "atlas-picture") bench.seen = performance.timeOrigin + renderTime;
    }
  }).observe({ type: "element", buffered: true });
  let isFiltered = false;
  const isWhole = () => Atlas.state.ready && Atlas.basemap.box() !== null;
  const begin = () => {
    if (!window.Atlas?.on) { requestAnimationFrame(begin); return; }
    Atlas.on("filter", () => { isFiltered = true; });
    Atlas.on("painted", () => {
      if (bench.opened === null && isWhole()) requestAnimationFrame(() => { bench.opened ??= Date.now(); });
      if (!isFiltered) return;
      isFiltered = false;
      requestAnimationFrame(() => bench.changes.push(Date.now()));
    });
  };
  begin();
})()"""

# The plain ways. A rebuilt map is a new frame, whose script makes all of the map at once; a changed
# feature group is put into the map that stands. Leaflet paints in the next animation frame.
PLAIN_STAMPS = """(() => {
  if (window !== top) return;
  const bench = (window.bench = { changes: [] });
  const seen = new WeakMap();
  const look = () => {
    for (const { contentWindow: frame } of document.querySelectorAll("iframe")) {
      const { map, __GLOBAL_DATA__: known } = frame;
      if (!map?._loaded || (seen.has(map) && seen.get(map) === known.last_feature_group)) continue;
      seen.set(map, known.last_feature_group);
      requestAnimationFrame(() => requestAnimationFrame(() => bench.changes.push(Date.now())));
    }
    requestAnimationFrame(look);
  };
  look();
})()"""


# A page of Streamlit with nothing but a word.
WORD_STAMPS = """(() => {
  const bench = (window.bench = { opened: null });
  const look = () => {
    if (document.querySelector('[data-testid="stMarkdownContainer"]')) bench.opened = Date.now();
    else requestAnimationFrame(look);
  };
  look();
})()"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run Debian's Chromium without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def fresh(browser: Browser, script: str = ATLAS_STAMPS) -> Iterator[BrowserContext]:
    """Give a browser that has been nowhere, with a script in each document."""
    context = browser.new_context(viewport={"width": SIZE["width"], "height": SIZE["height"]}, locale="zh-CN")
    context.add_init_script(script)
    try:
        yield context
    finally:
        context.close()


def window(context: BrowserContext) -> Page:
    """Open a window and wait until the browser's own parts have come to rest."""
    page = context.new_page()
    page.wait_for_timeout(SETTLE_MS)
    return page


def until(page: Page, asked: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever is asked
    """Return the first answer that says something; events of the page are taken in meanwhile."""
    end = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end:
        answer = asked()
        if answer:
            return answer
        page.wait_for_timeout(POLL_MS)
    message = f"nothing after {WAIT_SECONDS} s at {page.url}"
    raise TimeoutError(message)


def map_frame(page: Page) -> Frame:
    """Return the frame in the app that holds the map."""

    def found() -> Frame | None:
        return next((frame for frame in page.frames if "/frame/" in frame.url), None)

    frame: Frame = until(page, found)
    return frame


def opened_ms(page: Page, document: Page | Frame) -> float:
    """Return how long it took from asking for the page until the map stood painted."""
    painted = until(page, lambda: document.evaluate("() => window.bench?.opened ?? null"))
    return float(painted - page.evaluate("() => performance.timeOrigin"))
