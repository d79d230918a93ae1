"""The map document as a test sees it: the shared page, the saved file, or the frame in the app."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.browser.watch import comes_to_say, until

if TYPE_CHECKING:
    from collections.abc import Collection

    from playwright.sync_api import Frame, Locator, Page

# All data and the ground are here and have been painted.
IS_PAINTED = """() => Boolean(window.Atlas?.probe && Atlas.state.ready && Atlas.basemap.labels().length
  && Atlas.probe().painted > 0)"""
# Two frames later everything that was asked for has been painted.
SETTLE = """() => new Promise((done) => {
  requestAnimationFrame(() => requestAnimationFrame(() => done(true)));
})"""
PLACE = """([lon, lat]) => {
  const { x, y } = Atlas.map.latLngToContainerPoint([lat, lon]);
  return { x, y };
}"""
VIEW = "() => [...Atlas.probe().centre, Atlas.probe().zoom]"
# Wider than the window, or outside it.
BEYOND = """() => {
  const scrolls = (element) => element.scrollWidth > element.clientWidth
    && /auto|scroll/.test(getComputedStyle(element).overflowX);
  const isInScroller = (element) => element !== null
    && (scrolls(element) || isInScroller(element.parentElement));
  return [
    ...[document.documentElement, document.body].filter((element) => element.scrollWidth > innerWidth),
    ...[...document.querySelectorAll("button, a[href], input, h1, h2, h3, p, label")]
      .filter((element) => element.checkVisibility({ visibilityProperty: true }))
      .filter((element) => !element.closest(".atlas-unseen") && !isInScroller(element))
      .filter((element) => {
        const { left, right, width } = element.getBoundingClientRect();
        return width > 1 && (left < -1 || right > innerWidth + 1);
      }),
  ].map((element) => element.outerHTML.slice(0, 160));
}"""
LEAST_TARGET_PX = 44
SMALL = """([selector, least]) => {
  // What is laid around an element takes its touches too.
  const around = (element) => {
    const { content, position, top, bottom } = getComputedStyle(element, "::before");
    return content === "none" || position !== "absolute" ? 0 : -parseFloat(top) - parseFloat(bottom);
  };
  return [...document.querySelectorAll(selector)]
    .filter((element) => element.checkVisibility({ visibilityProperty: true }))
    .map((element) => [element, element.getBoundingClientRect()])
    .map(([element, { width, height }]) => [element, width, height + around(element)])
    .filter(([, width, height]) => Math.min(width, height) < least - 0.5)
    .map(([element, width, height]) => `${width} x ${height}: ${element.outerHTML.slice(0, 120)}`);
}"""


@dataclass(frozen=True)
class MapDocument:
    """A map document that has been opened.

    Attributes
    ----------
    document
        The page itself, or the frame in it.
    """

    page: Page
    document: Page | Frame

    def ask(self, script: str, argument: object = None) -> Any:  # noqa: ANN401 - whatever is asked
        """Return what a script in the document answers."""
        return self.document.evaluate(script, argument)

    def settle(self) -> None:
        """Wait until all that has been asked for is painted."""
        self.ask(SETTLE)

    def locator(self, selector: str) -> Locator:
        """Return elements of the document."""
        return self.document.locator(selector)

    def shown(self) -> set[str]:
        """Return the ids of what the map shows."""
        return set(self.ask("() => Atlas.probe().shown"))

    def comes_to_show(self, expected: Collection[str]) -> None:
        """Wait until exactly these places are shown."""
        wanted = set(expected)
        until(self.page, lambda: self.shown() == wanted)
        assert self.shown() == wanted

    def view(self) -> tuple[float, float, float]:
        """Return longitude and latitude of the centre, and the zoom."""
        lon, lat, zoom = self.ask(VIEW)
        return lon, lat, zoom

    def selected(self) -> str | None:
        """Return the id of the place whose card is open."""
        found: str | None = self.ask("() => Atlas.state.selected")
        return found

    def click(self, lon: float, lat: float) -> None:
        """Click at a place of the map."""
        self.locator("#map").click(position=self.ask(PLACE, [lon, lat]))

    def tap(self, lon: float, lat: float) -> None:
        """Touch a place of the map."""
        self.locator("#map").tap(position=self.ask(PLACE, [lon, lat]))

    def card(self) -> str:
        """Return all that the open card says."""
        card = self.locator("#atlas-card")
        card.wait_for(state="visible")
        return card.inner_text()


def beyond(*documents: Page | Frame) -> list[str]:
    """Return what is wider than the window or stands outside it."""
    return [found for document in documents for found in document.evaluate(BEYOND)]


def too_small(document: Page | Frame, selector: str) -> list[str]:
    """Return what cannot be touched with certainty."""
    found: list[str] = document.evaluate(SMALL, [selector, LEAST_TARGET_PX])
    return found


def opened(page: Page, url: str) -> MapDocument:
    """Open a shared map or a saved file and wait until it is painted."""
    page.goto(url)
    return _painted(MapDocument(page, page))


def opened_in_app(page: Page, url: str) -> MapDocument:
    """Open the app and wait until the map in it is painted."""
    page.goto(url)
    return in_app(page)


def in_app(page: Page) -> MapDocument:
    """Return the map in an app that has been opened, once it is painted."""
    element = page.wait_for_selector(".atlas-host iframe", state="attached")
    frame = element.content_frame() if element else None
    assert frame is not None
    return _painted(MapDocument(page, frame))


def comes_to_answer(page: Page, count: int) -> None:
    """Wait until an app's server has answered with a number of places; the map shows them before that."""
    comes_to_say(page.locator(".page-counts .is-main"), count)


def _painted(atlas: MapDocument) -> MapDocument:
    assert until(atlas.page, lambda: atlas.ask(IS_PAINTED)), "the map was not painted"
    return atlas
