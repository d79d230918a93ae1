"""What every route answers from: the store, the assets and the operator's settings."""

from __future__ import annotations

import gc
import hashlib
import json
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from i18n.messages import LANGUAGES, messages
from layers.errors import CatalogueError
from layers.exports.desk import Desk
from layers.render.assets import Assets, csp_hash
from layers.render.config import Operator, map_config, sharing_links, tile_hosts
from layers.render.ground import Ground
from layers.render.paths import PLACES, ground_path
from layers.stores.address import open_store
from service.short_links import ShortLinks

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from layers.settings import Settings
    from layers.snapshot import Snapshot
    from layers.stores.base import LayerStore
    from layers.versions import Publication

PATH_DIGITS = 12


@dataclass(frozen=True)
class Site:
    """One installation of the atlas.

    Attributes
    ----------
    documents
        Folder of the planning documents' texts, where they are there.
    address
        Scheme, host and port by which readers reach it; empty where each request says it.
    frame_hosts
        The sites whose pages may show ours in a frame.
    links
        Folder of the short links; None where none are made.
    """

    store: LayerStore
    operator: Operator
    documents: Path | None = None
    address: str = ""
    frame_hosts: tuple[str, ...] = ()
    links: Path | None = None

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """Open the store that the settings name.

        Raises
        ------
        UnknownStoreError, CatalogueError
            The store or its catalogue cannot be used.
        """
        operator = Operator(keys=settings.keys, has_geocoder=bool(settings.geocoder))
        return cls(
            open_store(settings.data), operator, settings.documents, settings.address, settings.frame_hosts,
            settings.links,
        )  # fmt: skip

    def settle(self) -> None:
        """Read the data now, and keep the garbage collector off all that stays while the process runs.

        A full collection looks at everything alive while all sessions wait: with a hundred of them that
        took 0.1 s on the data of the corridor and 0.7 s on 100,000 features. What is frozen is passed over.
        """
        gc.disable()
        try:
            self.store.snapshot()
        finally:
            gc.enable()
        gc.collect()
        gc.freeze()

    def edition(self) -> str:
        """Return a short name of everything besides its address that what a page shows depends on."""
        current = self.store.snapshot()
        refused = sorted((layer_id, str(error)) for layer_id, error in current.refused.items())
        depends = [
            today().isoformat(), current.version, refused, len(self.publications()), self.has_short_links,
            self.assets.version, self.ground_path,
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(depends).encode()).hexdigest()[:PATH_DIGITS]

    def publications(self) -> Sequence[Publication]:
        """Return the published versions; none where their list cannot be read: dates are then missing."""
        try:
            return self.store.publications()
        except CatalogueError:
            return ()

    @cached_property
    def assets(self) -> Assets:
        """The scripts and styles, in the colours of the catalogue's theme."""
        return Assets.build(self.store.catalogue.theme)

    @cached_property
    def tile_hosts(self) -> tuple[str, ...]:
        """The origins that tiles may come from."""
        return tile_hosts(self.store.catalogue, self.operator)

    @cached_property
    def ground_path(self) -> str:
        """The path of the offline basemap's data; another content has another path."""
        return ground_path(hashlib.sha256(self.ground).hexdigest()[:PATH_DIGITS])

    @cached_property
    def paper(self) -> Ground:
        """The offline basemap as still maps draw it."""
        return Ground.read(self.store.ground)

    @cached_property
    def ground(self) -> bytes:
        """The offline basemap as the map document reads it."""
        return self.paper.as_json()

    @cached_property
    def plain_style(self) -> str:
        """The style that stands in each page without script, in the colours of theme and layers."""
        catalogue = self.store.catalogue
        colours = catalogue.theme.plain_css(entry.style for entry in catalogue.layers)
        return colours + self.assets.files["drawing.css"] + self.assets.files["place.css"]

    @cached_property
    def plain_policy(self) -> str:
        """The security policy of pages without script: they load nothing."""
        style = csp_hash(self.plain_style.encode())
        return f"default-src 'none'; style-src {style}; img-src data:; base-uri 'none'; form-action 'none'"

    @cached_property
    def short_links(self) -> ShortLinks | None:
        """The short links that were made here; None where none are made."""
        return ShortLinks(self.links, today) if self.links else None

    @cached_property
    def desk(self) -> Desk:
        """Where exports are made; opened when it is first asked for."""
        return Desk(Path(tempfile.gettempdir()))

    @property
    def has_short_links(self) -> bool:
        """Whether short links can be made at the moment."""
        return self.short_links is not None and self.short_links.is_writable

    def sharing_links(self) -> dict[str, Any]:
        """Return where the map document sends a query to have a link made."""
        return sharing_links(self.frame_hosts, has_short=self.has_short_links)

    def map_config(self, snapshot: Snapshot) -> dict[str, Any]:
        """Return what a map document that stands alone is told for a data version."""
        return self._config(snapshot, ("map",))

    def frame_config(self, snapshot: Snapshot) -> dict[str, Any]:
        """Return what the framed map document, and the page around it, is told once for a data version."""
        config = self._config(snapshot, ("map", "app"))
        return {**config, "links": self.sharing_links(), "address": self.address or None}

    def _config(self, snapshot: Snapshot, parts: Sequence[str]) -> dict[str, Any]:
        words = {
            language: dict(pair for part in parts for pair in messages(language, part).items())
            for language in LANGUAGES
        }
        config = map_config(snapshot, self.store.catalogue, words, self.operator)
        return {**config, "basemapUrl": self.ground_path, "placePath": PLACES}


def today() -> date:
    """Return the day on which it is read, where the server stands."""
    return datetime.now(UTC).astimezone().date()
