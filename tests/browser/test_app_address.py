"""Every state of the app is in its address bar: back, forward, reload, copies, lost connections keep it."""

from __future__ import annotations

import re
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Error

from benchmarks.server import atlas
from layers.stores.folder import FolderStore
from layers.view import MapView
from tests.browser.conftest import Site
from tests.browser.map_document import MapDocument, comes_to_answer, in_app, opened, opened_in_app
from tests.browser.scattered import CLEAR_AT, CLEAR_PARK, scattered_folder
from tests.browser.watch import until, visits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page, WebSocketRoute

    from tests.browser.watch import Visits

pytestmark = pytest.mark.browser

STREAM = "**/_stcore/stream"
# What Streamlit's own script says while it looks for its server.
LOST = r"WebSocket|Cannot send rerun|ERR_CONNECTION_REFUSED|Failed to fetch|Client Error"
# Streamlit looks below each page's path for its own routes first.
BELOW_A_PAGE = r"404.*/(documents|about|changes|export)/_stcore/"
MOVED = (114.75, 30.35, 11.0)
MOVE = "([lon, lat, zoom]) => Atlas.map.setView([lat, lon], zoom, { animate: false })"


def asked(page: Page, site: Site) -> MapView:
    """Return the view that the address bar asks for, as Python reads it."""
    return MapView.from_query(urlsplit(page.url).query, site.start())


def comes_to_ask(page: Page, site: Site, view: MapView) -> None:
    """Wait until the address bar asks for a view, wherever the map is."""

    def is_asked() -> bool:
        now = asked(page, site)
        return replace(now, centre=view.centre, zoom=view.zoom, version=view.version) == view

    until(page, is_asked)
    now = asked(page, site)
    assert replace(now, centre=view.centre, zoom=view.zoom, version=view.version) == view


def comes_to_lie(page: Page, site: Site, place: tuple[float, float, float]) -> None:
    """Wait until the address bar asks for this place, within a pixel."""
    pixel = 360 / (256 * 2 ** place[2])

    def lies() -> bool:
        view = asked(page, site)
        return (*view.centre, view.zoom) == pytest.approx(place, abs=pixel)

    until(page, lies)
    assert lies()


def tick(page: Page, section: str, value: str) -> None:
    page.locator(f'[data-section="{section}"] input[value="{value}"]').check()


def steps(page: Page) -> int:
    """Return how many steps the browser's history has."""
    number: int = page.evaluate("() => history.length")
    return number


def choose_page(page: Page, name: str) -> None:
    page.locator(f'.page-actions [data-page="{name}"]').click()
    until(page, lambda: urlsplit(page.url).path == f"/{name}")
    page.locator(f'.page-bar[data-page="{name}"]').wait_for()


def move(atlas_map: MapDocument, place: tuple[float, float, float]) -> None:
    atlas_map.ask(MOVE, list(place))
    atlas_map.settle()


# ── steps ─────────────────────────────────────────────────────────────────────────────────────


def test_back_and_forward_bring_each_filter_again(tabs: Visits, site: Site) -> None:
    page = tabs.page()
    shown = opened_in_app(page, site.app(site.start()))
    views = [site.start(), site.start().asking("status", ["built"])]
    views.append(views[1].asking("city", ["ezhou"]))
    assert len({frozenset(site.ids(view)) for view in views}) == 3, "each filter shows something else"
    tick(page, "status", "built")
    comes_to_ask(page, site, views[1])
    tick(page, "city", "ezhou")
    comes_to_ask(page, site, views[2])
    shown.comes_to_show(site.ids(views[2]))
    comes_to_answer(page, len(site.ids(views[2])))
    for view in (views[1], views[0]):
        page.go_back()
        shown.comes_to_show(site.ids(view))
        comes_to_ask(page, site, view)
    for view in (views[1], views[2]):
        page.go_forward()
        shown.comes_to_show(site.ids(view))
        comes_to_ask(page, site, view)


