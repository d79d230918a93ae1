"""The page of exports in a browser: what is chosen on the map is what comes down, or it is said why not."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import geopandas as gpd
import pyogrio
import pytest
from pyproj import CRS

from benchmarks.server import atlas as served
from benchmarks.synthetic import make_folder
from i18n.messages import messages
from layers.stores.folder import FolderStore
from tests.browser.conftest import Site
from tests.browser.map_document import beyond, in_app, opened_in_app, too_small
from tests.browser.scattered import CLEAR_AT, CLEAR_PARK
from tests.browser.test_accessibility import faults
from tests.browser.test_app_address import BELOW_A_PAGE, choose_page
from tests.browser.watch import DESKTOP, PHONE, comes_to_say, number_in, until, visits
from tests.builders import DATA

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page, ViewportSize

    from layers.view import MapView
    from tests.browser.map_document import MapDocument
    from tests.browser.watch import Visits

pytestmark = pytest.mark.browser

TABLET: ViewportSize = {"width": 768, "height": 1024}
MANY = 40_000


@pytest.fixture
def readers_of(tabs: Visits) -> Visits:
    """Return what opens pages; Streamlit's look below the page's path is no fault of theirs."""
    tabs.watch.expected.append(BELOW_A_PAGE)
    return tabs


def opened_export(page: Page, site: Site, view: MapView | None = None, chosen: str = "") -> None:
    query = f"?{view.to_query()}" if view else ""
    page.goto(site.server.url(f"/export{query}{chosen}"))
    page.locator(".export-lead").wait_for()


def counted(page: Page) -> int | None:
    return number_in(page.locator(".export-count"))


def comes_to_count(page: Page, number: int) -> None:
    comes_to_say(page.locator(".export-count"), number)


def back_on_map(page: Page) -> MapDocument:
    page.locator('.page-actions [data-page="map"]').click()
    return in_app(page)


def chosen_behind(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).fragment)


def test_a_filtered_view_comes_down_as_a_geopackage_in_its_grid(
    readers_of: Visits, site: Site, tmp_path: Path,
) -> None:
    page = readers_of.page()
    view = site.start().asking("status", ["built"])
    opened_in_app(page, site.app(view))
    choose_page(page, "export")
    comes_to_count(page, len(site.ids(view)))
    page.locator('[data-focus="crs"]').select_option("gk-auto")
    page.locator('[data-focus="names-en"]').check()
    page.locator('[data-focus="make"]').click()
    page.locator('[data-focus="save"]').wait_for()
    with page.expect_download() as download:
        page.locator('[data-focus="save"]').click()
    assert re.fullmatch(r"光谷科创大走廊规划一张图-\d{8}\.gpkg", download.value.suggested_filename)
    file = tmp_path / "back.gpkg"
    download.value.save_as(file)
    ids: set[str] = set()
    for name, kind in pyogrio.list_layers(file):
        if kind is not None:
            frame = gpd.read_file(file, layer=name)
            assert frame.crs == CRS.from_epsg(4547)
            ids |= set(frame["id"])
        elif name.endswith("_unplaced"):
            ids |= set(pyogrio.read_dataframe(file, layer=name)["id"])
    assert ids == site.ids(view)
    # Leaving the page and coming back keeps it.
    back_on_map(page)
    choose_page(page, "export")
    page.locator('[data-focus="save"]').wait_for()
    page.locator('[data-focus="manifest"]').click()
    until(page, lambda: page.locator(".export-manifest").inner_text().startswith("{"))
    told = json.loads(page.locator(".export-manifest").inner_text())
    assert told["crs"][0]["id"] == "EPSG:4547"


def test_an_area_drawn_on_the_map_is_what_is_counted(readers_of: Visits, site: Site) -> None:
    page = readers_of.page()
    atlas = opened_in_app(page, site.app(replace(site.start(), centre=CLEAR_AT, zoom=14)))
    atlas.locator("[data-draw]").click()
    lon, lat = CLEAR_AT
    for east, north in ((-0.01, -0.004), (0.01, -0.004), (0.01, 0.004), (-0.01, 0.004)):
        atlas.click(lon + east, lat + north)
    page.keyboard.press("Enter")
    atlas.locator('[data-deed="export"]').click()
    comes_to_count(page, 1)
    page.locator('[data-focus="what-view"]').check()
    comes_to_count(page, len(site.ids(site.start())))
    # On the map it is still there, and can be cleared.
    atlas = back_on_map(page)
    atlas.locator("[data-draw]").click()
    atlas.locator('[data-deed="clear"]').click()
    choose_page(page, "export")
    comes_to_count(page, len(site.ids(site.start())))
    assert page.locator('[data-focus="what-area"]').count() == 0


def test_an_area_whose_edges_cross_is_refused_with_the_reason(readers_of: Visits, site: Site) -> None:
    page = readers_of.page()
    atlas = opened_in_app(page, site.app(replace(site.start(), centre=CLEAR_AT, zoom=14)))
    atlas.locator("[data-draw]").click()
    lon, lat = CLEAR_AT
    for east, north in ((-0.01, -0.004), (0.01, 0.004), (0.01, -0.004), (-0.01, 0.004)):
        atlas.click(lon + east, lat + north)
    refusal = atlas.locator(".atlas-refusal")
    refusal.wait_for(state="visible")
    assert refusal.inner_text() == messages("zh", "map")["area.crosses"]
    assert atlas.locator('[data-deed="export"]').is_disabled()


def test_an_area_can_be_drawn_with_the_keyboard_alone(readers_of: Visits, site: Site) -> None:
    page = readers_of.page()
    atlas = opened_in_app(page, site.app(replace(site.start(), centre=CLEAR_AT, zoom=14)))
    atlas.locator("[data-draw]").press("Enter")
    atlas.locator('[data-deed="window"]').press("Enter")
    # The map goes away with the key still down.
    atlas.locator('[data-deed="export"]').focus()
    page.keyboard.press("Enter")
    until(page, lambda: counted(page) is not None)
    assert 1 <= (counted(page) or 0) < len(site.ids(site.start()))


def test_a_wrong_zone_is_said_at_the_choice_and_the_right_one_is_a_click_away(
    readers_of: Visits, site: Site,
) -> None:
    page = readers_of.page(locale="en-US")
    opened_export(page, site)
    page.locator('[data-focus="crs"]').select_option("other")
    page.locator('[data-focus="code"]').fill("4548")
    page.locator('[data-focus="code"]').press("Enter")
    alert = page.locator(".is-crs .export-problem")
    alert.wait_for(state="visible")
    assert "Use EPSG:4547" in alert.inner_text()
    assert page.locator('[data-focus="make"]').is_disabled()
    alert.locator("button").click()
    comes_to_count(page, len(site.ids(site.start())))
    assert chosen_behind(page)["crs"] == ["EPSG:4547"]
    assert page.locator('[data-focus="make"]').is_enabled()


def test_gbk_is_offered_only_where_a_format_has_it(readers_of: Visits, site: Site) -> None:
    page = readers_of.page()
    opened_export(page, site)
    gbk = page.locator('[data-focus="encoding-gbk"]')
    assert not gbk.is_visible()
    page.locator('[data-focus="format-shp"]').check()
    assert gbk.is_visible()
    assert not page.locator('[data-focus="names-en"]').is_visible()
    page.locator('[data-focus="format-geojson"]').check()
    assert not page.locator('[data-focus="crs"]').is_visible()


def test_only_the_layers_that_are_ticked_are_taken(readers_of: Visits, site: Site) -> None:
    page = readers_of.page()
    opened_export(page, site)
    comes_to_count(page, len(site.ids(site.start())))
    page.locator('[data-focus="layers"]').click()
    page.locator('[data-focus="layer-sites"]').uncheck()
    view = replace(site.start(), layers=tuple(name for name in site.start().layers if name != "sites"))
    comes_to_count(page, len(site.ids(view)))


def test_one_place_is_taken_from_its_card(readers_of: Visits, site: Site) -> None:
    page = readers_of.page()
    atlas = opened_in_app(page, site.app(replace(site.start(), selected=CLEAR_PARK)))
    name = messages("zh", "map")["card.export"]
    atlas.locator("#atlas-card").get_by_role("button", name=name, exact=True).click()
    comes_to_count(page, 1)
    assert page.locator('[data-focus="what-place"]').is_checked()


def test_the_view_is_printed_from_the_page(readers_of: Visits, site: Site) -> None:
    page = readers_of.page()
    opened_export(page, site, chosen="#tab=print")
    page.locator('[data-focus="print-paper-a3"]').check()
    with page.expect_download() as download:
        page.locator('[data-focus="print"]').click()
    assert download.value.suggested_filename.endswith("-map-a3.pdf")
    page.locator('[data-focus="print-kind-atlas"]').check()
    assert not page.locator('[data-focus="print-form-png"]').is_visible()


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Run a server on many made-up places."""
    folder = make_folder(DATA, tmp_path_factory.mktemp("crowded") / "data", MANY)
    with served(folder) as server:
        yield Site(server, FolderStore(folder))


