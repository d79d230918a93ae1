"""Shared maps, short links and place pages: how long one takes to open, how many a second are answered."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import urllib.request
from typing import TYPE_CHECKING

from benchmarks.browser import fresh, until, window
from benchmarks.data import REAL
from benchmarks.figures import Figure, Plain, median, percentile
from benchmarks.opening import STORED_MS, Visit, first_visit, next_visit, visit
from benchmarks.server import ROOT, atlas
from benchmarks.sessions import clients, worked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext

    from benchmarks.server import Server

QUERY = "w=status:built,under_construction&y=2020-2026,undated"
PLACE = "optics-valley-science-island"
SHORT_COLD_MS, PLACE_COLD_MS, AGAIN_MS, KB = 400, 150, 150, 300
APP_RATIO = 3
A_SECOND, SECONDS, READERS, P95_MS = 200, 20, 10, 50
STATUSES = ("built", "under_construction", "planned", "preliminary", "upgrading", "unstated")
CITIES = ("wuhan", "ezhou", "huangshi", "huanggang", "xianning")
DIFFERENT = 400

# When the first text or picture of the page stood on the screen.
SEEN = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"


def figures(browser: Browser, scratch: Path, rounds: int) -> Iterator[Figure]:
    """Measure with the real data.

    Parameters
    ----------
    scratch
        Where short links are kept meanwhile.
    """
    with atlas(REAL, {"CORRIDOR_LINKS": str(scratch / "links")}) as server:
        yield from _opened(browser, server, rounds)
        yield from _many(server)


def _opened(browser: Browser, server: Server, rounds: int) -> Iterator[Figure]:
    short = server.url(_made(server))
    shared, app = server.url(f"/m?{QUERY}"), server.url(f"/?{QUERY}")
    place = server.url(f"/f/{PLACE}")
    for url in (short, shared, app, place):  # the server's own first time
        _both(browser, url, is_app=url == app, is_place=url == place)
    found = {
        url: [_both(browser, url, is_app=url == app, is_place=url == place) for _ in range(rounds)]
        for url in (short, shared, app, place)
    }
    cold = {url: median([first.painted for first, _ in visits]) for url, visits in found.items()}
    size = {url: max(first.fetched for first, _ in visits) / 1000 for url, visits in found.items()}
    yield Figure(
        "shared link of a filtered view, first visit → map painted", cold[shared], "ms", rounds,
        plain=Plain("the app", cold[app]), least_ratio=APP_RATIO,
    )  # fmt: skip
    yield from first_visit("short link", found[short], SHORT_COLD_MS)
    yield from next_visit("short link", found[short], AGAIN_MS)
    yield Figure("place page, first visit → painted", cold[place], "ms", rounds, PLACE_COLD_MS)
    again = median([second.painted for _, second in found[place]])
    yield Figure("place page, next visit → painted", again, "ms", rounds, AGAIN_MS)
    for name, url in (("short link", short), ("place page", place)):
        yield Figure(f"{name}, bytes of a first visit in all, compressed", size[url], "kB", rounds, KB)


def _many(server: Server) -> Iterator[Figure]:
    paths = _paths(server)
    for path in paths:  # each place page is drawn once
        if path.startswith("/f/"):
            urllib.request.urlopen(server.url(path)).close()  # noqa: S310 - http on 127.0.0.1
    with clients(server, READERS, SECONDS) as readers:
        command = [sys.executable, "-m", "benchmarks.asking", str(server.port), str(A_SECOND), str(SECONDS)]
        process = subprocess.Popen(  # noqa: S603 - our own arguments
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        if process.stdin:
            process.stdin.write("\n".join(paths))
            process.stdin.close()
        reruns = worked(readers)["times_ms"]
        times = json.loads(process.stdout.read() if process.stdout else "{}")
        process.wait(SECONDS)
    beside = f"{A_SECOND} requests a second, {READERS} sessions filtering"
    for kind in ("m", "f"):
        name = f"/{kind}, 95 % of answers, {beside}"
        yield Figure(name, percentile(times[kind], 0.95), "ms", len(times[kind]), P95_MS)
    yield Figure(f"rerun, 95 % of them, {beside}", percentile(reruns, 0.95), "ms", len(reruns))


def _paths(server: Server) -> list[str]:
    """Return links to different views and places, by turns: the same ones in each run."""
    with urllib.request.urlopen(server.url("/health")) as answer:  # noqa: S310 - http on 127.0.0.1
        health = json.load(answer)
    with urllib.request.urlopen(server.url(f"/data/{health['data_version']}.json")) as answer:  # noqa: S310
        layers = json.load(answer).values()
    places = [feature["properties"]["id"] for layer in layers for feature in layer["features"]]
    dice = random.Random(2026)  # noqa: S311 - the same links in each run
    paths = []
    for _ in range(DIFFERENT):
        statuses, cities = (dice.sample(of, dice.randint(1, 3)) for of in (STATUSES, CITIES))
        first = dice.randrange(2009, 2026)
        years = f"{first}-{dice.randrange(first, 2031)},undated"
        asked = f"w=status:{','.join(statuses)}&w=city:{','.join(cities)}&y={years}"
        paths += [f"/m?{asked}", f"/f/{dice.choice(places)}"]
    return paths


def _made(server: Server) -> str:
    body = json.dumps({"query": QUERY, "days": None}).encode()
    request = urllib.request.Request(  # noqa: S310 - http on 127.0.0.1
        server.url("/s"), body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        path: str = json.load(answer)["path"]
    return path


def _both(browser: Browser, url: str, *, is_app: bool, is_place: bool) -> tuple[Visit, Visit]:
    """Return the first and the next visit of a browser that has been nowhere."""
    with fresh(browser) as context:
        if is_place:
            return _read(context, url), _read(context, url)
        return visit(context, url, is_app=is_app), visit(context, url, is_app=is_app, rest_ms=0)


def _read(context: BrowserContext, url: str) -> Visit:
    page = window(context)
    sizes: list[float] = []
    network = context.new_cdp_session(page)
    network.on("Network.loadingFinished", lambda event: sizes.append(float(event["encodedDataLength"])))
    network.send("Network.enable")
    page.goto(url)
    took = float(until(page, lambda: page.evaluate(SEEN)))
    page.wait_for_timeout(STORED_MS)
    page.close()
    return Visit(took, took, sum(sizes))
