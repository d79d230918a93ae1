"""The page of data versions, and what has changed since on the app's map."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from i18n.messages import messages
from tests.browser.map_document import beyond, in_app, opened_in_app, too_small
from tests.browser.published import (
    FIRST_NOTE,
    GONE,
    NEW_NAME,
    RENAMED,
    SECOND_NOTE,
    Published,
    published_twice,
)
from tests.browser.scattered import CLEAR_PARK
from tests.browser.test_accessibility import faults
from tests.browser.test_app_address import BELOW_A_PAGE, asked, choose_page, comes_to_ask, tick
from tests.browser.watch import DESKTOP, PHONE, until, visits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page, ViewportSize

    from tests.browser.conftest import Site
    from tests.browser.map_document import MapDocument
    from tests.browser.watch import Visits

pytestmark = pytest.mark.browser

TABLET: ViewportSize = {"width": 768, "height": 1024}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    """Run a server on two published data versions."""
    with published_twice(tmp_path_factory.mktemp("published") / "data") as running:
        yield running


@pytest.fixture
def people(browser: Browser, published: Published) -> Iterator[Visits]:
    """Return what opens pages of that server; nothing may go wrong in them."""
    with visits(browser, published.site.server.url("/")) as opened_pages:
        opened_pages.watch.expected.append(BELOW_A_PAGE)
        yield opened_pages


def opened_history(page: Page, site: Site, chosen: str = "") -> None:
    page.goto(site.server.url(f"/changes{chosen}"))
    page.locator(".changes-version").first.wait_for()


def compared(page: Page) -> tuple[str, str]:
    """Return which versions the address says are compared."""
    said = parse_qs(urlsplit(page.url).fragment)
    return said.get("from", [""])[0], said.get("to", [""])[0]


def group(page: Page, kind: str) -> list[str]:
    """Return the names of the places that changed in one way."""
    return page.locator(f'[data-kind="{kind}"] .changes-place a:not(.page-button)').all_inner_texts()


# ── the history ───────────────────────────────────────────────────────────────────────────────


def test_versions_stand_newest_first_with_date_note_and_numbers(people: Visits, published: Published) -> None:
    page = people.page()
    opened_history(page, published.site)
    first, second = page.locator(".changes-version").all()
    places = len(published.site.store.snapshot(published.new).index)
    for row, day, note, number in (
        (first, "2026-11-20", SECOND_NOTE, places), (second, "2026-05-02", FIRST_NOTE, places + 1),
    ):  # fmt: skip
        row.locator(".changes-counts").get_by_text(str(number)).wait_for()
        words = row.inner_text().replace("\u2009", "")
        assert day in words
        assert note in words
        assert f"{number}个地点" in words
    assert "3处变化" in first.inner_text().replace("\u2009", "")
    assert messages("zh", "app")["history.first"] in second.inner_text()


def test_two_versions_are_compared_by_kind(people: Visits, published: Published) -> None:
    page = people.page()
    opened_history(page, published.site)
    page.locator(".changes-group").first.wait_for()
    assert compared(page) == (published.old, published.new)
    gone = published.site.store.snapshot(published.old).layers
    name = next(
        layer.features.loc[GONE, "name_zh"] for layer in gone.values() if GONE in layer.features.index
    )
    assert group(page, "removed") == [name]
    assert group(page, "renamed") == [NEW_NAME]
    assert len(group(page, "geometry")) == 1
    kinds = [row.get_attribute("data-kind") for row in page.locator(".changes-group").all()]
    assert kinds == ["removed", "renamed", "geometry"]
    place = page.locator('.changes-group[data-kind="renamed"] .changes-place a').first
    assert place.get_attribute("href") == f"/f/{RENAMED}"


def test_a_comparison_is_a_step_and_in_the_address(people: Visits, published: Published) -> None:
    page = people.page()
    opened_history(page, published.site)
    until(page, lambda: compared(page) == (published.old, published.new))
    page.locator(".changes-version").nth(0).locator('[name="changes-old"]').check()
    until(page, lambda: compared(page) == (published.new, published.new))
    assert page.locator(".changes-body").inner_text().endswith(messages("zh", "app")["history.equal"])
    page.go_back()
    page.locator(".changes-group").first.wait_for()
    assert compared(page) == (published.old, published.new)
    page.go_forward()
    page.locator(".changes-group").first.wait_for(state="detached")
    page.reload()
    page.locator(".changes-version").first.wait_for()
    until(page, lambda: compared(page) == (published.new, published.new))
    assert page.locator(".changes-version").nth(0).locator('[name="changes-old"]').is_checked()


def test_the_older_version_is_the_one_compared_from(people: Visits, published: Published) -> None:
    page = people.page()
    opened_history(page, published.site, f"#from={published.new}&to={published.new}")
    page.locator(".changes-version").nth(1).locator('[name="changes-now"]').click()
    until(page, lambda: compared(page) == (published.old, published.new))
    assert compared(page) == (published.old, published.new)


def test_a_version_that_is_not_there_is_named(people: Visits, published: Published) -> None:
    page = people.page(locale="en-US")
    opened_history(page, published.site, f"#from=0123456789ab&to={published.new}")
    alert = page.locator(".changes-problem")
    alert.wait_for()
    assert "0123456789ab" in alert.inner_text()
    assert page.locator(".changes-version").count() == 2


def test_a_comparison_can_be_kept_as_files(people: Visits, published: Published) -> None:
    page = people.page()
    opened_history(page, published.site)
    page.locator(".changes-group").first.wait_for()
    kept: dict[str, str] = {}
    for link in page.locator(".changes-file").all():
        with page.expect_download() as download:
            link.click()
        name = download.value.suggested_filename
        assert name.startswith(f"changes-{published.old}-{published.new}.")
        kept[name.rpartition(".")[2]] = Path(str(download.value.path())).read_text(encoding="utf-8-sig")
    ids = {GONE, RENAMED, CLEAR_PARK}
    assert {row["id"] for row in json.loads(kept["json"])["changes"]} == ids
    assert {row["id"] for row in json.loads(kept["geojson"])["features"]} == ids
    assert {row["id"] for row in csv.DictReader(io.StringIO(kept["csv"]))} == ids


def test_without_a_published_version_the_page_says_so(tabs: Visits, site: Site) -> None:
    tabs.watch.expected.append(BELOW_A_PAGE)
    page = tabs.page()
    opened_history(page, site)
    words = messages("zh", "app")
    assert words["history.none_published"] in page.locator(".changes-body").inner_text()
    row = page.locator(".changes-version")
    assert row.count() == 1
    assert site.store.version() in row.inner_text()
    assert words["history.unpublished"] in row.inner_text()
    assert "corridor publish" in page.locator(".changes-history").inner_text()


@pytest.mark.parametrize("size", [DESKTOP, TABLET, PHONE], ids=["wide", "tablet", "phone"])
@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_the_page_of_versions_fits_and_can_be_used_by_all(
    people: Visits, published: Published, size: ViewportSize, locale: str,
) -> None:
    page = people.page(size, locale=locale)
    opened_history(page, published.site)
    page.locator(".changes-group").first.wait_for()
    assert beyond(page) == []
    assert faults(page) == []
    if size is PHONE:
        assert too_small(page, ".changes-host :is(button, .page-button, .changes-choice)") == []


def test_the_page_is_in_the_bar(people: Visits, published: Published) -> None:
    page = people.page()
    opened_in_app(page, published.site.app(published.site.start()))
    choose_page(page, "changes")
    page.locator(".changes-group").first.wait_for()
    page.locator('[data-focus="language"]').click()
    title = messages("en", "app")["history.title"]
    until(page, lambda: page.locator(".changes-host h1").inner_text() == title)
    assert page.locator(".changes-host h1").inner_text() == title
    assert compared(page) == (published.old, published.new)


# ── on the map ────────────────────────────────────────────────────────────────────────────────


def changes_in(atlas: MapDocument) -> set[str]:
    return set(atlas.ask("() => (Atlas.config.changes?.places ?? []).map(({ id }) => id)"))


def comes_to_mark(atlas: MapDocument, ids: set[str]) -> None:
    until(atlas.page, lambda: changes_in(atlas) == ids)
    assert changes_in(atlas) == ids


def test_a_comparison_is_shown_on_the_map(people: Visits, published: Published) -> None:
    page = people.page()
    opened_history(page, published.site)
    page.locator(".changes-ways .is-main").click()
    atlas = in_app(page)
    view = replace(published.site.start(), version=published.new, since=published.old)
    comes_to_mark(atlas, {GONE, RENAMED, CLEAR_PARK})
    said = parse_qs(urlsplit(page.url).query)
    assert (said["d"], said["since"]) == ([published.new], [published.old])
    assert atlas.shown() == published.site.ids(view)
    page.go_back()
    page.locator(".changes-group").first.wait_for()
    assert compared(page) == (published.old, published.new)


def test_a_changed_place_is_shown_on_the_map_where_it_was(people: Visits, published: Published) -> None:
    page = people.page()
    opened_history(page, published.site)
    page.locator('.changes-group[data-kind="removed"] .changes-there').click()
    atlas = in_app(page)
    assert atlas.selected() == GONE
    assert parse_qs(urlsplit(page.url).query)["d"] == [published.old]


def test_a_link_on_older_data_says_what_changed_since(people: Visits, published: Published) -> None:
    page, site = people.page(), published.site
    atlas = opened_in_app(page, site.app(replace(site.start(), version=published.old)))
    comes_to_mark(atlas, {GONE, RENAMED, CLEAR_PARK})
    band = atlas.locator(".atlas-since")
    assert "2026-05-02" in band.inner_text()
    assert GONE in atlas.shown()
    band.get_by_role("button", name=messages("zh", "map")["since.now"]).click()
    until(page, lambda: GONE not in atlas.shown() and len(atlas.shown()) > 0)
    assert GONE not in atlas.shown()
    comes_to_mark(atlas, {GONE, RENAMED, CLEAR_PARK})
    said = parse_qs(urlsplit(page.url).query)
    assert (said["d"], said["since"]) == ([published.new], [published.old])
    band.get_by_role("button", name=messages("zh", "map")["close"]).click()
    comes_to_mark(atlas, set())
    assert "since" not in parse_qs(urlsplit(page.url).query)
    page.go_back()
    comes_to_mark(atlas, {GONE, RENAMED, CLEAR_PARK})
    assert GONE not in atlas.shown()
    page.go_back()
    until(page, lambda: GONE in atlas.shown())
    assert GONE in atlas.shown()


def test_what_changed_follows_the_filter(people: Visits, published: Published) -> None:
    page, site = people.page(), published.site
    view = replace(site.start(), version=published.old)
    atlas = opened_in_app(page, site.app(view))
    comes_to_mark(atlas, {GONE, RENAMED, CLEAR_PARK})
    # Only this one of them serves Ezhou and is among the key blocks.
    page.locator('[data-focus="search"]').fill("Ezhou Offshore Park")
    comes_to_mark(atlas, {CLEAR_PARK})
    page.locator('[data-focus="search"]').fill("nothing has this name")
    comes_to_mark(atlas, set())
    until(page, lambda: atlas.locator(".atlas-since").count() == 0)
    assert atlas.locator(".atlas-since").count() == 0


def test_on_the_data_of_now_nothing_is_said(people: Visits, published: Published) -> None:
    page, site = people.page(), published.site
    atlas = opened_in_app(page, site.app())
    assert changes_in(atlas) == set()
    assert atlas.locator(".atlas-since").count() == 0
    tick(page, "status", "built")
    today = asked(page, site).on
    comes_to_ask(page, site, replace(site.start(), on=today).asking("status", ["built"]))
    assert atlas.locator(".atlas-since").count() == 0
