"""Requests on one connection that is kept open: a server that waits to fill packets takes 44 ms each."""

from __future__ import annotations

import http.client
import time
from typing import TYPE_CHECKING

from benchmarks.data import REAL
from benchmarks.figures import Figure, median
from benchmarks.server import atlas

if TYPE_CHECKING:
    from collections.abc import Iterator

REQUESTS = 10
BUDGET_MS = 10


def figures() -> Iterator[Figure]:
    """Measure ten requests, one after another."""
    with atlas(REAL) as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port)
        times = [_asked(connection) for _ in range(REQUESTS + 1)][1:]
        connection.close()
    yield Figure("a request on a connection that is kept", median(times), "ms", REQUESTS, BUDGET_MS)


def _asked(connection: http.client.HTTPConnection) -> float:
    start = time.perf_counter()
    connection.request("GET", "/health")
    connection.getresponse().read()
    return (time.perf_counter() - start) * 1000
