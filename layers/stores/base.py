"""What every store of layers can do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from layers.catalogue import Catalogue
    from layers.snapshot import Snapshot


class LayerStore(Protocol):
    """Where layers are kept."""

    @property
    def catalogue(self) -> Catalogue:
        """What the layers are."""

    @property
    def ground(self) -> bytes:
        """The offline basemap's data as JSON."""

    def version(self) -> str:
        """Return the current data version; changes exactly when the content of a layer does."""

    def snapshot(self, version: str = "") -> Snapshot:
        """Return all layers at a data version, the current one where none is named.

        Raises
        ------
        UnknownVersionError
            The store does not hold that version.
        """
