"""What every store of layers can do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from layers.catalogue import Catalogue
    from layers.coverage import Reasons
    from layers.snapshot import Snapshot
    from layers.targets import Target
    from layers.versions import Publication


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
            The store does not hold that version, or what it holds of it cannot be read.
        """

    def publications(self) -> tuple[Publication, ...]:
        """Return the versions that were published, oldest first; each of them can be read for ever.

        Raises
        ------
        CatalogueError
            The list of publications cannot be read.
        """

    def publish(self, note: str, at: datetime) -> Publication:
        """Publish the current data version, whole or not at all.

        Parameters
        ----------
        at
            The time of publication, with its zone.

        Returns
        -------
        publication
            The last one where the data are still those.

        Raises
        ------
        InvalidLayerError
            A layer is refused.
        CatalogueError
            The list of publications cannot be read.
        PublishingError
            It cannot be written, or another publisher is at work and does not finish.
        """

    def targets(self) -> tuple[Target, ...]:
        """Return what the documents set out to reach; empty where the store holds no targets.

        Raises
        ------
        InvalidTargetsError
            The targets cannot be read or break their schema.
        """

    def reasons(self) -> Reasons:
        """Return why lines of the documents are not cited; none where the store holds no reasons.

        Raises
        ------
        CatalogueError
            The reasons cannot be read.
        """

    def outlines(self) -> Mapping[str, Sequence[tuple[int, str]]]:
        """Return on which lines clauses begin, by document, for documents whose text is not there.

        Raises
        ------
        CatalogueError
            The outlines cannot be read.
        """
