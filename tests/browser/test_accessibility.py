"""What axe-core finds serious or critical in the app and on the shared map: nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.map_document import MapDocument, opened, opened_in_app
from tests.browser.watch import DESKTOP, PHONE, Visits

if TYPE_CHECKING:

    from playwright.sync_api import Frame, Page

    from layers.view import MapView
    from tests.browser.conftest import Site

pytestmark = pytest.mark.browser

# The frame is looked at by itself: axe cannot ask a document of another origin.
OPTIONS = {"resultTypes": ["violations"], "iframes": False}


def faults(document: Page | Frame) -> list[str]:
    """Return each serious or critical fault with the element that has it."""
    found = Axe().run(document, options=OPTIONS).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for rule in found
        if rule["impact"] in {"serious", "critical"}
        for node in rule["nodes"]
    ]


def with_most_to_say(site: Site, language: str) -> MapView:
    """Return the start view with the place open of which most documents speak."""
    documents = site.store.snapshot().index.coded["document"]
    counts = Counter(documents.rows.tolist())
    row, _ = max(counts.items(), key=lambda pair: (pair[1], -pair[0]))
    fullest = str(site.store.snapshot().index.ids[row])
    return replace(site.start(), selected=fullest, language=language)


def with_table(atlas: MapDocument) -> MapDocument:
    atlas.ask("() => Atlas.panelOf('table').set(true)")
    atlas.locator(".atlas-table tbody tr").first.wait_for(state="visible")
    atlas.settle()
    return atlas


LOOKS = pytest.mark.parametrize("look", ["zh light", "zh dark", "en light", "en dark"])


@LOOKS
def test_the_app_on_a_desk_has_no_fault(readers: Visits, real: Site, look: str) -> None:
    page = readers.page(DESKTOP, dark="dark" in look)
    atlas = with_table(opened_in_app(page, real.app(with_most_to_say(real, look[:2]))))
    page.evaluate("() => document.querySelectorAll('details').forEach((section) => { section.open = true; })")
    assert faults(page) == []
    assert faults(atlas.document) == []


@LOOKS
def test_the_app_on_a_phone_has_no_fault(readers: Visits, real: Site, look: str) -> None:
    page = readers.page(PHONE, dark="dark" in look)
    atlas = opened_in_app(page, real.app(with_most_to_say(real, look[:2])))
    assert faults(page) == []
    assert faults(atlas.document) == []
    assert faults(with_table(atlas).document) == []
    page.locator(".page-toggle").click()
    page.locator("#page-filters").wait_for(state="visible")
    assert faults(page) == []


@LOOKS
def test_the_shared_map_on_a_desk_has_no_fault(readers: Visits, real: Site, look: str) -> None:
    page = readers.page(DESKTOP, dark="dark" in look)
    atlas = with_table(opened(page, real.shared(with_most_to_say(real, look[:2]))))
    assert faults(atlas.document) == []


@LOOKS
def test_the_shared_map_on_a_phone_has_no_fault(readers: Visits, real: Site, look: str) -> None:
    page = readers.page(PHONE, dark="dark" in look)
    atlas = opened(page, real.shared(with_most_to_say(real, look[:2])))
    assert faults(page) == []
    assert faults(with_table(atlas).document) == []
    for panel in ("legend", "player", "more"):
        page.locator(f'[data-tab="{panel}"]').click()
        page.locator(f"#atlas-{panel}").wait_for(state="visible")
        assert faults(page) == []


@LOOKS
def test_the_page_about_the_atlas_has_no_fault(readers: Visits, real: Site, look: str) -> None:
    # On a phone in the dark, on a desk in the light: the words are the same.
    is_dark = "dark" in look
    page = readers.page(PHONE if is_dark else DESKTOP, dark=is_dark)
    # Streamlit looks first whether the whole app lies below the page's path.
    readers.watch.expected.append("404.*/about/_stcore/")
    page.goto(real.server.url(f"/about?{with_most_to_say(real, look[:2]).to_query()}"))
    page.locator(".st-key-atlas_text h2").first.wait_for(state="visible")
    assert faults(page) == []
