"""The address of what is shown, the share panel, what has changed since, and maps in other pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from layers.view import MapView
from tests.browser.map_document import MapDocument, beyond, opened, too_small
from tests.browser.published import GONE, MOVED_TO, RENAMED, Published, published_twice
from tests.browser.scattered import CLEAR_AT, CLEAR_NAME, CLEAR_PARK, COUNT
from tests.browser.test_accessibility import faults
from tests.browser.watch import DESKTOP, PHONE, file_url, until, visits

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Locator, Page, ViewportSize

    from tests.browser.conftest import Site
    from tests.browser.watch import Visits

pytestmark = pytest.mark.browser

FRAME_HOST = "gov.example.cn"
NO_CLIPBOARD = 'Object.defineProperty(navigator, "clipboard", { value: undefined });'
NO_COPYING = NO_CLIPBOARD + "document.execCommand = () => false;"
CHOSEN = """() => {
  const field = document.activeElement;
  return field.value.slice(field.selectionStart, field.selectionEnd);
}"""
FOCUSED = "() => (document.activeElement.closest('dialog') ? document.activeElement.innerText : '')"
# Whether anything is painted over the features around a place.
MARKED = """([lon, lat]) => {
  const canvas = document.querySelector(".leaflet-atlas-overlay-pane canvas");
  const { x, y } = Atlas.map.latLngToContainerPoint([lat, lon]);
  const from = canvas.getBoundingClientRect(), map = Atlas.map.getContainer().getBoundingClientRect();
  const part = [x + map.left - from.left - 20, y + map.top - from.top - 20, 40, 40];
  return canvas.getContext("2d").getImageData(...part).data.some((value) => value > 0);
}"""


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    """Run a server on two published data versions, which one other site may frame."""
    folder = tmp_path_factory.mktemp("published") / "data"
    with published_twice(folder, {"CORRIDOR_FRAME_HOSTS": FRAME_HOST}) as running:
        yield running


@pytest.fixture
def people(browser: Browser, published: Published) -> Iterator[Visits]:
    """Return what opens pages of that server; nothing may go wrong in them."""
    with visits(browser, published.site.server.url("/")) as opened_pages:
        yield opened_pages


def asked(page: Page, site: Site) -> MapView:
    """Return the view that the address bar asks for, as Python reads it."""
    return MapView.from_query(urlsplit(page.url).query, site.start())


def comes_to_ask(page: Page, site: Site, field: str, value: object) -> MapView:
    until(page, lambda: getattr(asked(page, site), field) == value)
    view = asked(page, site)
    assert getattr(view, field) == value
    return view


def share(page: Page) -> Locator:
    page.locator("[data-role=share]").click()
    panel = page.locator("dialog.share")
    panel.wait_for(state="visible")
    return panel


def link_in(panel: Locator) -> str:
    return panel.locator(".share-part.share-link .share-field").input_value()


# ── the address ───────────────────────────────────────────────────────────────────────────────


def test_what_the_reader_changes_is_in_the_address(people: Visits, published: Published) -> None:
    site = published.site
    sent = replace(
        site.start().asking("status", ["built", "planned"]), text="光谷", centre=CLEAR_AT, zoom=12.0,
        version=published.old,
    )  # fmt: skip
    page = people.page()
    map_document = opened(page, site.shared(sent))
    assert asked(page, site) == sent
    move = "([lon, lat]) => Atlas.map.setView([lat, lon], 13.5, { animate: false })"
    map_document.ask(move, list(MOVED_TO))
    view = comes_to_ask(page, site, "zoom", 13.5)
    assert view.centre == pytest.approx(MOVED_TO, abs=1e-5)
    map_document.ask("(id) => Atlas.select(id)", RENAMED)
    comes_to_ask(page, site, "selected", RENAMED)
    page.locator("[data-role=language]").click()
    comes_to_ask(page, site, "language", "en")
    map_document.ask("() => Atlas.setYears([2021, 2024], { undated: false })")
    view = comes_to_ask(page, site, "years", (2021, 2024))
    # All else is as it was sent; no part of the link is unread, so its check is met.
    assert not view.undated
    assert sent == replace(
        view, centre=CLEAR_AT, zoom=12.0, selected="", language="zh", years=None, undated=True,
    )


def test_the_title_says_what_the_reader_has_set(people: Visits, published: Published) -> None:
    page = people.page()
    map_document = opened(page, published.shared(language="en"))
    product = page.title()
    assert product == page.locator(".atlas-bar h1").inner_text()
    map_document.ask("() => Atlas.setYears([2021, 2024])")
    until(page, lambda: "2021" in page.title())
    assert page.title().startswith(page.locator(".atlas-sentence").inner_text())
    # As the server says it to whoever opens the same address.
    other = people.page()
    opened(other, page.url)
    assert page.title() == other.title()
    page.locator("[data-role=language]").click()
    assert page.title().startswith(page.locator(".atlas-sentence").inner_text())
    assert page.title().endswith(page.locator(".atlas-bar h1").inner_text())
    page.locator("[data-role=language]").click()
    map_document.ask("() => Atlas.setYears(null)")
    until(page, lambda: page.title() == product)
    assert page.title() == product


def test_back_forward_and_reload_keep_what_was_shown(people: Visits, published: Published) -> None:
    site, page = published.site, people.page()
    map_document = opened(page, published.shared())
    map_document.ask("(id) => Atlas.select(id)", CLEAR_PARK)
    comes_to_ask(page, site, "selected", CLEAR_PARK)
    map_document.ask("() => Atlas.setYears([2021, 2024], { undated: false })")
    comes_to_ask(page, site, "years", (2021, 2024))
    within = map_document.shown()
    page.go_back()
    until(page, lambda: map_document.ask("() => Atlas.state.years") is None)
    assert map_document.shown() == site.ids(site.start())
    assert CLEAR_NAME in map_document.card()
    page.go_back()
    until(page, lambda: map_document.selected() is None)
    assert map_document.selected() is None
    page.go_forward()
    page.go_forward()
    map_document.comes_to_show(within)
    assert map_document.selected() == CLEAR_PARK
    page.reload()
    again = opened(page, page.url)
    assert again.shown() == within == site.ids(asked(page, site))
    assert again.selected() == CLEAR_PARK


def test_moving_about_is_no_step_back(people: Visits, published: Published) -> None:
    page = people.page()
    map_document = opened(page, published.shared())
    steps = page.evaluate("() => history.length")
    map_document.ask("() => Atlas.map.setZoom(12, { animate: false })")
    comes_to_ask(page, published.site, "zoom", 12.0)
    assert page.evaluate("() => history.length") == steps


def test_an_address_without_data_version_gets_it(people: Visits, published: Published) -> None:
    page = people.page()
    opened(page, published.site.server.url("/m?l=sites"))
    view = asked(page, published.site)
    assert (view.version, view.layers) == (published.new, ("sites",))
    assert "v=" in page.url


def test_years_that_cannot_be_read_are_not_replaced(people: Visits, published: Published) -> None:
    page = people.page()
    map_document = opened(page, published.site.server.url("/m?v=1&y=later&l=sites,site,routes&lang=en"))
    map_document.ask("() => Atlas.setYears([2000, 2040])")
    until(page, lambda: "2000-2040" in page.url)
    assert map_document.shown() == set()
    assert opened(people.page(), page.url).shown() == set()


def test_the_app_opens_on_what_is_shown_now(people: Visits, published: Published) -> None:
    page = people.page()
    map_document = opened(page, published.shared())
    map_document.ask("(id) => Atlas.select(id)", CLEAR_PARK)
    comes_to_ask(page, published.site, "selected", CLEAR_PARK)
    href = page.locator("[data-role=open]").get_attribute("href")
    assert href
    assert urlsplit(href).path == "/"
    assert urlsplit(href).query == urlsplit(page.url).query


# ── the share panel ───────────────────────────────────────────────────────────────────────────


def test_the_panel_is_fetched_when_it_is_opened(people: Visits, published: Published) -> None:
    page = people.page()
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(urlsplit(request.url).path.rpartition("/")[2]))
    opened(page, published.shared())
    assert not {"share.js", "share.css"} & set(fetched)
    share(page)
    assert {"share.js", "share.css"} <= set(fetched)


def test_a_link_is_of_what_is_shown_now_and_says_so(people: Visits, published: Published) -> None:
    page = people.page()
    map_document = opened(page, published.shared(language="en"))
    map_document.ask("() => Atlas.setYears([2021, 2024], { undated: false })")
    shown = map_document.shown()
    panel = share(page)
    assert "2021" in panel.locator(".share-sentence").inner_text()
    assert opened(people.page(), link_in(panel)).shown() == shown


@pytest.mark.parametrize("script", ["", NO_CLIPBOARD], ids=["clipboard", "selection"])
def test_a_copied_link_is_on_the_clipboard(people: Visits, published: Published, script: str) -> None:
    page = people.page(script=script)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened(page, published.shared(language="en"))
    panel = share(page)
    panel.get_by_role("button", name="Copy: Link", exact=True).click()
    said = panel.locator("[role=status]")
    assert until(page, said.inner_text) == "Copied"
    # Pasted, since without a clipboard nothing can be read from it either.
    panel.locator(".share-mail summary").click()
    field = panel.locator(".share-mail textarea")
    field.evaluate("(field) => { field.readOnly = false; field.select(); }")
    page.keyboard.press("Control+V")
    assert field.input_value() == link_in(panel)


def test_a_link_that_cannot_be_copied_is_selected(people: Visits, published: Published) -> None:
    page = people.page(script=NO_COPYING)
    opened(page, published.shared(language="en"))
    panel = share(page)
    panel.get_by_role("button", name="Copy: Link", exact=True).click()
    assert "Ctrl+C" in until(page, lambda: panel.locator("[role=status]").inner_text())
    assert page.evaluate(CHOSEN) == link_in(panel)


def test_a_short_link_shows_the_same_and_says_how_long(people: Visits, published: Published) -> None:
    page = people.page()
    map_document = opened(page, published.shared(language="en", years=(2021, 2024)))
    panel = share(page)
    long_code = panel.locator(".share-qr-image").get_attribute("src")
    panel.get_by_role("radio", name="30 days").check()
    panel.locator(".share-make").click()
    field = panel.locator(".share-result .share-field")
    field.wait_for()
    short = field.input_value()
    assert urlsplit(short).path.startswith("/s/")
    # The server's day may have turned since this test began.
    days = {str(date.today() + timedelta(days=n)) for n in (29, 30, 31)}  # noqa: DTZ011 - that of the server
    until_day = panel.locator(".share-result .share-hint").inner_text()
    assert any(day in until_day for day in days)
    # What else the panel hands on is the short link now.
    assert panel.locator(".share-qr-image").get_attribute("src") != long_code
    panel.locator(".share-mail summary").click()
    assert short in panel.locator(".share-mail textarea").input_value()
    mail = parse_qs(urlsplit(panel.locator("a[href^='mailto:']").get_attribute("href") or "").query)
    assert short in mail["body"][0]
    assert "2021" in mail["body"][0]

    other = people.page()
    again = opened(other, short)
    assert again.shown() == map_document.shown()
    assert any(day in other.locator(".atlas-expires").inner_text() for day in days)
    # The short link stands in the address until it no longer says what is shown.
    assert other.url == short
    again.ask("(id) => Atlas.select(id)", CLEAR_PARK)
    comes_to_ask(other, published.site, "selected", CLEAR_PARK)
    assert urlsplit(other.url).path == "/m"


def test_a_server_that_does_not_answer_is_told(people: Visits, published: Published) -> None:
    page = people.page()
    opened(page, published.shared(language="en"))
    panel = share(page)
    people.watch.expected.append("ERR_FAILED")
    page.route("**/s", lambda route: route.abort())
    panel.locator(".share-make").click()
    failure = panel.locator(".share-failure")
    failure.wait_for()
    assert "does not answer" in failure.inner_text()
    assert panel.locator(".share-make").is_enabled()


def test_the_preview_shows_the_map_as_the_code_embeds_it(people: Visits, published: Published) -> None:
    page = people.page()
    map_document = opened(page, published.shared(language="en"))
    panel = share(page)
    panel.locator(".share-embed summary").click()
    panel.locator(".share-preview").wait_for()
    assert FRAME_HOST in panel.locator(".share-embed").inner_text()
    code = panel.locator(".share-embed textarea").input_value()
    frame = panel.locator(".share-preview").element_handle().content_frame()
    assert frame
    preview = MapDocument(page, frame)
    assert until(page, lambda: preview.ask("() => Boolean(window.Atlas?.state?.ready)"))
    assert preview.shown() == map_document.shown()
    assert frame.url in code.replace("&amp;", "&")
    panel.get_by_role("radio", name="640").check()
    assert 'height="640"' in panel.locator(".share-embed textarea").input_value()


def test_the_file_is_of_what_is_shown(
    people: Visits, files: Visits, published: Published, tmp_path: Path,
) -> None:
    page = people.page()
    map_document = opened(page, published.shared(years=(2021, 2024), undated=False))
    panel = share(page)
    panel.locator(".share-file summary").click()
    with page.expect_download() as started:
        panel.locator(".share-file a").click()
    path = tmp_path / "saved.html"
    started.value.save_as(path)
    saved = opened(files.page(), file_url(path))
    assert saved.shown() == map_document.shown()
    assert saved.locator("[data-role=share]").count() == 0


def test_the_panel_is_used_with_keys_alone(people: Visits, published: Published) -> None:
    page = people.page()
    opened(page, published.shared(language="en"))
    page.locator("[data-role=share]").focus()
    page.keyboard.press("Enter")
    panel = page.locator("dialog.share")
    panel.wait_for(state="visible")
    reached: set[str] = set()
    for _ in range(30):
        page.keyboard.press("Tab")
        reached.add(page.evaluate(FOCUSED))
    assert {"Create", "Text for an e-mail", "Embed in a web page", "Save as one file"} <= reached
    page.keyboard.press("Escape")
    panel.wait_for(state="detached")
    assert page.evaluate("() => document.activeElement.dataset.role") == "share"


def test_on_a_phone_the_panel_fits_and_can_be_touched(people: Visits, published: Published) -> None:
    page = people.page(PHONE)
    opened(page, published.shared(version=published.old))
    panel = share(page)
    panel.locator(".share-make").click()
    panel.locator(".share-result .share-field").wait_for()
    for part in ("mail", "embed", "file"):
        panel.locator(f".share-{part} summary").click()
    assert beyond(page) == []
    assert too_small(page, "dialog :is(button, a, input[type=text], summary, .share-choice)") == []


# ── what has changed ──────────────────────────────────────────────────────────────────────────


def test_an_old_link_says_what_has_changed_and_shows_it(people: Visits, published: Published) -> None:
    page = people.page()
    link = published.shared(version=published.old, language="en", centre=CLEAR_AT, zoom=14)
    map_document = opened(page, link)
    band = page.locator(".atlas-since")
    assert band.inner_text().startswith(f"2 of {COUNT + 2} places changed since 2026-05-02: ")
    assert page.locator(".atlas-way[aria-current]").first.inner_text() == "As it was"
    # Marked where it stands, and in the legend.
    assert map_document.ask(MARKED, list(CLEAR_AT))
    assert "Changed" in page.locator("#atlas-legend").inner_text()

    page.locator("[data-role=since]").click()
    entries = page.locator(".atlas-change")
    assert entries.count() == 3
    entries.filter(has_text="Ezhou Offshore Park").click()
    assert "Changed since the link" in map_document.card()

    # As it is now: the place has moved, the one that went is marked where it stood, the card stays open.
    page.locator(".atlas-since [data-way=now]").click()
    page.wait_for_url("**since=**")
    now = opened(page, page.url)
    view = asked(page, published.site)
    assert (view.version, view.since, view.selected) == (published.new, published.old, CLEAR_PARK)
    assert GONE not in now.shown()
    assert page.locator(".atlas-way[aria-current]").first.inner_text() == "As it is now"
    page.locator("[data-role=since]").click()
    gone = page.locator("a.atlas-change")
    assert gone.count() == 1
    assert f"s={GONE}" in unquote(gone.get_attribute("href") or "")


def test_a_link_on_the_current_data_says_nothing_of_changes(people: Visits, published: Published) -> None:
    page = people.page()
    map_document = opened(page, published.shared(version=published.new, centre=MOVED_TO, zoom=14))
    assert page.locator(".atlas-since").count() == 0
    assert not map_document.ask(MARKED, list(MOVED_TO))


def test_changes_follow_the_years_that_the_reader_sets(people: Visits, published: Published) -> None:
    page = people.page()
    map_document = opened(page, published.shared(version=published.old, language="en"))
    before = page.locator(".atlas-since-words").inner_text()
    map_document.ask("() => Atlas.setYears([1950, 1951], { undated: false })")
    until(page, lambda: page.locator(".atlas-since").count() == 0)
    assert page.locator(".atlas-since").count() == 0
    map_document.ask("() => Atlas.setYears(null)")
    until(page, lambda: page.locator(".atlas-since").count() == 1)
    assert page.locator(".atlas-since-words").inner_text() == before


# ── in another page ───────────────────────────────────────────────────────────────────────────


def test_an_embedded_map_is_bare_with_a_way_out(people: Visits, published: Published) -> None:
    page = people.page({"width": 720, "height": 480})
    map_document = opened(page, published.shared(language="en") + "&embed=1")
    seen = page.locator("h1, .atlas-sources, #atlas-legend .atlas-fold, [data-role=open]")
    assert [one.is_visible() for one in seen.all()] == [True] * 4
    chrome = ".atlas-tools, .atlas-player, .atlas-combo, .atlas-tabs, .atlas-drawer"
    hidden = page.locator(f"{chrome}, [data-role=share], [data-role=theme]")
    assert not any(one.is_visible() for one in hidden.all())
    map_document.ask("(id) => Atlas.select(id)", CLEAR_PARK)
    out = page.locator("[data-role=open]")
    until(page, lambda: CLEAR_PARK in (out.get_attribute("href") or ""))
    assert "embed" not in (out.get_attribute("href") or "embed")
    assert (out.get_attribute("target"), out.get_attribute("rel")) == ("_blank", "noopener")
    # It makes no steps in the history of the page around it, and stays embedded when it is loaded again.
    assert page.evaluate("() => history.length") <= 2
    assert "embed=1" in page.url


def test_a_narrow_embedded_map_opens_its_legend_by_a_button(people: Visits, published: Published) -> None:
    page = people.page({"width": 360, "height": 400})
    opened(page, published.shared(language="en") + "&embed=1")
    legend = page.locator("#atlas-legend")
    assert not legend.is_visible()
    page.locator("[data-role=legend]").click()
    legend.wait_for(state="visible")
    assert page.locator("[data-role=legend]").get_attribute("aria-expanded") == "true"
    assert beyond(page) == []


@pytest.mark.parametrize("look", ["zh light", "zh dark", "en light", "en dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_sharing_and_changes_have_no_fault(
    people: Visits, published: Published, look: str, size: ViewportSize,
) -> None:
    page = people.page(size, dark="dark" in look)
    opened(page, published.shared(version=published.old, language=look[:2]))
    page.locator("[data-role=since]").click()
    assert faults(page) == []
    panel = share(page)
    for part in ("mail", "embed", "file"):
        panel.locator(f".share-{part} summary").click()
    assert faults(page) == []


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_nothing_stands_outside_the_window(people: Visits, published: Published, width: int) -> None:
    page = people.page({"width": width, "height": 800})
    opened(page, published.shared(version=published.old, language="en"))
    page.locator("[data-role=since]").click()
    assert beyond(page) == []
