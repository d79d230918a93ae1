"""The map behind a link and the map saved as a file: what a stakeholder opens."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from layers.filters import Condition
from layers.render.assets import Assets
from layers.render.paths import frame_path
from tests.browser.map_document import beyond, opened, too_small
from tests.browser.scattered import CLEAR_AT, CLEAR_NAME, CLEAR_PARK
from tests.browser.watch import PHONE, file_url, until

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from layers.view import MapView
    from tests.browser.conftest import Site
    from tests.browser.watch import Visits

pytestmark = pytest.mark.browser

VIEWS: dict[str, Callable[[MapView], MapView]] = {
    "all": lambda view: view,
    "status": lambda view: view.asking("status", ["built", "upgrading"]),
    "years without undated": lambda view: replace(view, years=(2022, 2024), undated=False),
    "plans only": lambda view: replace(view.asking("status", ["planned"]), outside=False),
    "some layers": lambda view: replace(view, layers=("routes", "site")),
    "not a city": lambda view: view.asking("city", ["wuhan"], "not_in"),
    "past its window": lambda view: view.asking("past_window", [True]),
    "exact": lambda view: view.asking("accuracy_m", [500], "at_most"),
    "traditional characters": lambda view: replace(view, text="光谷科學"),
    "everything at once": lambda view: replace(
        view,
        conditions=(
            Condition("document", "in", ("plan-2021", "plan-2023")),
            Condition("lead_unit", "not_in", ("省科技厅",)),
            Condition("method", "in", ("derived", "schematic")),
        ),
        years=(2020, 2026),
        text="guanggu",
        language="en",
    ),
}


def in_english(view: MapView) -> MapView:
    return replace(view, language="en")


@pytest.mark.parametrize("name", VIEWS)
def test_a_link_shows_what_python_finds(tabs: Visits, site: Site, name: str) -> None:
    view = VIEWS[name](site.start())
    expected = site.ids(view)
    assert expected
    atlas = opened(tabs.page(), site.shared(view))
    assert atlas.shown() == expected
    assert atlas.view() == pytest.approx((*view.centre, view.zoom), abs=0.01)
    assert not atlas.locator(".atlas-problems").is_visible()


def test_a_link_opens_with_the_place_that_the_sender_had_open(tabs: Visits, site: Site) -> None:
    atlas = opened(tabs.page(), site.shared(replace(site.start(), selected=CLEAR_PARK)))
    assert CLEAR_NAME in atlas.card()


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("v=1&w=status:demolished&l=sites,site,routes&lang=en", "demolished"),
        ("v=1&w=city:atlantis&l=sites,site,routes&lang=en", "atlantis"),
        ("v=1&w=nonsense&l=sites,site,routes&lang=en", "nonsense"),
        ("v=9&l=sites,site,routes&lang=en", "9"),
        ("v=1&y=later&l=sites,site,routes&lang=en", "later"),
        ("v=1&l=nowhere&lang=en", "nowhere"),
    ],
)
def test_what_a_link_asks_in_vain_shows_nothing_and_is_named(
    tabs: Visits, site: Site, query: str, named: str,
) -> None:
    atlas = opened(tabs.page(), site.server.url(f"/m?{query}"))
    assert atlas.shown() == set()
    assert named in atlas.locator(".atlas-problems").inner_text()


def test_an_unknown_layer_adds_nothing_to_the_known_one(tabs: Visits, site: Site) -> None:
    atlas = opened(tabs.page(), site.server.url("/m?v=1&l=sites,nowhere&lang=en"))
    assert atlas.shown() == site.ids(replace(site.start(), layers=("sites",)))
    assert "nowhere" in atlas.locator(".atlas-problems").inner_text()


def test_a_click_opens_the_card(tabs: Visits, site: Site) -> None:
    atlas = opened(tabs.page(), site.shared(replace(site.start(), centre=CLEAR_AT, zoom=13)))
    atlas.click(*CLEAR_AT)
    assert CLEAR_NAME in atlas.card()


def test_language_and_theme_change_by_their_switches(tabs: Visits, site: Site) -> None:
    page = tabs.page()
    atlas = opened(page, site.shared(replace(site.start(), selected=CLEAR_PARK)))
    theme = site.store.catalogue.theme
    assert "依据" in atlas.card()
    page.locator('[data-role="language"]').click()
    assert "Basis" in atlas.card()
    assert page.evaluate("() => document.documentElement.lang") == "en"
    assert page.locator("h1").inner_text() == "Corridor Atlas"
    # From what the system has to light to dark.
    land = "() => Atlas.symbols.palette().land"
    for colour in (theme.light["land"], theme.dark["land"]):
        page.locator('[data-role="theme"]').click()
        assert page.evaluate(land) == colour


def test_a_system_in_the_dark_opens_the_map_dark(tabs: Visits, site: Site) -> None:
    atlas = opened(tabs.page(dark=True), site.shared(site.start()))
    assert atlas.ask("() => Atlas.symbols.palette().land") == site.store.catalogue.theme.dark["land"]


def test_on_a_phone_nothing_is_cut_off_and_all_can_be_touched(tabs: Visits, site: Site) -> None:
    page = tabs.page(PHONE)
    atlas = opened(page, site.shared(replace(site.start(), centre=CLEAR_AT, zoom=13)))
    assert beyond(page) == []
    assert too_small(page, ".atlas-bar :is(button, a), .atlas-tools button, .atlas-tabs button") == []
    for tab in ("legend", "player", "table", "more"):
        page.locator(f'[data-tab="{tab}"]').click()
        page.locator(f"#atlas-{tab}").wait_for(state="visible")
        assert beyond(page) == []
        page.locator(f'[data-tab="{tab}"]').click()
        page.locator(f"#atlas-{tab}").wait_for(state="hidden")
    atlas.tap(*CLEAR_AT)
    assert CLEAR_NAME in atlas.card()
    assert beyond(page) == []


def test_a_saved_map_opens_from_the_disk_and_shows_the_same(
    tabs: Visits, files: Visits, site: Site, tmp_path: Path,
) -> None:
    view = replace(site.start().asking("status", ["built", "planned"]), centre=CLEAR_AT, zoom=13)
    page = tabs.page()
    opened(page, site.shared(view))
    with page.expect_download() as started:
        page.evaluate("(url) => { location.href = url; }", site.saved(view))
    assert started.value.suggested_filename == "光谷科创大走廊规划一张图.html"
    path = tmp_path / "saved.html"
    started.value.save_as(path)

    reader = files.page()
    reader.context.set_offline(offline=True)
    atlas = opened(reader, file_url(path))
    assert atlas.shown() == site.ids(view)
    atlas.click(*CLEAR_AT)
    assert CLEAR_NAME in atlas.card()
    # No link in it leads to a server that the reader may not reach.
    assert atlas.locator("a[href]").count() == 0


def test_no_policy_allows_what_is_unsafe(tabs: Visits, site: Site) -> None:
    request = tabs.page().context.request
    view = site.start()
    framed = site.server.url(frame_path(Assets.build(site.store.catalogue.theme).version))
    policies = [
        request.get(url).headers["content-security-policy"]
        for url in (site.shared(view), site.saved(view), framed)
    ]
    in_file = re.search(r'Content-Security-Policy" content="([^"]*)"', request.get(site.saved(view)).text())
    assert in_file
    for policy in (*policies, in_file[1]):
        assert html.unescape(policy).startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert "*" not in policy


def test_a_script_put_in_by_hand_does_not_run(tabs: Visits, site: Site) -> None:
    page = tabs.page()
    atlas = opened(page, site.shared(site.start()))
    tabs.watch.expected.append("Content Security Policy")
    atlas.ask("""() => {
      const script = document.createElement("script");
      script.textContent = "window.hasRun = true";
      document.body.append(script);
      document.body.insertAdjacentHTML("beforeend", '<img src="data:," onerror="window.hasRun = true">');
    }""")
    until(page, lambda: len(tabs.watch.messages) > 1)
    assert len(tabs.watch.messages) > 1
    assert atlas.ask("() => window.hasRun") is None
