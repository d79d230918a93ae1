"""Places beyond our own data, asked of the geocoder that an operator has configured."""

from __future__ import annotations

import ipaddress
import json
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, ProxyHandler, Request, build_opener

from geopy.adapters import BaseSyncAdapter
from geopy.exc import GeocoderServiceError, GeopyError
from geopy.geocoders import Nominatim

from geo.errors import GeocoderRefusedError, GeocoderUnreachableError

if TYPE_CHECKING:
    from collections.abc import Mapping

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

    Raises
    ------
    GeocoderRefusedError
        The URL is not https or its host is not allowed.
    """

    def __init__(self, url: str, hosts: tuple[str, ...]) -> None:
        parts = urlsplit(url)
        if parts.scheme != "https" or parts.hostname not in hosts:
            raise GeocoderRefusedError(url, hosts)
        self._host = parts.netloc
        self._service = Nominatim(
            domain=parts.netloc + parts.path.rstrip("/"),
            scheme="https",
            user_agent=USER_AGENT,
            timeout=TIMEOUT_S,
            adapter_factory=GuardedAdapter,
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
        except (GeopyError, ValueError, KeyError, TypeError) as error:
            raise GeocoderUnreachableError(self._host, text) from error
        return tuple(
            Found(name=str(answer.address), lon=answer.longitude, lat=answer.latitude)
            for answer in answers or ()
        )


class _NoRedirects(HTTPRedirectHandler):
    """A redirect would leave the host that the operator allowed: it is answered as an error."""

    def redirect_request(self, *_: Any) -> None:  # noqa: ANN401 - urllib's own signature
        return None


class GuardedAdapter(BaseSyncAdapter):  # type: ignore[misc]  # geopy has no types
    """Fetches for geopy: no redirects, no proxies, no private addresses, a limited answer."""

    def __init__(self, *, proxies: object, ssl_context: Any) -> None:  # noqa: ANN401 - geopy's own signature
        super().__init__(proxies=proxies, ssl_context=ssl_context)
        self._opener = build_opener(ProxyHandler({}), HTTPSHandler(), _NoRedirects())

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
            refuse_private(host)
            request = Request(url, headers=dict(headers))  # noqa: S310 - https by Geocoder
            with self._opener.open(request, timeout=timeout) as answer:
                content: bytes = answer.read(MAX_ANSWER_BYTES + 1)
        except (OSError, URLError) as error:
            raise GeocoderServiceError(str(error)) from error
        if len(content) > MAX_ANSWER_BYTES:
            message = f"{host} answered more than {MAX_ANSWER_BYTES} bytes"
            raise GeocoderServiceError(message)
        return content.decode("utf-8", "replace")


def refuse_private(host: str) -> None:
    """Let a host pass if all its addresses are public.

    Raises
    ------
    OSError
        The host has no address, or a private, loopback, link-local or reserved one.
    """
    for *_, address in socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM):
        if not ipaddress.ip_address(address[0]).is_global:
            message = f"{host} is at {address[0]}, which is no public address"
            raise OSError(message)
