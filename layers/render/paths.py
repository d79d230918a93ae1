"""The paths under which the server answers, so that every face writes the same ones."""

from urllib.parse import quote

SHARED = "/m"
PLACES = "/f/"


def frame_path(assets_version: str) -> str:
    """Return the path of the map document for the frame inside the app."""
    return f"/frame/{assets_version}"


def config_path(assets_version: str, version: str) -> str:
    """Return the path of what the framed document is told once: layers, codes, words."""
    return f"/frame/{assets_version}/{version}.json"


def data_path(version: str, layer_id: str) -> str:
    """Return the path of one layer at one data version."""
    return f"{data_folder(version)}{layer_id}.geojson"


def data_folder(version: str) -> str:
    """Return the path under which all layers of a data version lie."""
    return f"/data/{version}/"


def ground_path(digest: str) -> str:
    """Return the path of the offline basemap's data."""
    return f"/ground/{digest}.json"


def plain_style_path(digest: str) -> str:
    """Return the path of the style of pages without script."""
    return f"/style/{digest}.css"


def library_path(version: str) -> str:
    """Return the path of the list of documents, with the places and targets that they name."""
    return f"/documents/{version}.json"


def document_path(version: str, document_id: str) -> str:
    """Return the path of one document line by line."""
    return f"/documents/{version}/{quote(document_id, safe='')}.json"


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
