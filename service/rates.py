"""How often something may be done, in all and by one client; kept in memory, and of nobody by name."""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# Clients that are remembered; who has not asked for longest is forgotten first.
KEPT_CLIENTS = 10_000
SECONDS = 60.0
# A household or an office has a network of so many bits, and any address in it.
IPV6_NETWORK_BITS = 64


@dataclass
class _Bucket:
    tokens: float
    at: float


class Rates:
    """Lets so much be done a minute in all and by one client, as much at once as in a minute.

    A client is known by a keyed hash of its address. The key is made anew with each process and
    nothing is written anywhere.
    """

    def __init__(
        self, each: int, in_all: int, clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._each = each
        self._in_all = in_all
        self._clock = clock
        self._secret = secrets.token_bytes(32)
        self._lock = threading.Lock()
        self._all = _Bucket(in_all, clock())
        self._clients: OrderedDict[bytes, _Bucket] = OrderedDict()

    def wait_s(self, address: str) -> float:
        """Return 0 and count one more, or the seconds after which it may be tried again."""
        with self._lock:
            now = self._clock()
            client = self._client(address, now)
            waits = [_wait_s(self._all, self._in_all, now), _wait_s(client, self._each, now)]
            if not any(waits):
                self._all.tokens -= 1
                client.tokens -= 1
            return max(waits)

    def _client(self, address: str, now: float) -> _Bucket:
        key = hashlib.blake2b(_network(address), key=self._secret, digest_size=16).digest()
        bucket = self._clients.setdefault(key, _Bucket(self._each, now))
        self._clients.move_to_end(key)
        while len(self._clients) > KEPT_CLIENTS:
            self._clients.popitem(last=False)
        return bucket


def _wait_s(bucket: _Bucket, a_minute: int, now: float) -> float:
    """Fill a bucket up to now; return the seconds until it holds one, 0 where it does."""
    a_second = a_minute / SECONDS
    bucket.tokens = min(a_minute, bucket.tokens + max(0.0, now - bucket.at) * a_second)
    bucket.at = now
    return max(0.0, (1 - bucket.tokens) / a_second)


def _network(address: str) -> bytes:
    try:
        parsed = ip_address(address)
    except ValueError:
        return address.encode("utf-8", "replace")
    return parsed.packed[: IPV6_NETWORK_BITS // 8] if isinstance(parsed, IPv6Address) else parsed.packed
