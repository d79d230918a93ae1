"""How long until a map stands: the shared link, the app, the saved file; and how much is fetched."""

from __future__ import annotations

import time
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchmarks.browser import WORD_STAMPS, fresh, map_frame, opened_ms, window
from benchmarks.data import REAL
from benchmarks.figures import Figure, Plain, median
from benchmarks.server import atlas, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext

    from benchmarks.server import Server

SHARED_COLD_MS, SHARED_AGAIN_MS, SHARED_KB = 350, 150, 300
APP_COLD_MS, APP_AGAIN_MS = 1300, 400
FILE_MB = 1.2
# After a first visit the map comes to rest and its picture is kept; what was fetched is stored sooner.
REST_MS, STORED_MS = 3500, 500
# When the browser showed the picture of the last time; null where there was none.
PICTURE = "() => window.bench.seen && window.bench.seen - performance.timeOrigin"


@dataclass(frozen=True)
class Visit:
    """One visit to a page, in milliseconds after it was asked for.

    Attributes
    ----------
    seen
        The map was seen: the picture of the last time, or the map itself.
    painted
        The map itself was painted.
    fetched
        Bytes over the wire.
    """

    seen: float
    painted: float
    fetched: float


def figures(browser: Browser, folder: Path, rounds: int) -> Iterator[Figure]:
    """Measure with the real data.

    Parameters
    ----------
    folder
        Where the saved file is written, and where Streamlit's empty page runs.
    """
    with atlas(REAL) as server:
        yield from _shared(browser, server, rounds)
        yield from _app(browser, server, folder, rounds)
        yield from _saved(browser, server, folder, rounds)


def _shared(browser: Browser, server: Server, rounds: int) -> Iterator[Figure]:
    _twice(browser, server.url("/m"), is_app=False)  # the server's own first time
    visits = [_twice(browser, server.url("/m"), is_app=False) for _ in range(rounds)]
    fetched = max(first.fetched for first, _ in visits)
    yield from first_visit("shared link", visits, SHARED_COLD_MS)
    yield Figure("bytes of a first visit in all, compressed", fetched / 1000, "kB", rounds, SHARED_KB)
    yield from next_visit("shared link", visits, SHARED_AGAIN_MS)


def _app(browser: Browser, server: Server, folder: Path, rounds: int) -> Iterator[Figure]:
    _twice(browser, server.url(), is_app=True)
    visits = [_twice(browser, server.url(), is_app=True) for _ in range(rounds)]
    with plain("empty.py", REAL, folder) as empty:
        bare = [_twice_empty(browser, empty.url()) for _ in range(rounds)]
    yield from first_visit("app", visits, APP_COLD_MS, _empty(first for first, _ in bare))
    yield from next_visit("app", visits, APP_AGAIN_MS, _empty(second for _, second in bare))


def first_visit(
    name: str, visits: Sequence[tuple[Visit, Visit]], budget: float, without: Plain | None = None
) -> Iterator[Figure]:
    """Tell how long a page took that was opened for the first time."""
    painted = median([first.painted for first, _ in visits])
    yield Figure(f"{name}, first visit → map painted", painted, "ms", len(visits), budget, without)


def next_visit(
    name: str, visits: Sequence[tuple[Visit, Visit]], budget: float, without: Plain | None = None
) -> Iterator[Figure]:
    """Tell how long a page took that was opened again: until it was seen, and until it was painted anew."""
    seen = median([again.seen for _, again in visits])
    painted = median([again.painted for _, again in visits])
    yield Figure(f"{name}, next visit → map seen, in its last picture", seen, "ms", len(visits), budget)
    yield Figure(f"{name}, next visit → map painted anew", painted, "ms", len(visits), plain=without)


def _empty(times: Iterable[float]) -> Plain:
    return Plain("an empty page of Streamlit", median(list(times)))


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


def _twice(browser: Browser, url: str, *, is_app: bool) -> tuple[Visit, Visit]:
    """Return the first and the next visit of a browser that has been nowhere."""
    with fresh(browser) as context:
        return visit(context, url, is_app=is_app), visit(context, url, is_app=is_app, rest_ms=0)


def _twice_empty(browser: Browser, url: str) -> tuple[float, float]:
    """Return how long Streamlit takes until a word stands on a page that has nothing else."""
    with fresh(browser, WORD_STAMPS) as context:
        return _word(context, url, STORED_MS), _word(context, url, 0)


def _word(context: BrowserContext, url: str, rest_ms: float) -> float:
    page = window(context)
    page.goto(url)
    took = opened_ms(page, page)
    page.wait_for_timeout(rest_ms)
    page.close()
    return took


def visit(context: BrowserContext, url: str, *, is_app: bool, rest_ms: float = REST_MS) -> Visit:
    """Open a map in a new window, and leave it so much later."""
    page = window(context)
    sizes: list[float] = []
    network = context.new_cdp_session(page)
    network.on("Network.loadingFinished", lambda event: sizes.append(_size(event)))
    network.send("Network.enable")
    page.goto(url)
    painted = opened_ms(page, map_frame(page) if is_app else page)
    picture = page.evaluate(PICTURE)
    page.wait_for_timeout(rest_ms)
    page.close()
    return Visit(picture or painted, painted, sum(sizes))


def _size(event: dict[str, Any]) -> float:
    """Return the bytes of one answer on the wire, head and body."""
    return float(event["encodedDataLength"])
