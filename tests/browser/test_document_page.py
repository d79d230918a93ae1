"""The page of documents in a browser: a clause moves the map, a phrase tells a place's clauses."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.browser.map_document import MapDocument, beyond, opened_in_app, too_small
from tests.browser.watch import DESKTOP, PHONE, until
from tests.builders import PLAN_2023

if TYPE_CHECKING:
    from playwright.sync_api import Page, ViewportSize

    from tests.browser.conftest import Site
    from tests.browser.watch import Visits

pytestmark = pytest.mark.browser
TABLET: ViewportSize = {"width": 768, "height": 1024}
PAINTED = "() => Boolean(window.Atlas?.probe && Atlas.state.ready && Atlas.probe().painted > 0)"


def documents(page: Page, site: Site) -> None:
    """Open the page by the bar of the map's page."""
    opened_in_app(page, site.app(site.start()))
    more = page.locator(".page-more")
    if more.is_visible():
        more.click()
    page.locator('.page-actions [data-page="documents"]').click()
    page.locator(".docs-line").first.wait_for()


def framed(page: Page) -> MapDocument:
    frame = page.frames[-1]
    frame.wait_for_function(PAINTED)
    return MapDocument(page, frame)


def chosen(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).fragment)


def cited(site: Site, line: int) -> set[str]:
    """Return the places that the store cites from a line of the action plan."""
    wanted = PLAN_2023, line
    return {
        row["id"]
        for layer in site.store.snapshot().layers.values()
        for row in layer.features[["id", "history", "citations"]].to_dict("records")
        if wanted in [(entry["document"], entry["line"]) for entry in (*row["history"], *row["citations"])]
    }


def test_a_line_shows_its_places_on_the_map_and_behind_the_address(tabs: Visits, site: Site) -> None:
    page = tabs.page()
    documents(page, site)
    page.locator(f'[data-focus="doc-{PLAN_2023}"]').click()
    atlas = framed(page)
    page.locator('[data-focus="line-39"]').click()
    atlas.comes_to_show(cited(site, 39))
    assert chosen(page) == {"doc": [PLAN_2023], "line": ["39"]}
    page.go_back()
    until(page, lambda: "line" not in chosen(page))
    page.locator(".docs-side h2").wait_for()
    assert page.locator(".docs-line.is-chosen").count() == 0


def test_a_place_tells_its_clauses_and_is_selected_on_the_map(tabs: Visits, site: Site) -> None:
    page = tabs.page()
    documents(page, site)
    page.locator(f'[data-focus="doc-{PLAN_2023}"]').click()
    atlas = framed(page)
    page.locator('[data-focus="line-39"]').click()
    page.locator(".docs-place").first.click()
    until(page, lambda: atlas.selected() is not None)
    assert chosen(page)["place"] == [atlas.selected()]
    dates = page.locator(".docs-says-head time").all_inner_texts()
    assert dates == sorted(dates)
    page.keyboard.press("Escape")
    until(page, lambda: atlas.selected() is None)


@pytest.mark.parametrize("size", [DESKTOP, TABLET, PHONE], ids=["wide", "tablet", "phone"])
def test_nothing_stands_outside_the_window(tabs: Visits, site: Site, size: ViewportSize) -> None:
    page = tabs.page(size)
    documents(page, site)
    assert beyond(page) == []
    if size is PHONE:
        assert too_small(page, ".docs-bar button, .docs-bar select") == []
        page.locator(".docs-opener.is-beside").click()
        page.locator(".docs-beside").wait_for(state="visible")
        assert too_small(page, ".docs-beside-body button, .docs-place") == []
