"""A place's permanent page in a browser: nothing goes wrong, nothing overflows, axe-core finds no fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from i18n.messages import LANGUAGES
from layers.render.paths import place_path
from tests.browser.map_document import opened
from tests.browser.test_accessibility import faults, with_most_to_say
from tests.browser.watch import DESKTOP, PHONE, Visits

if TYPE_CHECKING:

    from playwright.sync_api import ViewportSize

    from tests.browser.conftest import Site

pytestmark = pytest.mark.browser

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def chosen(site: Site) -> list[str]:
    """Return the place with most to say and one that has no position, where there is one."""
    index = site.store.snapshot().index
    return [with_most_to_say(site, "zh").selected, *index.ids[~index.is_located][:1]]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_a_page_has_no_fault_and_fits(
    readers: Visits, real: Site, size: ViewportSize, language: str,
) -> None:
    for dark in (False, True):
        page = readers.page(size, dark=dark)
        for feature_id in chosen(real):
            page.goto(real.server.url(f"{place_path(feature_id)}?lang={language}"))
            assert page.locator("h1").is_visible()
            assert page.evaluate(OVERFLOW) <= 0
            assert faults(page) == []


def test_light_and_dark_are_those_of_the_readers_system(readers: Visits, real: Site) -> None:
    theme = real.store.catalogue.theme
    for dark, colour in ((False, theme.light["panel"]), (True, theme.dark["panel"])):
        page = readers.page(dark=dark)
        page.goto(real.server.url(place_path(chosen(real)[0])))
        red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
        shown = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert shown == f"rgb({red}, {green}, {blue})"


def test_the_card_of_a_shared_map_leads_to_the_page(readers: Visits, real: Site) -> None:
    view = with_most_to_say(real, "en")
    atlas = opened(readers.page(), real.shared(view))
    link = atlas.locator(".atlas-card .atlas-actions a")
    assert link.get_attribute("href") == f"{place_path(view.selected)}?lang=en"
