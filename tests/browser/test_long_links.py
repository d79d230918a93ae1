"""Links that are far too long, sent to the running server packet by packet."""

import socket
import time

import pytest

from benchmarks.server import Server
from tests.browser.conftest import Site

pytestmark = pytest.mark.browser


def answered(server: Server, query: bytes, packets: int) -> bytes:
    """Send a request in several packets and return the answer."""
    head = (
        b"GET /m?" + query + b" HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Language: en\r\n"
        b"Accept-Encoding: identity\r\nConnection: close\r\n\r\n"
    )
    size = -(-len(head) // packets)
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as link:
        for start in range(0, len(head), size):
            link.sendall(head[start : start + size])
            time.sleep(0.02)
        return b"".join(iter(lambda: link.recv(65_536), b""))


def test_a_link_of_half_a_million_characters_gets_a_page_that_says_so(site: Site) -> None:
    answer = answered(site.server, b"q=" + b"a" * 513 * 1024, packets=8)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"too long (525314 characters)" in answer


def test_a_link_of_four_hundred_places_is_read_however_it_comes(site: Site) -> None:
    ids = [f"optics-valley-science-island-and-its-neighbours-{number:03}" for number in range(400)]
    answer = answered(site.server, f"w=id:{','.join(ids)}".encode(), packets=6)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"400 in all" in answer
