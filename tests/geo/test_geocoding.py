"""No socket is opened: a handler in the place of urllib's own answers, a function finds the addresses."""

import email.message
import io
import json
import socket
from collections.abc import Callable
from http.client import BadStatusLine
from typing import Any
from urllib.request import HTTPSHandler, Request
from urllib.response import addinfourl

import pytest
from geopy.exc import GeocoderServiceError

from geo.errors import GeocoderRefusedError, GeocoderUnreachableError
from geo.geocoding import MAX_ANSWER_BYTES, Found, Geocoder, GuardedAdapter, refuse_private

URL = "https://places.example/"
HOSTS = ("places.example",)
WUHAN = {"lat": "30.5058", "lon": "114.3972", "display_name": "光谷广场"}
PUBLIC = "93.184.215.14"


class Answering(HTTPSHandler):
    """Answers every https request with one status, body and headers, and keeps what was asked."""

    def __init__(self, body: bytes, status: int = 200, headers: dict[str, str] | None = None) -> None:
        super().__init__()
        self.body = body
        self.status = status
        self.sent = headers or {}
        self.asked: list[str] = []

    def https_open(self, req: Request) -> Any:  # noqa: ANN401, D102 - urllib's own signature
        self.asked.append(req.full_url)
        headers = email.message.Message()
        for name, value in self.sent.items():
            headers[name] = value
        answer = addinfourl(io.BytesIO(self.body), headers, req.full_url, self.status)
        answer.msg = "told by the test"  # type: ignore[attr-defined]
        return answer


class Failing(HTTPSHandler):
    """Fails at every request."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def https_open(self, req: Request) -> Any:  # noqa: ANN401, ARG002, D102 - urllib's own signature
        raise self.error


def at(*addresses: str) -> Callable[..., list[Any]]:
    def resolve(_host: str, port: int, **_: object) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    return resolve


def geocoder(handler: HTTPSHandler, *addresses: str) -> Geocoder:
    def adapter(*, proxies: object, ssl_context: object) -> GuardedAdapter:
        return GuardedAdapter(
            proxies=proxies,
            ssl_context=ssl_context,
            https=handler,
            resolve=at(*(addresses or (PUBLIC,))),
        )

    return Geocoder(URL, HOSTS, adapter)


def test_what_the_service_finds_comes_back_as_lon_and_lat() -> None:
    handler = Answering(json.dumps([WUHAN]).encode())
    assert geocoder(handler).search("光谷广场", "zh") == (Found("光谷广场", 114.3972, 30.5058),)
    assert handler.asked[0].startswith("https://places.example/search?")


@pytest.mark.parametrize("body", [b"[]", b"null", b'{"error": "Unable to geocode"}'])
def test_where_nothing_is_found_nothing_comes_back(body: bytes) -> None:
    assert geocoder(Answering(body)).search("无此地", "zh") == ()


@pytest.mark.parametrize(
    "url",
    [
        "http://places.example/",
        "ftp://places.example/",
        "file:///etc/passwd",
        "//places.example/",
        "places.example",
        "",
        "https://other.example/",
        "https://places.example.other.example/",
        "https://places.example@other.example/",
        "https://other.example/places.example",
        "https://other.example#@places.example",
        "https://other.example\\@places.example.other.example/",
        "https://127.0.0.1/",
        "https://[::1]/",
    ],
)
def test_only_https_at_an_allowed_host_is_accepted(url: str) -> None:
    with pytest.raises(GeocoderRefusedError) as refused:
        Geocoder(url, HOSTS)
    assert repr(url) in str(refused.value)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - an address to refuse
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "fe80::1",
        "fd00::1",
        "::ffff:127.0.0.1",
        "::",
    ],
)
def test_a_host_at_a_private_address_is_not_called(address: str) -> None:
    handler = Answering(json.dumps([WUHAN]).encode())
    with pytest.raises(GeocoderUnreachableError):
        geocoder(handler, address).search("光谷", "zh")
    assert handler.asked == []
    with pytest.raises(OSError, match="no public address"):
        refuse_private("places.example", at(address))


def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    with pytest.raises(OSError, match="no public address"):
        refuse_private("places.example", at(PUBLIC, "10.0.0.1"))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "target", ["https://other.example/", "http://127.0.0.1/", "https://places.example/b"]
)
def test_a_redirect_is_not_followed(status: int, target: str) -> None:
    handler = Answering(b"", status, {"Location": target})
    with pytest.raises(GeocoderUnreachableError):
        geocoder(handler).search("光谷", "zh")
    assert len(handler.asked) == 1


def test_an_answer_over_the_limit_is_refused_and_not_read_to_its_end() -> None:
    handler = Answering(b" " * (MAX_ANSWER_BYTES + 10) + b"[]")
    adapter = GuardedAdapter(proxies=None, ssl_context=None, https=handler, resolve=at(PUBLIC))
    with pytest.raises(GeocoderServiceError, match=str(MAX_ANSWER_BYTES)):
        adapter.get_text(URL, timeout=1, headers={})
    with pytest.raises(GeocoderUnreachableError):
        geocoder(handler).search("光谷", "zh")


def test_an_answer_of_just_the_limit_is_read() -> None:
    body = json.dumps([WUHAN]).encode()
    handler = Answering(body.ljust(MAX_ANSWER_BYTES))
    assert len(geocoder(handler).search("光谷", "zh")) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"\xff\xfe[",
        b"[" * 100_000,
        b'["a"]',
        b"[null]",
        b"3",
        b'{"error": "no"}',
        b'[{"lat": "x", "lon": "y"}]',
        b'[{"lat": NaN, "lon": 1}]',
        b'[{"lat": 1e999, "lon": 1}]',
        b'[{"display_name": "nowhere"}]',
    ],
)
def test_an_answer_that_is_not_nominatims_is_told_as_unreachable(body: bytes) -> None:
    with pytest.raises(GeocoderUnreachableError) as told:
        geocoder(Answering(body)).search("光谷", "zh")
    assert "places.example" in str(told.value)
    assert repr("光谷") in str(told.value)


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500, 503])
def test_an_error_of_the_service_is_told_as_unreachable(status: int) -> None:
    with pytest.raises(GeocoderUnreachableError):
        geocoder(Answering(b"{}", status)).search("光谷", "zh")


@pytest.mark.parametrize("error", [TimeoutError(), ConnectionResetError(), OSError("x"), BadStatusLine("x")])
def test_a_broken_connection_is_told_as_unreachable(error: Exception) -> None:
    with pytest.raises(GeocoderUnreachableError):
        geocoder(Failing(error)).search("光谷", "zh")


def test_a_host_without_an_address_is_told_as_unreachable() -> None:
    def unknown(*_: object, **__: object) -> list[Any]:
        raise socket.gaierror

    def adapter(**given: Any) -> GuardedAdapter:  # noqa: ANN401 - geopy's own
        return GuardedAdapter(**given, https=Answering(b"[]"), resolve=unknown)

    with pytest.raises(GeocoderUnreachableError):
        Geocoder(URL, HOSTS, adapter).search("光谷", "zh")