def test_a_filter_after_a_step_back_starts_from_there(tabs: Visits, site: Site) -> None:
    page = tabs.page()
    shown = opened_in_app(page, site.app(site.start()))
    tick(page, "status", "built")
    built = site.start().asking("status", ["built"])
    comes_to_ask(page, site, built)
    comes_to_answer(page, len(site.ids(built)))
    page.go_back()
    shown.comes_to_show(site.ids(site.start()))
    tick(page, "city", "ezhou")
    ezhou = site.start().asking("city", ["ezhou"])
    comes_to_ask(page, site, ezhou)
    shown.comes_to_show(site.ids(ezhou))
    assert not site.ids(ezhou) <= site.ids(ezhou.asking("status", ["built"])), "both filters show less"


def test_moving_the_map_is_no_step_and_comes_again_with_its_filter(tabs: Visits, site: Site) -> None:
    page = tabs.page()
    shown = opened_in_app(page, site.app(site.start()))
    before = steps(page)
    move(shown, MOVED)
    comes_to_lie(page, site, MOVED)
    assert steps(page) == before
    tick(page, "status", "built")
    comes_to_ask(page, site, site.start().asking("status", ["built"]))
    assert steps(page) == before + 1
    move(shown, (114.5, 30.5, 12.0))
    comes_to_lie(page, site, (114.5, 30.5, 12.0))
    shown.comes_to_show(site.ids(site.start().asking("status", ["built"])))
    comes_to_answer(page, len(shown.shown()))
    page.go_back()
    shown.comes_to_show(site.ids(site.start()))
    until(page, lambda: shown.view()[2] == MOVED[2])
    assert shown.view() == pytest.approx(MOVED, abs=0.001)


def test_a_step_back_closes_the_card(tabs: Visits, site: Site) -> None:
    page = tabs.page()
    view = replace(site.start(), centre=CLEAR_AT, zoom=13)
    shown = opened_in_app(page, site.app(view))
    before = steps(page)
    shown.click(*CLEAR_AT)
    comes_to_ask(page, site, replace(view, selected=CLEAR_PARK))
    assert steps(page) == before + 1
    page.go_back()
    comes_to_ask(page, site, view)
    until(page, lambda: shown.selected() is None)
    assert shown.selected() is None
    page.go_forward()
    until(page, lambda: shown.selected() == CLEAR_PARK)
    assert shown.selected() == CLEAR_PARK


def test_a_typed_word_is_one_step(tabs: Visits, site: Site) -> None:
    page = tabs.page()
    shown = opened_in_app(page, site.app(site.start()))
    before = steps(page)
    # Slower than the panel waits for the next letter.
    page.locator('[data-focus="search"]').press_sequentially("lab", delay=400)
    comes_to_ask(page, site, replace(site.start(), text="lab"))
    shown.comes_to_show(site.ids(replace(site.start(), text="lab")))
    assert steps(page) == before + 1
    page.go_back()
    shown.comes_to_show(site.ids(site.start()))


@pytest.mark.parametrize("name", ["documents", "changes", "about"])
def test_a_page_is_one_step_and_has_the_whole_view(tabs: Visits, site: Site, name: str) -> None:
    page = tabs.page()
    tabs.watch.expected.append(BELOW_A_PAGE)
    view = site.start().asking("status", ["built"])
    opened_in_app(page, site.app(site.start()))
    tick(page, "status", "built")
    comes_to_ask(page, site, view)
    before = steps(page)
    choose_page(page, name)
    comes_to_ask(page, site, view)
    assert steps(page) == before + 1
    page.reload()
    page.locator(f'.page-bar[data-page="{name}"]').wait_for()
    comes_to_ask(page, site, view)
    page.go_back()
    in_app(page).comes_to_show(site.ids(view))
    comes_to_ask(page, site, view)


def test_a_language_chosen_on_another_page_is_taken_back_there(tabs: Visits, site: Site) -> None:
    page = tabs.page()
    opened_in_app(page, site.app(site.start()))
    choose_page(page, "about")
    page.locator('[data-focus="language"]').click()
    comes_to_ask(page, site, replace(site.start(), language="en"))
    page.go_back()
    comes_to_ask(page, site, site.start())
    assert urlsplit(page.url).path == "/about"


