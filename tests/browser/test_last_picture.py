"""What a reader saw last is shown at once where the very same view is opened again, and nowhere else."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.browser.map_document import in_app, opened, opened_in_app
from tests.browser.watch import until

if TYPE_CHECKING:
    from playwright.sync_api import FloatRect, Page, Route

    from tests.browser.conftest import Site
    from tests.browser.watch import Visits

pytestmark = pytest.mark.browser

# When the browser itself says that it has shown the picture, and when the map was painted for the first time.
STAMPS = """(() => {
  window.stamps = { picture: null, map: null };
  new PerformanceObserver((shown) => {
    for (const { identifier, renderTime } of shown.getEntries()) {
      if (identifier === "atlas-picture") window.stamps.picture = renderTime;
    }
  }).observe({ type: "element", buffered: true });
  const begin = () => {
    if (!window.Atlas?.on) { requestAnimationFrame(begin); return; }
    Atlas.on("painted", () => { window.stamps.map ??= performance.now(); });
  };
  begin();
})()"""
KEPT = """() => JSON.parse(localStorage.getItem("atlas-pictures") ?? "[]").map(({ slot, place }) =>
  ({ source: localStorage.getItem(slot), place }))"""
# The mean difference, in 256 steps of each colour, between a piece of the kept picture and a photograph.
DIFFERENCE = """async ([source, photograph, x, y, size]) => {
  const pixels = async (address, left, top) => {
    const image = Object.assign(new Image(), { src: address });
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: size, height: size });
    const ctx = canvas.getContext("2d");
    ctx.drawImage(image, -left, -top);
    return ctx.getImageData(0, 0, size, size).data;
  };
  const [kept, seen] = await Promise.all([pixels(source, x, y), pixels(photograph, 0, 0)]);
  let sum = 0;
  for (let n = 0; n < kept.length; n++) sum += Math.abs(kept[n] - seen[n]);
  return sum / kept.length;
}"""
PIECE = 260


def rested(page: Page) -> None:
    """Wait until the map has been kept."""
    assert until(page, lambda: page.evaluate(KEPT)), "no picture was kept"


def shown_at(page: Page) -> float | None:
    """Return how many milliseconds after the page was asked for its picture was shown; None: not at all."""
    at: float | None = page.evaluate("() => window.stamps.picture")
    return at


def test_the_same_link_shows_its_picture_before_the_map(tabs: Visits, site: Site) -> None:
    page = tabs.page(script=STAMPS)
    opened(page, site.shared(site.start()))
    assert shown_at(page) is None
    rested(page)
    page.reload()
    opened(page, site.shared(site.start()))
    first, then = until(page, lambda: shown_at(page)), page.evaluate("() => window.stamps.map")
    assert first < then
    assert until(page, lambda: not page.locator(".atlas-picture").count())


def test_the_picture_is_what_the_map_shows(tabs: Visits, site: Site) -> None:
    page = tabs.page()
    opened(page, site.shared(site.start()))
    rested(page)
    [kept] = page.evaluate(KEPT)
    left, top, width, height = kept["place"]
    x, y = left + width / 2 - PIECE / 2, top + height / 2 - PIECE / 2
    photograph = page.screenshot(clip={"x": x, "y": y, "width": PIECE, "height": PIECE})
    address = f"data:image/png;base64,{base64.b64encode(photograph).decode()}"
    asked = [kept["source"], address, x - left, y - top, PIECE]
    assert page.evaluate(DIFFERENCE, asked) < 4
    # A piece from elsewhere is another picture.
    assert page.evaluate(DIFFERENCE, [*asked[:2], x - left + 40, y - top + 40, PIECE]) > 4


@pytest.mark.parametrize("face", ["shared", "app"])
def test_the_picture_is_not_covered_while_the_map_comes_up(tabs: Visits, site: Site, face: str) -> None:
    page = tabs.page(script=STAMPS)
    url, open_it = (site.shared(site.start()), opened) if face == "shared" else (site.app(), opened_in_app)
    open_it(page, url)
    rested(page)
    [kept] = page.evaluate(KEPT)
    left, top, width, height = kept["place"]
    clip: FloatRect = {"x": left + width / 2, "y": top + height / 2, "width": PIECE, "height": PIECE}
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/frame/*" if face == "app" else "**/atlas.js", hold)
    page.goto(url, wait_until="commit")
    if face == "app":
        page.wait_for_selector(".atlas-host iframe", state="attached")
    assert until(page, lambda: held and shown_at(page))
    photograph = page.screenshot(clip=clip)
    address = f"data:image/png;base64,{base64.b64encode(photograph).decode()}"
    assert page.evaluate(DIFFERENCE, [kept["source"], address, width / 2, height / 2, PIECE]) < 4
    for route in held:
        route.continue_()


def test_a_link_that_was_left_for_another_view_keeps_no_picture_of_it(tabs: Visits, site: Site) -> None:
    page = tabs.page(script=STAMPS)
    url = site.shared(site.start())
    atlas = opened(page, url)
    page.mouse.move(800, 450)
    page.mouse.wheel(0, -400)
    assert until(page, lambda: atlas.view()[2] > site.start().zoom)
    page.mouse.move(2, 2)
    rested(page)
    moved = page.url
    opened(page, url)
    assert shown_at(page) is None
    opened(page, moved)
    assert until(page, lambda: shown_at(page))


@pytest.mark.parametrize("other", ["window", "filter", "colours"])
def test_what_would_look_different_shows_no_picture(tabs: Visits, site: Site, other: str) -> None:
    page = tabs.page(script=STAMPS)
    view = site.start()
    opened(page, site.shared(view))
    rested(page)
    if other == "window":
        page.set_viewport_size({"width": 1200, "height": 800})
    elif other == "colours":
        page.emulate_media(color_scheme="dark")
    else:
        view = view.asking("status", ["built"])
    opened(page, site.shared(view))
    assert shown_at(page) is None
    assert page.evaluate("() => document.querySelector('meta[name=atlas-edition]').content")


def test_another_day_or_other_data_show_no_picture(tabs: Visits, site: Site) -> None:
    page = tabs.page(script=STAMPS)
    url = site.shared(site.start())
    opened(page, url)
    rested(page)

    def other_edition(route: Route) -> None:
        answer = route.fetch()
        text = answer.text().replace('name="atlas-edition" content="', 'name="atlas-edition" content="0')
        route.fulfill(response=answer, body=text)

    page.route("**/m?*", other_edition)
    opened(page, url)
    assert shown_at(page) is None


def test_a_browser_that_keeps_nothing_shows_the_map_all_the_same(tabs: Visits, site: Site) -> None:
    refused = "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no'); } });"
    page = tabs.page(script=refused + STAMPS)
    for _ in range(2):
        atlas = opened(page, site.shared(site.start()))
        assert atlas.shown() == site.ids(site.start())
        page.wait_for_timeout(2000)
    assert shown_at(page) is None


def test_the_app_shows_its_picture_before_streamlit_is_up(tabs: Visits, site: Site) -> None:
    page = tabs.page(script=STAMPS)
    opened_in_app(page, site.app())
    rested(page)
    page.goto(site.app())
    atlas = in_app(page)
    first = until(page, lambda: shown_at(page))
    came = atlas.ask("() => performance.timeOrigin") - page.evaluate("() => performance.timeOrigin")
    # The map's own document has not even been asked for then.
    assert first < came
    assert until(page, lambda: not page.locator(".atlas-picture").count())


def test_a_filter_in_the_app_has_a_picture_of_its_own(tabs: Visits, site: Site) -> None:
    page = tabs.page(script=STAMPS)
    view = replace(site.start().asking("status", ["built"]), language="en")
    opened_in_app(page, site.app(view))
    rested(page)
    opened_in_app(page, site.app(replace(view, language="zh")))
    assert shown_at(page) is None
    opened_in_app(page, site.app(view))
    assert until(page, lambda: shown_at(page))
