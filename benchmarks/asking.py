"""Many requests at a steady pace, in a process of their own.

`python -m benchmarks.asking PORT A_SECOND SECONDS` reads paths from standard input, one a line, asks for
one after another at that pace, whether or not the last has been answered, and prints the times it took
as one JSON object.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
import time

import httpx

CONNECTIONS = 64
TIMEOUT_SECONDS = 30
HEADERS = {"Accept-Encoding": "gzip, br"}


async def run(port: int, rate: float, seconds: float, paths: list[str]) -> dict[str, list[float]]:
    """Return the milliseconds of each answer, by the first part of its path, from when it was due."""
    times: dict[str, list[float]] = {}
    limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
    base = f"http://127.0.0.1:{port}"
    async with httpx.AsyncClient(
        base_url=base, limits=limits, timeout=TIMEOUT_SECONDS, headers=HEADERS
    ) as client:

        async def ask(path: str, due: float) -> None:
            # Read as it comes: taking it out of its packing would load the machine that is measured.
            async with client.stream("GET", path) as answer:
                answer.raise_for_status()
                async for _ in answer.aiter_raw():
                    pass
            kind = path.partition("?")[0].split("/")[1]
            times.setdefault(kind, []).append((time.perf_counter() - due) * 1000)

        start = time.perf_counter()
        asked = []
        for number, path in enumerate(itertools.islice(itertools.cycle(paths), int(rate * seconds))):
            due = start + number / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            asked.append(asyncio.create_task(ask(path, due)))
        await asyncio.gather(*asked)
    return times


if __name__ == "__main__":
    asked_for = sys.stdin.read().split()
    print(json.dumps(asyncio.run(run(int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]), asked_for))))
