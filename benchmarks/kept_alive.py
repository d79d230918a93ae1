"""Requests on one connection that is kept open: a server that waits to fill packets takes 44 ms each."""

from __future__ import annotations

import http.client
import time
from typing import TYPE_CHECKING

from benchmarks.data import REAL
from benchmarks.figures import Figure
from benchmarks.server import atlas

if TYPE_CHECKING:
    from collections.abc import Iterator

REQUESTS = 10
SLOWEST_MS = 20


def figures() -> Iterator[Figure]:
    """Measure ten requests, the slowest of them."""
    with atlas(REAL) as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port)
        times = [_asked(connection) for _ in range(REQUESTS + 1)][1:]
        connection.close()
    yield Figure("the slowest of ten requests on one connection", max(times), "ms", REQUESTS, SLOWEST_MS)


def _asked(connection: http.client.HTTPConnection) -> float:
    start = time.perf_counter()
    connection.request("GET", "/health")
    connection.getresponse().read()
    return (time.perf_counter() - start) * 1000
