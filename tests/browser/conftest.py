"""A browser, and servers on data folders of their own, shared by all tests that drive it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

from benchmarks.browser import ARGUMENTS, CHROMIUM
from benchmarks.server import Server, atlas
from layers.filters import matching
from layers.render.paths import shared_path
from layers.stores.folder import FolderStore
from layers.view import MapView
from tests.browser.scattered import scattered_folder
from tests.browser.watch import Visits, visits
from tests.builders import DATA

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

TODAY = date(2026, 11, 21)
# No other host has an address, whatever network the machine has.
ALONE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"


@dataclass(frozen=True)
class Site:
    """A running server, and its data as Python reads it."""

    server: Server
    store: FolderStore

    def start(self) -> MapView:
        """Return a view of everything, on a day that is always the same."""
        catalogue = self.store.catalogue
        lon, lat = catalogue.product["centre"]
        return MapView(
            layers=catalogue.layer_ids(), on=TODAY, centre=(lon, lat), zoom=catalogue.product["zoom"],
        )

    def ids(self, view: MapView) -> set[str]:
        """Return which places a view shows, by the filter that Python runs."""
        index = self.store.snapshot().index
        return set(index.ids[matching(index, view.all_conditions(), view.reading)])

    def app(self, view: MapView | None = None) -> str:
        """Return the address of the app, at a view or as a reader without a link comes."""
        return self.server.url(f"/?{view.to_query()}" if view else "/")

    def shared(self, view: MapView) -> str:
        """Return the address of a shared map."""
        return self.server.url(shared_path(view.to_query()))

    def saved(self, view: MapView) -> str:
        """Return the address of a map to save."""
        return self.server.url(f"/m.html?{view.to_query()}")


# Ends with its module: an event loop that still ran would be in the way of other tests' own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Run one Chromium for all tests of a module."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, ALONE])
        yield running
        running.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Run a server on places of every kind."""
    folder = scattered_folder(tmp_path_factory.mktemp("scattered") / "data")
    with atlas(folder) as server:
        yield Site(server, FolderStore(folder))


@pytest.fixture
def tabs(browser: Browser, site: Site) -> Iterator[Visits]:
    """Return what opens pages of the server; nothing may go wrong in them."""
    with visits(browser, site.server.url("/")) as opened:
        yield opened


@pytest.fixture
def files(browser: Browser, tmp_path: Path) -> Iterator[Visits]:
    """Return what opens saved files; nothing may go wrong in them, and nothing be asked of any server."""
    with visits(browser, tmp_path.as_uri()) as opened:
        yield opened


@pytest.fixture(scope="module")
def real() -> Iterator[Site]:
    """Run a server on the real data: real names, lists and colours."""
    with atlas(DATA) as server:
        yield Site(server, FolderStore(DATA))


@pytest.fixture
def readers(browser: Browser, real: Site) -> Iterator[Visits]:
    """Return what opens pages of that server; nothing may go wrong in them."""
    with visits(browser, real.server.url("/")) as opened_pages:
        yield opened_pages
