"""The paths under which the server answers, so that every face writes the same ones."""

from urllib.parse import quote

SHARED, SAVED, SHORT = "/m", "/m.html", "/s"
QR, PREVIEW = "/qr.svg", "/preview.png"
PRINTED = "/print/"
EXPORT_OUTLOOK, EXPORTED, EXPORTS = "/export.json", "/export/", "/exports"
EXPORT_PAGE = "/export"
PLACES = "/f/"
OGC = "/ogc"


def frame_path(assets_version: str) -> str:
    """Return the path of the map document for the frame inside the app."""
    return f"/frame/{assets_version}"


def config_path(assets_version: str, version: str) -> str:
    """Return the path of what the framed document is told once: layers, codes, words."""
    return f"/frame/{assets_version}/{version}.json"


def whole_data_path(version: str) -> str:
    """Return the path of all layers at one data version in one answer, as the map document asks for them."""
    return f"/data/{version}.json"


def ground_path(digest: str) -> str:
    """Return the path of the offline basemap's data."""
    return f"/ground/{digest}.json"


def library_path(version: str) -> str:
    """Return the path of the list of documents, with the places and targets that they name."""
    return f"/documents/{version}.json"


def document_path(version: str, document_id: str) -> str:
    """Return the path of one document line by line."""
    return f"/documents/{version}/{quote(document_id, safe='')}.json"


def changes_path(old: str, new: str, extension: str) -> str:
    """Return the path of a comparison of two data versions as a file: `json`, `geojson` or `csv`."""
    return f"/changes/{quote(old, safe='')}/{quote(new, safe='')}.{extension}"


def changed_places_path(old: str, new: str, shown: str, *, outside: bool) -> str:
    """Return the path of what the map and the page of changes are told of two data versions.

    Parameters
    ----------
    shown
        `then` or `now`: in which of them places go by their id.
    """
    reading = "all" if outside else "documents"
    return f"/changes/{quote(old, safe='')}/{quote(new, safe='')}/{shown}-{reading}.json"


def place_path(feature_id: str) -> str:
    """Return the path of a place's permanent page."""
    return PLACES + quote(feature_id, safe="")


def feature_path(feature_id: str) -> str:
    """Return the path of a place as GeoJSON."""
    return f"{place_path(feature_id)}.json"


def shared_path(query: str) -> str:
    """Return the path of the shared map for a view's query."""
    return f"{SHARED}?{query}"


def app_path(query: str) -> str:
    """Return the path of the app for a view's query."""
    return f"/?{query}"


def short_path(key: str) -> str:
    """Return the path of a short link."""
    return f"{SHORT}/{key}"


def preview_path(query: str) -> str:
    """Return the path of the picture that messengers show of a shared map, for a view's query."""
    return f"{PREVIEW}?{query}"


def print_path(name: str, form: str, query: str) -> str:
    """Return the path of a view to print.

    Parameters
    ----------
    name
        `map` or `atlas`.
    form
        `pdf`, `png` or `svg`; of an atlas `pdf`.
    query
        Of the view, and behind it `paper=a4` or `a3`, `orient=landscape` or `portrait`, `fit=view` or
        `places`, `window=1200x800`: how large the reader sees the map, in pixels.
    """
    return f"{PRINTED}{name}.{form}?{query}"


def exported_path(name: str, query: str) -> str:
    """Return the path that gives an export in one request.

    Parameters
    ----------
    name
        Of the file; its ending names the format where the query does not.
    query
        Of the view, and what else `service.export_orders` reads.
    """
    return f"{EXPORTED}{quote(name, safe='')}?{query}"


def export_job_path(key: str, part: str = "") -> str:
    """Return the path of an export that is being made: how it stands, its `file` or its `manifest.json`."""
    return f"{EXPORTS}/{key}/{part}".removesuffix("/")


def export_page_path(query: str, place_id: str = "") -> str:
    """Return the path of the page of exports for a view's query, for one place where one is named."""
    behind = f"#place={quote(place_id, safe='')}" if place_id else ""
    return f"{EXPORT_PAGE}?{query}{behind}"
