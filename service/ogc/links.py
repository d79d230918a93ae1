"""The links between the answers of the OGC API, each with its relation and media type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from layers.render.paths import OGC, app_path, place_path, shared_path

if TYPE_CHECKING:
    from collections.abc import Mapping

JSON, GEOJSON, SCHEMA = "application/json", "application/geo+json", "application/schema+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
HTML = "text/html"
QUERYABLES = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
SCHEMAS = "http://www.opengis.net/def/rel/ogc/1.0/schema"


@dataclass(frozen=True)
class Links:
    """Writes links for one request.

    Attributes
    ----------
    address
        Scheme and host by which the client came; empty where the request does not tell.
    words
        The titles of links, by relation.
    """

    address: str
    words: Mapping[str, str]

    @property
    def base(self) -> str:
        """The landing page's address without its last stroke."""
        return self.address + OGC

    def link(self, path: str, rel: str, media_type: str, title: str = "", query: str = "") -> dict[str, str]:
        """Return a link to a path of the API."""
        href = f"{self.base}{path}" + (f"?{query}" if query else "")
        return _link(href, rel, media_type, self.words.get(f"link.{title}", ""))

    def itself(self, path: str, given: Mapping[str, str], media_type: str = JSON) -> dict[str, str]:
        """Return the link of an answer to itself."""
        return self.link(path, "self", media_type, "self", urlencode(given))

    def place(self, feature_id: str) -> dict[str, str]:
        """Return the link to a feature's page for people."""
        return _link(self.place_address(feature_id), "alternate", HTML, self.words["link.place"])

    def place_address(self, feature_id: str) -> str:
        """Return the address of a feature's page for people."""
        return self.address + place_path(feature_id)

    def map(self, query: str) -> dict[str, str]:
        """Return the link to a map for people, with a view's query."""
        return _link(self.address + shared_path(query), "alternate", HTML, self.words["link.map"])

    def app(self) -> dict[str, str]:
        """Return the link to the app."""
        return _link(self.address + app_path("").removesuffix("?"), "alternate", HTML, self.words["link.app"])


def collection_path(collection_id: str, part: str = "") -> str:
    """Return the path of a collection, or of a part of it, within the API."""
    return f"/collections/{quote(collection_id, safe='')}" + (f"/{part}" if part else "")


def item_path(collection_id: str, feature_id: str) -> str:
    """Return the path of a feature within the API."""
    return f"{collection_path(collection_id, 'items')}/{quote(feature_id, safe='')}"


def _link(href: str, rel: str, media_type: str, title: str) -> dict[str, str]:
    told = {"href": href, "rel": rel, "type": media_type}
    return {**told, "title": title} if title else told
