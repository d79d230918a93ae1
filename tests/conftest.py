"""What most tests share: shut sockets, and a small data folder with its store."""

from pathlib import Path

import pytest
from hypothesis import settings
from pytest_socket import disable_socket, enable_socket

from layers.catalogue import Catalogue
from layers.snapshot import Snapshot
from layers.stores.folder import FolderStore
from tests.builders import few_features, write_folder

# How long one example takes says more about the machine than about the code.
settings.register_profile("atlas", deadline=None)
settings.load_profile("atlas")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Shut sockets for every test that does not drive a browser."""
    if item.get_closest_marker("browser"):
        enable_socket()
    else:
        # An event loop wakes itself through a socket of its own.
        disable_socket(allow_unix_socket=True)


@pytest.fixture
def data_folder(tmp_path: Path) -> Path:
    """Make a data folder of three layers with two features each, free to be changed."""
    return write_folder(tmp_path / "data", few_features())


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> FolderStore:
    """Open a store of the same folder, shared by tests that only read."""
    return FolderStore(write_folder(tmp_path_factory.mktemp("shared") / "data", few_features()))


@pytest.fixture(scope="session")
def catalogue(store: FolderStore) -> Catalogue:
    """Return the catalogue of the shared store."""
    return store.catalogue


@pytest.fixture(scope="session")
def snapshot(store: FolderStore) -> Snapshot:
    """Return all layers of the shared store."""
    return store.snapshot()