def test_a_filter_chosen_just_before_another_page_is_not_lost(tabs: Visits, site: Site) -> None:
    page = tabs.page()
    view = site.start().asking("status", ["built"])
    opened_in_app(page, site.app(site.start()))
    page.evaluate("""() => {
      document.querySelector('[data-section="status"] input[value="built"]').click();
      document.querySelector('.page-actions [data-page="about"]').click();
    }""")
    page.locator('.page-bar[data-page="about"]').wait_for()
    comes_to_ask(page, site, view)
    page.go_back()
    in_app(page).comes_to_show(site.ids(view))
    assert page.locator('[data-section="status"] input[value="built"]').is_checked()


# ── copies and tabs ───────────────────────────────────────────────────────────────────────────


def test_two_tabs_of_one_browser_keep_apart(tabs: Visits, site: Site) -> None:
    first = tabs.page()
    one = opened_in_app(first, site.app(site.start()))
    tick(first, "status", "built")
    comes_to_ask(first, site, site.start().asking("status", ["built"]))
    second = first.context.new_page()
    # A copied address, as it stands.
    other = opened_in_app(second, first.url)
    other.comes_to_show(site.ids(site.start().asking("status", ["built"])))
    tick(second, "city", "ezhou")
    comes_to_ask(second, site, site.start().asking("status", ["built"]).asking("city", ["ezhou"]))
    comes_to_ask(first, site, site.start().asking("status", ["built"]))
    assert one.shown() == site.ids(site.start().asking("status", ["built"]))


def test_the_shared_map_leads_to_the_app_and_back_in_the_same_state(tabs: Visits, site: Site) -> None:
    page = tabs.page()
    view = replace(site.start().asking("status", ["built"]), centre=(114.75, 30.35), zoom=11)
    opened_in_app(page, site.app(view))
    page.locator('[data-focus="share"]').click()
    panel = page.locator("dialog.share")
    panel.wait_for()
    link = panel.locator(".share-alone[target]").get_attribute("href")
    shared = opened(tabs.page(), site.server.url(str(link)))
    assert shared.shown() == site.ids(view)
    assert shared.view() == pytest.approx((114.75, 30.35, 11), abs=1e-3)
    shared.locator(".atlas-bar [data-role=open]").click()
    in_app(shared.page).comes_to_show(site.ids(view))
    comes_to_ask(shared.page, site, view)


# ── lost connections ──────────────────────────────────────────────────────────────────────────


