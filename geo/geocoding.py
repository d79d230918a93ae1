"""Places beyond our own data, asked of the geocoder that an operator has configured."""

from __future__ import annotations

import ipaddress
import json
import socket
from dataclasses import dataclass
from http.client import HTTPException
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, ProxyHandler, Request, build_opener

from geopy.adapters import BaseSyncAdapter
from geopy.exc import GeocoderServiceError, GeopyError
from geopy.geocoders import Nominatim

from geo.errors import GeocoderRefusedError, GeocoderUnreachableError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from geopy.location import Location

TIMEOUT_S = 5
MAX_ANSWER_BYTES = 1_000_000
MAX_FOUND = 8
USER_AGENT = "corridor-atlas"


@dataclass(frozen=True)
class Found:
    """A place that a geocoder found, WGS 84."""

    name: str
    lon: float
    lat: float


class Geocoder:
    """A Nominatim service, called only over https at a host that the operator allows.

    Parameters
    ----------
    url
        The service's address.
    hosts
        The hosts that it may name.
    adapter
        What fetches for geopy.

    Raises
    ------
    GeocoderRefusedError
        The URL is not https or its host is not allowed.
    """

    def __init__(
        self, url: str, hosts: tuple[str, ...], adapter: Callable[..., BaseSyncAdapter] | None = None,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme != "https" or parts.hostname not in hosts:
            raise GeocoderRefusedError(url, hosts)
        self._host = parts.netloc
        self._service = Nominatim(
            domain=parts.netloc + parts.path.rstrip("/"),
            scheme="https",
            user_agent=USER_AGENT,
            timeout=TIMEOUT_S,
            adapter_factory=adapter or GuardedAdapter,
        )

    def search(self, text: str, language: str) -> tuple[Found, ...]:
        """Return the places that a text may mean, best first; an empty tuple where there is none.

        Parameters
        ----------
        text
            A name or an address.
        language
            `zh` or `en`, for the names that come back.

        Raises
        ------
        GeocoderUnreachableError
            The service did not answer within `TIMEOUT_S` seconds, or not with something readable.
        """
        try:
            answers = self._service.geocode(text, exactly_one=False, limit=MAX_FOUND, language=language)
            return tuple(map(_found, answers or ()))
        except (GeopyError, *_UNREADABLE) as error:
            raise GeocoderUnreachableError(self._host, text) from error


def _found(answer: Location) -> Found:
    # Not `answer.point`: geopy puts a place without coordinates at 0, 0.
    return Found(str(answer.address), lon=float(answer.raw["lon"]), lat=float(answer.raw["lat"]))


# What geopy raises where an answer is JSON but not what Nominatim answers.
_UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)


class _NoRedirects(HTTPRedirectHandler):
    """A redirect would leave the host that the operator allowed: it is answered as an error."""

    def redirect_request(self, *_: Any) -> None:  # noqa: ANN401 - urllib's own signature
        return None


class GuardedAdapter(BaseSyncAdapter):  # type: ignore[misc]  # geopy has no types
    """Fetches for geopy: no redirects, no proxies, no private addresses, a limited answer.

    Parameters
    ----------
    proxies, ssl_context
        As geopy hands them in; neither is used.
    https
        What opens https addresses.
    resolve
        What finds a host's addresses, as `socket.getaddrinfo` does.
    """

    def __init__(
        self,
        *,
        proxies: object,
        ssl_context: Any,  # noqa: ANN401 - geopy's own signature
        https: HTTPSHandler | None = None,
        resolve: Callable[..., Any] = socket.getaddrinfo,
    ) -> None:
        super().__init__(proxies=proxies, ssl_context=ssl_context)
        self._opener = build_opener(ProxyHandler({}), https or HTTPSHandler(), _NoRedirects())
        self._resolve = resolve

    def get_json(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> Any:  # noqa: ANN401
        """Return the answer's JSON."""
        return json.loads(self.get_text(url, timeout=timeout, headers=headers))

    def get_text(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> str:
        """Return the answer's text.

        Raises
        ------
        GeocoderServiceError
            The host is at a private address, redirects, does not answer or answers too much.
        """
        host = urlsplit(url).hostname or ""
        try:
            refuse_private(host, self._resolve)
            request = Request(url, headers=dict(headers))  # noqa: S310 - https by Geocoder
            with self._opener.open(request, timeout=timeout) as answer:
                content: bytes = answer.read(MAX_ANSWER_BYTES + 1)
        except (OSError, URLError, HTTPException, ValueError) as error:
            raise GeocoderServiceError(str(error)) from error
        if len(content) > MAX_ANSWER_BYTES:
            message = f"{host} answered more than {MAX_ANSWER_BYTES} bytes"
            raise GeocoderServiceError(message)
        return content.decode("utf-8", "replace")


def refuse_private(host: str, resolve: Callable[..., Any] = socket.getaddrinfo) -> None:
    """Let a host pass if all its addresses are public.

    Raises
    ------
    OSError
        The host has no address, or a private, loopback, link-local or reserved one.
    """
    for *_, address in resolve(host, 443, type=socket.SOCK_STREAM):
        found = ipaddress.ip_address(address[0])
        if not found.is_global or found.is_multicast:
            message = f"{host} is at {address[0]}, which is no public address"
            raise OSError(message)