def test_a_big_export_shows_its_progress_and_is_cancelled_at_once(browser: Browser, crowded: Site) -> None:
    with visits(browser, crowded.server.url("/")) as opened:
        opened.watch.expected.append(BELOW_A_PAGE)
        page = opened.page()
        opened_export(page, crowded, chosen="#format=dxf")
        until(page, lambda: counted(page) == MANY)
        page.locator('[data-focus="make"]').click()
        bar = page.locator(".export-bar")
        until(page, lambda: (bar.get_attribute("value") or "0") != "0")
        first = float(bar.get_attribute("value") or 0)
        assert first > 0
        until(page, lambda: float(bar.get_attribute("value") or 0) > first)
        assert float(bar.get_attribute("value") or 0) > first
        page.locator('[data-focus="cancel"]').click()
        bar.wait_for(state="detached")
        assert messages("zh", "export_page")["export.cancelled"] in page.locator(".export-job").inner_text()
        # The next one can be asked for straight away.
        page.locator('[data-focus="format-csv"]').check()
        page.locator('[data-focus="make"]').click()
        page.locator('[data-focus="cancel"]').wait_for()
        page.locator('[data-focus="cancel"]').click()


@pytest.mark.parametrize("size", [DESKTOP, TABLET, PHONE], ids=["wide", "tablet", "phone"])
@pytest.mark.parametrize("look", ["zh-CN light", "en-US dark"])
@pytest.mark.parametrize("chosen", ["#format=shp&encoding=gbk&crs=EPSG:4548", "#tab=print"])
def test_the_page_fits_and_can_be_used_by_all(
    readers_of: Visits, site: Site, size: ViewportSize, look: str, chosen: str,
) -> None:
    locale, scheme = look.split()
    page = readers_of.page(size, locale=locale, dark=scheme == "dark")
    opened_export(page, site, chosen=chosen)
    if "shp" in chosen:
        page.locator(".is-crs .export-problem").wait_for(state="visible")
    assert beyond(page) == []
    assert faults(page) == []
    if size is PHONE:
        targets = ".export-host :is(button, a, select, .export-choice, summary, input[type=text])"
        assert too_small(page, targets) == []
