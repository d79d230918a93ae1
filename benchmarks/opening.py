"""How long until a map stands: the shared link, the app, the saved file; and how much is fetched."""

from __future__ import annotations

import time
import urllib.request
from typing import TYPE_CHECKING, Any

from benchmarks.browser import fresh, map_frame, opened_ms, window
from benchmarks.data import REAL
from benchmarks.figures import Figure, median
from benchmarks.server import atlas

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext

    from benchmarks.server import Server

SHARED_COLD_MS, SHARED_AGAIN_MS, SHARED_KB = 350, 150, 300
APP_COLD_MS, APP_AGAIN_MS = 1300, 400
FILE_MB = 1.2
# Before a page is opened again, the browser has a moment to store what the first visit brought.
REST_MS = 500


def figures(browser: Browser, folder: Path, rounds: int) -> Iterator[Figure]:
    """Measure with the real data.

    Parameters
    ----------
    folder
        Where the saved file is written.
    """
    with atlas(REAL) as server:
        yield from _shared(browser, server, rounds)
        yield from _app(browser, server, rounds)
        yield from _saved(browser, server, folder, rounds)


def _shared(browser: Browser, server: Server, rounds: int) -> Iterator[Figure]:
    cold, again, fetched = [], [], []
    _open(browser, server.url("/m"), is_app=False)  # the server's own first time
    for _ in range(rounds):
        first, second, size = _open(browser, server.url("/m"), is_app=False)
        cold.append(first)
        again.append(second)
        fetched.append(size)
    yield Figure("shared link, first visit → painted", median(cold), "ms", rounds, SHARED_COLD_MS)
    yield Figure("bytes of a first visit in all, compressed", max(fetched) / 1000, "kB", rounds, SHARED_KB)
    yield Figure("shared link, next visit → painted", median(again), "ms", rounds, SHARED_AGAIN_MS)


def _app(browser: Browser, server: Server, rounds: int) -> Iterator[Figure]:
    cold, again = [], []
    _open(browser, server.url(), is_app=True)
    for _ in range(rounds):
        first, second, _ = _open(browser, server.url(), is_app=True)
        cold.append(first)
        again.append(second)
    yield Figure("app, first visit → map painted", median(cold), "ms", rounds, APP_COLD_MS)
    yield Figure("app, next visit → map painted", median(again), "ms", rounds, APP_AGAIN_MS)


def _saved(browser: Browser, server: Server, folder: Path, rounds: int) -> Iterator[Figure]:
    written, painted = [], []
    path = folder / "map.html"
    for _ in range(rounds):
        start = time.perf_counter()
        with urllib.request.urlopen(server.url("/m.html")) as answer:  # noqa: S310 - http on 127.0.0.1
            path.write_bytes(answer.read())
        written.append((time.perf_counter() - start) * 1000)
    for _ in range(rounds):
        with fresh(browser) as context:
            page = window(context)
            page.goto(path.as_uri())
            painted.append(opened_ms(page, page))
    yield Figure("saved file, asked for → on the disk", median(written), "ms", rounds)
    yield Figure("its size", path.stat().st_size / 1e6, "MB", 1, FILE_MB)
    yield Figure("saved file opened → painted", median(painted), "ms", rounds)


def _open(browser: Browser, url: str, *, is_app: bool) -> tuple[float, float, float]:
    """Return how long the first and the next visit took, and the bytes of the first."""
    with fresh(browser) as context:
        first, fetched = visit(context, url, is_app=is_app)
        second, _ = visit(context, url, is_app=is_app)
    return first, second, fetched


def visit(context: BrowserContext, url: str, *, is_app: bool) -> tuple[float, float]:
    """Return how long it took until the map was painted, and the bytes that were fetched."""
    page = window(context)
    sizes: list[float] = []
    network = context.new_cdp_session(page)
    network.on("Network.loadingFinished", lambda event: sizes.append(_size(event)))
    network.send("Network.enable")
    page.goto(url)
    took = opened_ms(page, map_frame(page) if is_app else page)
    page.wait_for_timeout(REST_MS)
    page.close()
    return took, sum(sizes)


def _size(event: dict[str, Any]) -> float:
    """Return the bytes of one answer on the wire, head and body."""
    return float(event["encodedDataLength"])
