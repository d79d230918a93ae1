"""Opens the store that an address names."""

from functools import lru_cache
from pathlib import Path

from layers.errors import UnknownStoreError
from layers.stores.base import LayerStore
from layers.stores.folder import FolderStore


@lru_cache(maxsize=4)
def open_store(address: str) -> LayerStore:
    """Return the store at an address, the same one for the same address.

    Parameters
    ----------
    address
        The path of a data folder, which holds `geojson/`, `catalogue/` and `schemas/`.

    Raises
    ------
    UnknownStoreError
        There is no such folder.
    CatalogueError
        The folder's catalogue cannot be used.
    """
    folder = Path(address)
    if "://" in address or not (folder / "catalogue").is_dir():
        raise UnknownStoreError(address)
    return FolderStore(folder)