class Line:
    """The connection of pages to their server, which can be cut."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._sockets: list[WebSocketRoute] = []
        self._is_cut = False
        page.context.route_web_socket(STREAM, self._opened)

    def cut(self) -> None:
        """Close what is open, and let nothing through."""
        self._is_cut = True
        for socket in self._sockets:
            socket.close()
        self._sockets.clear()

    def mend(self) -> None:
        """Let the browser connect again."""
        self._is_cut = False

    def _opened(self, socket: WebSocketRoute) -> None:
        if self._is_cut:
            socket.close()
            return
        socket.connect_to_server()
        self._sockets.append(socket)


def test_what_is_chosen_and_moved_without_a_connection_is_kept(tabs: Visits, site: Site) -> None:
    page = tabs.page()
    tabs.watch.expected.append(LOST)
    line = Line(page)
    shown = opened_in_app(page, site.app(site.start()))
    tick(page, "status", "built")
    comes_to_ask(page, site, site.start().asking("status", ["built"]))
    line.cut()
    move(shown, MOVED)
    comes_to_lie(page, site, MOVED)
    tick(page, "city", "ezhou")
    view = site.start().asking("status", ["built"]).asking("city", ["ezhou"])
    shown.comes_to_show(site.ids(view))
    late = page.locator(".page-late")
    late.wait_for()
    line.mend()
    comes_to_ask(page, site, view)
    comes_to_lie(page, site, MOVED)
    late.wait_for(state="hidden")
    assert shown.view() == pytest.approx(MOVED, abs=0.001)


def click_box(page: Page, selector: str) -> None:
    page.locator(f".filters-body {selector}").evaluate("(box) => box.click()")


# The first and the last year that the scattered places have.
YEARS = (2019, 2035)
# What a reader does on the panel, and the view that Python makes of the one before.
WISHES: list[tuple[str, Callable[[Page], None], Callable[[MapView], MapView]]] = [
    ("status", lambda page: tick(page, "status", "built"), lambda view: view.asking("status", ["built"])),
    (
        "another status", lambda page: tick(page, "status", "planned"),
        lambda view: view.asking("status", ["built", "planned"]),
    ),
    (
        "past its window", lambda page: click_box(page, '[data-focus="past_window"]'),
        lambda view: view.asking("past_window", [True]),
    ),
    (
        "any time", lambda page: click_box(page, '[data-focus="past_window"]'),
        lambda view: view.asking("past_window", []),
    ),
    (
        "what a link brought", lambda page: click_box(page, ".filters-others button"),
        lambda view: view.asking("city", [], "not_in"),
    ),
    (
        "documents only", lambda page: click_box(page, '[data-focus="documents_only"]'),
        lambda view: replace(view, outside=False),
    ),
    (
        "accuracy", lambda page: click_box(page, 'input[name="accuracy_m"][value="1000"]'),
        lambda view: view.asking("accuracy_m", [1000], "at_most"),
    ),
    (
        "undated", lambda page: click_box(page, '[data-focus="undated"]'),
        lambda view: replace(view, years=YEARS, undated=False),
    ),
    (
        "a layer", lambda page: page.locator('[data-section="layers"] input[value="sites"]').uncheck(),
        lambda view: replace(view, layers=tuple(name for name in view.layers if name != "sites")),
    ),
]  # fmt: skip
COUNT_FILTERS = "() => { window.filtered = 0; Atlas.on('filter', () => { window.filtered += 1; }); }"


def test_what_is_chosen_is_shown_before_the_server_has_heard_of_it(tabs: Visits, site: Site) -> None:
    page = tabs.page()
    tabs.watch.expected.append(LOST)
    line = Line(page)
    view = replace(site.start().asking("city", ["ezhou"], "not_in"), text="光谷")
    shown = opened_in_app(page, site.app(view))
    shown.comes_to_show(site.ids(view))
    shown.ask(COUNT_FILTERS)
    line.cut()
    for number, (name, choose, asking) in enumerate(WISHES, start=1):
        before, view = view, asking(view)
        assert site.ids(view) != site.ids(before), name
        choose(page)
        shown.comes_to_show(site.ids(view))
        assert shown.ask("() => window.filtered") == number, name
    line.mend()
    comes_to_ask(page, site, view)
    shown.settle()
    assert shown.shown() == site.ids(view)
    assert shown.ask("() => window.filtered") == len(WISHES), "the answer says what was foretold"


def test_a_link_that_cannot_be_read_shows_nothing_whatever_is_chosen(tabs: Visits, site: Site) -> None:
    page = tabs.page()
    tabs.watch.expected.append(LOST)
    line = Line(page)
    shown = opened_in_app(page, site.server.url("/?v=2&y=later&l=sites,site,routes&out=1&on=2026-11-21"))
    shown.comes_to_show(set())
    line.cut()
    shown.ask(COUNT_FILTERS)
    for layer in ("sites", "routes"):
        page.locator(f'[data-section="layers"] input[value="{layer}"]').uncheck()
    tick(page, "status", "built")
    page.locator(".page-late").wait_for()
    assert shown.shown() == set()
    assert shown.ask("() => window.filtered") == 0


def test_a_step_back_without_a_connection_is_taken_when_it_is_there_again(tabs: Visits, site: Site) -> None:
    page = tabs.page()
    tabs.watch.expected.append(LOST)
    line = Line(page)
    shown = opened_in_app(page, site.app(site.start()))
    tick(page, "status", "built")
    built = site.start().asking("status", ["built"])
    shown.comes_to_show(site.ids(built))
    comes_to_ask(page, site, built)
    comes_to_answer(page, len(site.ids(built)))
    line.cut()
    page.go_back()
    comes_to_ask(page, site, site.start())
    line.mend()
    shown.comes_to_show(site.ids(site.start()))
    comes_to_ask(page, site, site.start())
    assert not page.locator('[data-section="status"] input[value="built"]').is_checked()


def in_app_again(page: Page) -> MapDocument:
    """Return the map of an app whose server was started anew: Streamlit may have put another frame there."""

    def found() -> MapDocument | None:
        try:
            return in_app(page)
        except (AssertionError, Error):
            return None

    again = until(page, found)
    assert isinstance(again, MapDocument)
    return again


class Own:
    """A server of a test's own, which can be started anew on its port."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._running = ExitStack()
        server = self._running.enter_context(atlas(folder))
        self.site = Site(server, FolderStore(folder))

    def start_anew(self) -> None:
        """End the process and start another one."""
        self.end()
        self._running.enter_context(atlas(self._folder, port=self.site.server.port))

    def end(self) -> None:
        """End the process."""
        self._running.close()


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Own]:
    """Run a server that the test may end."""
    running = Own(scattered_folder(tmp_path / "data"))
    yield running
    running.end()


