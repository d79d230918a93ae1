"""What a query asks to be exported: a view, what of it, and how it is to be written."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from i18n.messages import LANGUAGES, messages
from layers.errors import UnknownLayerError
from layers.exports.encodings import known_as
from layers.exports.export import Asked, export, extensions
from layers.exports.formats import APART, FORMATS
from layers.exports.manifest import Atlas
from layers.exports.selection import Selection, typed_area
from layers.renamed import as_named_in
from layers.versions import version_named
from layers.view import MapView
from service.shared_map import default_view, parted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from layers.exports.export import Exported
    from layers.snapshot import Snapshot
    from service.site import Site

# What stands in the query besides the view.
FORMAT, CRS, ENCODING, NAMES, SHIFTED = "format", "crs", "encoding", "names", "shifted"
LAYERS, AREA, PLACE, VERSION, PACKED = "layers", "area", "place", "version", "zip"
OWN = (FORMAT, CRS, ENCODING, NAMES, SHIFTED, LAYERS, AREA, PLACE, VERSION, PACKED)
MOST_IN_NAME = 48
_NOT_IN_NAMES = re.compile(r"[^\w-]+")
_NOT_IN_PLAIN_NAMES = re.compile(r"[^A-Za-z0-9-]+")


@dataclass(frozen=True)
class Order:
    """All that an export depends on.

    Attributes
    ----------
    title
        What it is of, in the language of its words: a place, a layer, or the whole atlas.
    plain
        The same in small ASCII letters, digits and `-`.
    is_packed
        Whether file and manifest shall come in one zip file in any case.
    """

    selection: Selection
    asked: Asked
    title: str
    plain: str
    is_packed: bool = False

    @cached_property
    def ending(self) -> str:
        """Of the file, with its dot.

        Raises
        ------
        UnknownFormatError
            There is no such format.
        """
        row = FORMATS.get(self.asked.format_id)
        # Where one file holds all layers, nothing needs to be looked at.
        is_apart = row is not None and row.layers == APART
        chosen = self.selection.chosen().layers if is_apart else {}
        endings = extensions(self.asked, sum(not features.empty for features in chosen.values()))
        return endings[-1] if self.is_packed else endings[0]

    @property
    def day(self) -> str:
        """The day on which it is made, as a file's name has it."""
        return f"{self.asked.at:%Y%m%d}"

    def file_name(self) -> str:
        """Return the name of the file in the language of its words."""
        return f"{self.title}-{self.day}{self.ending}"

    def plain_file_name(self) -> str:
        """Return the name of the file in ASCII, for programs that read no other."""
        return f"{self.plain}-{self.day}{self.ending}"

    def made(
        self, site: Site, address: str, folder: Path, progress: Callable[[int, int], None],
        is_cancelled: Callable[[], bool],
    ) -> Exported:
        """Make it in a folder."""
        target = folder / self.file_name()
        return export(self.selection, self.asked, target, atlas_of(site, address), progress, is_cancelled)


def order_of(query: str, site: Site, language: str, format_id: str = "") -> Order:
    """Return what a query asks for.

    Parameters
    ----------
    language
        That of the reader, where the query names none.
    format_id
        The format where the query names none.

    Raises
    ------
    UnknownVersionError, AmbiguousVersionError, UnreadableVersionError
        The data version that it names is not there; no other one is taken in its place.
    UnknownLayerError
        A layer that it names is none of the catalogue's.
    InvalidAreaError
        Its area is none.
    """
    asked, rest = parted(query, OWN)
    view, snapshot = _seen(rest, asked.get(VERSION, ""), site, language)
    selection = Selection(
        snapshot,
        view,
        typed_area(asked[AREA]) if asked.get(AREA) else None,
        _places(asked[PLACE], view, snapshot, site) if asked.get(PLACE) else None,
        _layers(asked[LAYERS], snapshot, site) if LAYERS in asked else None,
    )
    title, plain = _names(selection, site)
    wanted = Asked(
        format_id=asked.get(FORMAT, "") or format_id,
        at=datetime.now(UTC),
        crs=asked.get(CRS, "") or "EPSG:4326",
        encoding=known_as(asked.get(ENCODING, "")),
        names=asked.get(NAMES, "") or "en",
        language=view.language,
        shifted=_listed(asked.get(SHIFTED, "")),
    )
    wanted = replace(wanted, stem=f"{plain}-{wanted.at:%Y%m%d}")
    return Order(selection, wanted, title, plain, asked.get(PACKED) == "1")


def atlas_of(site: Site, address: str) -> Atlas:
    """Return what exports of a site are taken from."""
    words, sentences = (
        {language: messages(language, part) for language in LANGUAGES} for part in ("exports", "sentence")
    )
    return Atlas(site.store.catalogue, site.publications(), words, sentences, address)


def _seen(query: str, version: str, site: Site, language: str) -> tuple[MapView, Snapshot]:
    store = site.store
    view = MapView.from_query(query, default_view(site, language))
    named = version or view.version
    current = store.snapshot()
    if named and named != current.version:
        snapshot = store.snapshot(version_named(named, site.publications(), current.version))
    else:
        snapshot = current
    return as_named_in(replace(view, version=snapshot.version), snapshot, store.catalogue), snapshot


def _places(text: str, view: MapView, snapshot: Snapshot, site: Site) -> tuple[str, ...]:
    """Return the places that are named, by the ids that the data version has for them."""
    catalogue = site.store.catalogue
    named = (as_named_in(replace(view, selected=name), snapshot, catalogue) for name in _listed(text))
    return tuple(dict.fromkeys(one.selected for one in named))


def _layers(text: str, snapshot: Snapshot, site: Site) -> tuple[str, ...]:
    catalogue = site.store.catalogue
    known = (*snapshot.layers, *snapshot.refused, *catalogue.layer_ids())
    asked = _listed(text)
    for layer_id in asked:
        if layer_id not in known:
            raise UnknownLayerError(layer_id, catalogue.layer_ids())
    return asked


def _names(selection: Selection, site: Site) -> tuple[str, str]:
    """Return what an export is called: by its one place, its one layer, or the atlas."""
    catalogue, language = site.store.catalogue, selection.view.language
    layers = selection.layer_ids()
    product = catalogue.product["name"]
    title, plain = product[language], product["en"]
    if selection.ids is not None and len(selection.ids) == 1:
        title, plain = _place_name(selection.ids[0], selection.snapshot, language), selection.ids[0]
    elif len(layers) == 1:
        (entry,) = catalogue.entries(list(layers))
        title, plain = entry.title.in_language(language), entry.layer_id
    shown = _NOT_IN_NAMES.sub("-", title).strip("-_")[:MOST_IN_NAME]
    small = _NOT_IN_PLAIN_NAMES.sub("-", plain).strip("-").lower()[:MOST_IN_NAME]
    return shown or small or "export", small or "export"


def _place_name(place_id: str, snapshot: Snapshot, language: str) -> str:
    for layer in snapshot.layers.values():
        if place_id in layer.features.index:
            row = layer.features.loc[place_id]
            return str(row[f"name_{language}"] or row["name_zh"] or place_id)
    return place_id


def _listed(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
