"""What the map document is told: once what there is, and for each view what to show."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from layers.errors import ShiftedDatumError
from layers.render.paths import QR, SAVED, SHORT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from layers.catalogue import Basemap, Catalogue
    from layers.snapshot import Snapshot
    from layers.style import LayerStyle, Variant
    from layers.view import MapView


@dataclass(frozen=True)
class Said:
    """What only a face can say of a view: its words, where it leads, what cannot be met.

    Attributes
    ----------
    sentence
        The filter in words, by language.
    problems
        What a link asks for and cannot have, each by language.
    links
        Paths of the same view, `app` and `self`, and what `sharing_links` has; empty where the document
        stands alone.
    changes
        What differs between the data shown and the data compared with, as `layers.changes.as_json` has it.
    title
        Of the page in words, by language; empty where it stays what it is.
    """

    sentence: Mapping[str, str]
    problems: tuple[Mapping[str, str], ...] = ()
    links: Mapping[str, Any] = field(default_factory=dict)
    changes: Mapping[str, Any] | None = None
    title: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Opening:
    """How a reader came to a shared map.

    Attributes
    ----------
    address
        Scheme, host and port by which the reader reaches the installation; empty where that is not known.
    embed
        Whether it stands in another page, without a header of its own.
    short
        Path of the short link that was opened, or empty.
    expires
        The last day on which that opens; None where it opens for ever.
    """

    address: str = ""
    embed: bool = False
    short: str = ""
    expires: date | None = None

    def as_json(self) -> dict[str, Any]:
        """Return what the map document is told of it."""
        return {
            "address": self.address or None,
            "embed": self.embed,
            "expires": self.expires.isoformat() if self.expires else None,
        }


@dataclass(frozen=True)
class Operator:
    """What the operator of this installation has configured.

    Attributes
    ----------
    keys
        Keys of tile services, by the name that a basemap of the catalogue asks for.
    has_geocoder
        Whether places beyond the gazetteer can be searched.
    """

    keys: Mapping[str, str] = field(default_factory=dict)
    has_geocoder: bool = False


def map_config(
    snapshot: Snapshot, catalogue: Catalogue, words: Mapping[str, Mapping[str, str]], operator: Operator,
) -> dict[str, Any]:
    """Return what is the same for every view of a data version.

    Parameters
    ----------
    words
        The map's messages by language.
    """
    return {
        "dataVersion": snapshot.version,
        "product": catalogue.product,
        "layers": [
            {
                "id": entry.layer_id,
                "title": asdict(entry.title),
                "order": order,
                "style": _style(entry.style),
                "refused": entry.layer_id not in snapshot.layers,
            }
            for order, entry in enumerate(catalogue.entries((*snapshot.layers, *snapshot.refused)))
        ],
        "codes": {
            name: [{"code": code.code, **asdict(code.label)} for code in codes]
            for name, codes in catalogue.codes.items()
        },
        "documents": [
            {
                "id": document.document_id,
                "kind": document.kind,
                "date": document.date,
                "short": asdict(document.short),
                "title": asdict(document.title),
            }
            for document in catalogue.documents.values()
        ],
        "basemaps": [_basemap(basemap, operator) for basemap in usable_basemaps(catalogue, operator)],
        "gazetteer": [
            {
                "name": place.name,
                "category": place.category,
                "lon": place.lon,
                "lat": place.lat,
                "accuracy_m": place.accuracy_m,
            }
            for place in catalogue.gazetteer
        ],
        "geocoder": operator.has_geocoder,
        "words": {language: dict(messages) for language, messages in words.items()},
    }


def view_state(view: MapView, said: Said, seq: int = 0) -> dict[str, Any]:
    """Return what changes with the view; small, since it is sent at each change."""
    return {
        "filter": view.filter_json(seq),
        "view": {
            "centre": list(view.centre),
            "zoom": view.zoom,
            "basemap": view.basemap,
            "selected": view.selected or None,
        },
        "today": view.on.isoformat(),
        "language": view.language,
        "sentence": dict(said.sentence),
        "problems": [dict(problem) for problem in said.problems],
        "links": dict(said.links) or None,
        "changes": dict(said.changes) if said.changes else None,
        "pageTitle": dict(said.title) or None,
    }


def sharing_links(frame_hosts: Sequence[str], *, has_short: bool) -> dict[str, Any]:
    """Return where links are made from a view's query, the same for every view.

    Parameters
    ----------
    frame_hosts
        The sites whose pages may show ours in a frame.
    has_short
        Whether short links can be made.
    """
    short = SHORT if has_short else None
    return {"short": short, "qr": f"{QR}?", "file": f"{SAVED}?", "frames": list(frame_hosts)}


def usable_basemaps(catalogue: Catalogue, operator: Operator) -> tuple[Basemap, ...]:
    """Return the basemaps that lie where our coordinates say and whose key is there."""
    return tuple(
        basemap
        for basemap in catalogue.basemaps
        if _is_unshifted(basemap) and (not basemap.key or basemap.key in operator.keys)
    )


def tile_hosts(catalogue: Catalogue, operator: Operator) -> tuple[str, ...]:
    """Return the origins that tiles come from, for a page's security policy."""
    origins: dict[str, None] = {}
    for basemap in usable_basemaps(catalogue, operator):
        for url in basemap.urls:
            parts = urlsplit(url)
            for subdomain in basemap.subdomains or " ":
                origins[f"{parts.scheme}://{parts.netloc.replace('{s}', subdomain.strip())}"] = None
    return tuple(origins)


def _is_unshifted(basemap: Basemap) -> bool:
    try:
        basemap.checked()
    except ShiftedDatumError:
        return False
    return True


def _basemap(basemap: Basemap, operator: Operator) -> dict[str, Any]:
    key = operator.keys.get(basemap.key, "")
    return {
        "id": basemap.basemap_id,
        "title": asdict(basemap.title),
        "kind": basemap.kind,
        "urls": [url.replace("{key}", key) for url in basemap.urls],
        "subdomains": basemap.subdomains,
        "maxZoom": basemap.max_zoom,
        "attribution": asdict(basemap.attribution),
        "approval": basemap.approval or None,
    }


def _style(style: LayerStyle) -> dict[str, Any]:
    return {
        "hue": asdict(style.hue),
        "shape": style.shape,
        "line": style.line,
        "arcs": style.arcs,
        "variants": [_variant(variant) for variant in style.variants],
    }


def _variant(variant: Variant) -> dict[str, Any]:
    return {
        "category": list(variant.categories),
        "hue": asdict(variant.hue),
        "shape": variant.shape,
        "line": variant.line,
    }