def test_a_server_started_anew_finds_the_state_in_the_address(browser: Browser, own: Own) -> None:
    site = own.site
    with visits(browser, site.server.url("/")) as tabs:
        page = tabs.page()
        tabs.watch.expected.append(LOST)
        shown = opened_in_app(page, site.app(site.start()))
        built = site.start().asking("status", ["built"])
        tick(page, "status", "built")
        comes_to_ask(page, site, built)
        tick(page, "city", "ezhou")
        shown.comes_to_show(site.ids(built.asking("city", ["ezhou"])))
        comes_to_answer(page, len(site.ids(built.asking("city", ["ezhou"]))))
        # The last that was said to the old process, and taken back since.
        page.go_back()
        comes_to_answer(page, len(site.ids(built)))
        shown.comes_to_show(site.ids(built))
        comes_to_ask(page, site, built)
        move(shown, MOVED)
        comes_to_lie(page, site, MOVED)
        before = page.evaluate("() => Atlas.session")
        own.start_anew()
        page.wait_for_function("(session) => Atlas.session > session", arg=before)
        again = in_app_again(page)
        again.comes_to_show(site.ids(built))
        comes_to_ask(page, site, built)
        comes_to_lie(page, site, MOVED)
        assert again.view() == pytest.approx(MOVED, abs=0.001)
        # What the browser still says of before changes nothing when something else does.
        tick(page, "status", "planned")
        both = site.start().asking("status", ["built", "planned"])
        again.comes_to_show(site.ids(both))
        comes_to_ask(page, site, both)
        comes_to_answer(page, len(site.ids(both)))
        page.go_back()
        again.comes_to_show(site.ids(built))


def test_a_first_choice_after_the_server_was_started_anew_is_taken(browser: Browser, own: Own) -> None:
    site = own.site
    with visits(browser, site.server.url("/")) as tabs:
        page = tabs.page()
        tabs.watch.expected.append(LOST)
        view = site.start().asking("status", ["built"])
        shown = opened_in_app(page, site.app(site.start()))
        move(shown, MOVED)
        comes_to_lie(page, site, MOVED)
        own.start_anew()
        tick(page, "status", "built")
        comes_to_ask(page, site, view)
        again = in_app_again(page)
        again.comes_to_show(site.ids(view))
        comes_to_lie(page, site, MOVED)
        assert again.view() == pytest.approx(MOVED, abs=0.001)


def test_the_address_is_readable(tabs: Visits, site: Site) -> None:
    page = tabs.page()
    opened_in_app(page, site.app(site.start()))
    tick(page, "status", "built")
    until(page, lambda: "w=status:built&" in page.url)
    assert not re.search("%(3A|2C)", page.url)
