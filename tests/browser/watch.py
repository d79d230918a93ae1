"""Opens pages in a browser that has been nowhere, and notes whatever goes wrong in them."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, ViewportSize

WAIT_MS = 15_000
POLL_MS = 25
DESKTOP: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 360, "height": 740}
# What a page asks itself or its own disk leaves no trace in any network.
OWN_SCHEMES = ("data:", "blob:")


@dataclass
class Watch:
    """What pages said on the console, threw, and asked of others than their own server.

    Attributes
    ----------
    home
        How every address begins that a page may ask for.
    expected
        Patterns of messages that a test brings about itself.
    """

    home: str
    messages: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def follow(self, context: BrowserContext) -> None:
        """Take note of all pages of a context."""
        context.on("console", self._message)
        context.on("weberror", lambda error: self.messages.append(f"thrown: {error.error}"))
        context.on("page", lambda page: page.on("websocket", lambda socket: self._socket(socket.url)))
        context.on("request", lambda request: self._request(request.url))

    def check(self) -> None:
        """Fail where anything went wrong."""
        unexpected = [
            text for text in self.messages if not any(re.search(pattern, text) for pattern in self.expected)
        ]
        assert (unexpected, self.foreign) == ([], [])

    def _message(self, message: ConsoleMessage) -> None:
        where = message.location.get("url", "")
        self.messages.append(f"{message.type}: {message.text} ({where})")

    def _request(self, url: str) -> None:
        if not url.startswith((self.home, *OWN_SCHEMES)):
            self.foreign.append(url)

    def _socket(self, url: str) -> None:
        self._request(url.replace("ws", "http", 1))


class Visits:
    """Opens pages, each in a context of its own."""

    def __init__(self, browser: Browser, home: str) -> None:
        self.watch = Watch(home)
        self._browser = browser
        self._contexts: list[BrowserContext] = []

    def page(
        self, size: ViewportSize = DESKTOP, *, locale: str = "zh-CN", dark: bool = False, script: str = "",
    ) -> Page:
        """Return an empty page; on a phone's size, one that is touched."""
        is_phone = size is PHONE
        context = self._browser.new_context(
            viewport=size,
            locale=locale,
            color_scheme="dark" if dark else "light",
            has_touch=is_phone,
            is_mobile=is_phone,
            # Nothing moves by itself: what is looked at stands still.
            reduced_motion="reduce",
        )
        context.set_default_timeout(WAIT_MS)
        self._contexts.append(context)
        self.watch.follow(context)
        if script:
            context.add_init_script(script)
        return context.new_page()

    def close(self) -> None:
        """Close all contexts."""
        for context in self._contexts:
            context.close()


@contextmanager
def visits(browser: Browser, home: str) -> Iterator[Visits]:
    """Give what opens pages that may ask only what begins with `home`; at the end nothing must be wrong."""
    opened = Visits(browser, home)
    try:
        yield opened
        opened.watch.check()
    finally:
        opened.close()


def until(page: Page, asked: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever is asked
    """Return the first answer that says something, or the last one when time is up."""
    for _ in range(WAIT_MS // POLL_MS):
        answer = asked()
        if answer:
            return answer
        # Takes in the page's events meanwhile.
        page.wait_for_timeout(POLL_MS)
    return asked()


def number_in(element: Locator) -> int | None:
    """Return the first number that an element says."""
    found = re.search(r"[\d,]+", element.inner_text())
    return int(found[0].replace(",", "")) if found else None


def comes_to_say(element: Locator, number: int) -> None:
    """Wait until the first number that an element says is this one."""
    until(element.page, lambda: number_in(element) == number)
    assert number_in(element) == number


def file_url(path: Path) -> str:
    """Return the address of a file on the disk."""
    return path.resolve().as_uri()
