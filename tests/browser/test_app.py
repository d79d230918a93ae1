"""The app in a browser: what a planner does, and that map and numbers follow."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from i18n.messages import messages
from tests.browser.map_document import beyond, comes_to_answer, in_app, opened, opened_in_app, too_small
from tests.browser.scattered import CLEAR_AT, CLEAR_NAME, CLEAR_PARK, UNPLACED
from tests.browser.watch import PHONE, file_url, until

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

    from layers.view import MapView
    from tests.browser.conftest import Site
    from tests.browser.watch import Visits

pytestmark = pytest.mark.browser


def tick(page: Page, section: str, value: str) -> None:
    page.locator(f'[data-section="{section}"] input[value="{value}"]').check()


def set_years(page: Page, first: int, last: int) -> None:
    for number, year in enumerate((first, last)):
        field = page.locator(f'[data-focus="year-{number}"]')
        field.fill(str(year))
        field.press("Tab")


def search(page: Page, text: str) -> None:
    page.locator('[data-focus="search"]').fill(text)


def by_status(page: Page) -> None:
    tick(page, "status", "built")
    tick(page, "status", "planned")


def by_years(page: Page) -> None:
    set_years(page, 2022, 2024)


def by_both(page: Page) -> None:
    by_status(page)
    by_years(page)


def by_pinyin(page: Page) -> None:
    search(page, "guanggu kexue")


def by_city(page: Page) -> None:
    tick(page, "city", "ezhou")


def asking_status(view: MapView) -> MapView:
    return view.asking("status", ["built", "planned"])


def asking_years(view: MapView) -> MapView:
    return replace(view, years=(2022, 2024))


FILTERS: list[tuple[Callable[[Page], None], Callable[[MapView], MapView]]] = [
    (by_status, asking_status),
    (by_years, asking_years),
    (by_both, lambda view: asking_years(asking_status(view))),
    (by_pinyin, lambda view: replace(view, text="guanggu kexue")),
    (by_city, lambda view: view.asking("city", ["ezhou"])),
]


def asked_of(page: Page) -> dict[str, list[str]]:
    """Return the query in the address bar."""
    return parse_qs(urlsplit(page.url).query)


def comes_to_hold(page: Page, key: str, start: str) -> None:
    """Wait until a key of the address bar begins so."""
    until(page, lambda: asked_of(page).get(key, [""])[0].startswith(start))
    assert asked_of(page).get(key, [""])[0].startswith(start)


def comes_to_lie(page: Page, view: tuple[float, float, float]) -> None:
    """Wait until the address bar has this centre and zoom, to the metre."""

    def lies() -> bool:
        numbers = [float(number) for number in asked_of(page)["at"][0].split(",")]
        return numbers == pytest.approx(view, abs=1e-5)

    until(page, lies)
    assert lies()


def at_clear_park(site: Site) -> MapView:
    return replace(site.start(), centre=CLEAR_AT, zoom=13)


def test_the_app_opens_with_every_place(tabs: Visits, site: Site) -> None:
    page = tabs.page()
    atlas = opened_in_app(page, site.app())
    atlas.comes_to_show(site.ids(site.start()))
    assert page.title() == page.locator("h1.page-name").inner_text() == "光谷科创大走廊规划一张图"


@pytest.mark.parametrize(("choose", "asking"), FILTERS, ids=lambda part: getattr(part, "__name__", ""))
def test_a_filter_of_the_panel_shows_what_python_finds(
    tabs: Visits, site: Site, choose: Callable[[Page], None], asking: Callable[[MapView], MapView],
) -> None:
    page = tabs.page()
    atlas = opened_in_app(page, site.app(site.start()))
    expected = site.ids(asking(site.start()))
    assert 0 < len(expected) < len(site.ids(site.start()))
    choose(page)
    atlas.comes_to_show(expected)
    comes_to_answer(page, len(expected))


def test_a_filter_keeps_pan_and_zoom(tabs: Visits, site: Site) -> None:
    page = tabs.page()
    atlas = opened_in_app(page, site.app(site.start()))
    box = atlas.locator("#map").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.wheel(0, -400)
    until(page, lambda: atlas.view()[2] > site.start().zoom)
    page.mouse.down()
    page.mouse.move(x - 150, y + 90, steps=4)
    page.mouse.up()
    atlas.settle()
    lon, lat, zoom = moved = atlas.view()
    assert zoom > site.start().zoom
    assert lon > site.start().centre[0]
    assert lat > site.start().centre[1]
    comes_to_lie(page, moved)
    by_status(page)
    atlas.comes_to_show(site.ids(asking_status(site.start())))
    assert atlas.view() == moved


def test_a_click_on_the_map_opens_the_card_with_the_clause(tabs: Visits, site: Site) -> None:
    page = tabs.page()
    atlas = opened_in_app(page, site.app(at_clear_park(site)))
    atlas.click(*CLEAR_AT)
    atlas.locator("#atlas-card").wait_for(state="visible")
    assert atlas.selected() == CLEAR_PARK
    assert atlas.locator("#atlas-card-name").inner_text() == CLEAR_NAME
    plan, press = (source.inner_text() for source in atlas.locator(".atlas-history .atlas-source").all())
    assert "文件plan-2021" in plan
    assert "四(三)" in plan
    assert "39" in plan
    assert atlas.locator(".atlas-history .atlas-quote").first.inner_text().strip("“”「」") == "光谷"
    assert "文件press-2026" in press
    # The app has heard of it: a link to this view has the place in it.
    comes_to_hold(page, "s", CLEAR_PARK)


def test_the_language_changes_everywhere_and_the_map_stays(tabs: Visits, site: Site) -> None:
    page = tabs.page()
    atlas = opened_in_app(page, site.app(replace(at_clear_park(site), selected=CLEAR_PARK)))
    before = atlas.view()
    assert "依据" in atlas.card()
    page.locator('[data-focus="language"]').click()
    until(page, lambda: "Basis" in atlas.card())
    assert "Basis" in atlas.card()
    assert atlas.locator("#atlas-card-name").inner_text() == "Ezhou Offshore Park"
    assert atlas.ask("() => document.documentElement.lang") == "en"
    until(page, lambda: page.locator("h1.page-name").inner_text() == "Corridor Atlas")
    assert page.locator("h1.page-name").inner_text() == "Corridor Atlas"
    assert page.evaluate("() => document.documentElement.lang") == "en"
    assert atlas.view() == before


def test_light_and_dark_change_on_the_page_and_in_the_map(tabs: Visits, site: Site) -> None:
    page = tabs.page()
    atlas = opened_in_app(page, site.app(site.start()))
    theme = site.store.catalogue.theme
    land = "() => getComputedStyle(document.documentElement).getPropertyValue('--land')"
    assert page.evaluate(land) == atlas.ask(land) == theme.light["land"]
    page.locator('[data-focus="theme"]').click()
    until(page, lambda: atlas.ask(land) == theme.dark["land"])
    assert page.evaluate(land) == atlas.ask(land) == theme.dark["land"]
    page.reload()
    assert in_app(page).ask(land) == theme.dark["land"]


def test_a_reload_keeps_filter_place_and_view(tabs: Visits, site: Site) -> None:
    page = tabs.page()
    atlas = opened_in_app(page, site.app(at_clear_park(site)))
    by_city(page)
    expected = site.ids(at_clear_park(site).asking("city", ["ezhou"]))
    atlas.comes_to_show(expected)
    atlas.ask("() => Atlas.map.setView([30.35, 114.75], 11, { animate: false })")
    atlas.ask("(id) => Atlas.select(id)", CLEAR_PARK)
    atlas.locator("#atlas-card").wait_for(state="visible")
    atlas.settle()
    before = atlas.view()
    comes_to_lie(page, before)
    comes_to_hold(page, "s", CLEAR_PARK)
    page.reload()
    again = in_app(page)
    again.comes_to_show(expected)
    assert again.selected() == CLEAR_PARK
    assert again.view() == pytest.approx(before, abs=1e-5)


def test_back_undoes_the_last_filter(tabs: Visits, site: Site) -> None:
    page = tabs.page()
    atlas = opened_in_app(page, site.app(site.start()))
    first = site.start().asking("status", ["built"])
    tick(page, "status", "built")
    atlas.comes_to_show(site.ids(first))
    comes_to_hold(page, "w", "status:built")
    tick(page, "city", "ezhou")
    atlas.comes_to_show(site.ids(first.asking("city", ["ezhou"])))
    until(page, lambda: len(asked_of(page)["w"]) > 1)
    comes_to_answer(page, len(site.ids(first.asking("city", ["ezhou"]))))
    page.go_back()
    in_app(page).comes_to_show(site.ids(first))
    until(page, lambda: not page.locator('[data-section="city"] input[value="ezhou"]').is_checked())
    assert not page.locator('[data-section="city"] input[value="ezhou"]').is_checked()
    page.go_back()
    in_app(page).comes_to_show(site.ids(site.start()))


def test_the_address_bar_opens_the_same_view_elsewhere(tabs: Visits, site: Site) -> None:
    page = tabs.page()
    atlas = opened_in_app(page, site.app(site.start()))
    # On a slow machine answers arrive while the address of an earlier one is still to be written.
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 5})
    by_both(page)
    expected = site.ids(asking_years(asking_status(site.start())))
    atlas.comes_to_show(expected)
    comes_to_hold(page, "y", "2022-2024")
    assert asked_of(page)["w"] == ["status:built,planned"]
    query = urlsplit(page.url).query
    opened_in_app(tabs.page(), site.server.url(f"/?{query}")).comes_to_show(expected)
    opened(tabs.page(), site.server.url(f"/m?{query}")).comes_to_show(expected)


def test_on_a_phone_the_map_comes_first_and_all_can_be_touched(tabs: Visits, site: Site) -> None:
    page = tabs.page(PHONE)
    atlas = opened_in_app(page, site.app(at_clear_park(site)))
    box = atlas.locator("#map").bounding_box()
    assert box is not None
    assert box["width"] == PHONE["width"]
    assert box["height"] > PHONE["height"] * 0.75
    assert beyond(page, atlas.document) == []
    assert too_small(page, ".page-bar button") == []
    assert too_small(atlas.document, ".atlas-tools button, .atlas-tabs button") == []

    page.locator(".page-toggle").click()
    page.locator("#page-filters").wait_for(state="visible")
    assert beyond(page, atlas.document) == []
    in_sheet = ":is(button, summary, label.choice, .filters-search, .years-number)"
    assert too_small(page, f"#page-filters {in_sheet}") == []
    tick(page, "status", "built")
    page.locator(".filters-done").click()
    page.locator("#page-filters").wait_for(state="hidden")
    atlas.comes_to_show(site.ids(site.start().asking("status", ["built"])))

    atlas.tap(*CLEAR_AT)
    assert CLEAR_NAME in atlas.card()
    assert beyond(page, atlas.document) == []
    assert too_small(atlas.document, "#atlas-card button") == []


def test_the_table_selects_by_mouse_and_by_keys(tabs: Visits, site: Site) -> None:
    page = tabs.page()
    atlas = opened_in_app(page, site.app(site.start()))
    atlas.locator(".atlas-strip .atlas-strip-button").first.click()
    rows = atlas.locator(".atlas-table tbody tr")
    rows.first.wait_for(state="visible")
    first, second = (
        atlas.ask("(name) => Atlas.features.ids.find((id, i) => Atlas.nameOf(i) === name)", name)
        for name in (rows.nth(number).locator("th").inner_text().strip() for number in (0, 1))
    )
    rows.first.click()
    assert atlas.selected() == first
    assert rows.first.get_attribute("aria-selected") == "true"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert atlas.selected() == second
    assert rows.nth(1).get_attribute("aria-selected") == "true"
    assert atlas.ask("() => document.activeElement.dataset.row") == "1"
    comes_to_hold(page, "s", str(second))
    page.keyboard.press("Escape")
    assert atlas.selected() is None


def test_a_place_without_position_is_in_the_table(tabs: Visits, site: Site) -> None:
    page = tabs.page()
    atlas = opened_in_app(page, site.app(site.start()))
    atlas.locator(".atlas-strip .atlas-strip-button").first.click()
    atlas.locator(".atlas-table-tools button").nth(1).click()
    caption = atlas.locator(".atlas-table caption")
    unplaced = int((~site.store.snapshot().index.is_located).sum())
    until(page, lambda: str(unplaced) in caption.inner_text())
    assert str(unplaced) in caption.inner_text()
    atlas.ask("(id) => Atlas.select(id)", UNPLACED)
    assert messages("zh", "map")["card.unlocated"] in atlas.card()


def test_without_a_network_player_and_selection_go_on(tabs: Visits, site: Site) -> None:
    page = tabs.page()
    atlas = opened_in_app(page, site.app(at_clear_park(site)))
    # The page around the map looks for its server.
    tabs.watch.expected.append(r"ERR_INTERNET_DISCONNECTED|WebSocket|Failed to fetch|ERR_NETWORK")
    page.context.set_offline(offline=True)
    atlas.ask("() => Atlas.setYears([2022, 2024], { undated: false })")
    expected = site.ids(replace(asking_years(site.start()), undated=False))
    atlas.comes_to_show(expected)
    atlas.ask("() => Atlas.setYears(null)")
    atlas.comes_to_show(site.ids(site.start()))
    atlas.click(*CLEAR_AT)
    assert CLEAR_NAME in atlas.card()


def test_a_saved_map_needs_no_network(files: Visits, site: Site, tmp_path: Path) -> None:
    page = files.page()
    path = tmp_path / "saved.html"
    view = asking_status(at_clear_park(site))
    path.write_bytes(page.context.request.get(site.saved(view)).body())
    page.context.set_offline(offline=True)
    atlas = opened(page, file_url(path))
    assert atlas.shown() == site.ids(view)
    atlas.ask("() => Atlas.setYears([2022, 2024])")
    assert atlas.shown() == site.ids(asking_years(view))
