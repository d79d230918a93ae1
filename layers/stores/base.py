"""What every store of layers can do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from layers.catalogue import Catalogue
    from layers.coverage import Reasons
    from layers.snapshot import Snapshot
    from layers.targets import Target


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
