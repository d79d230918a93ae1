"""The page that stands where a short link does not open: why not, and what can be done."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from i18n.messages import LANGUAGES, messages
from layers.read_back import fill
from layers.render.paths import app_path, short_path
from service.errors import DamagedLinkError, ExpiredLinkError, UnknownLinkError
from service.place_page import LANGUAGE_TAGS, PAGES
from service.shared_map import default_view

if TYPE_CHECKING:
    from service.errors import ServiceError
    from service.site import Site

# What is said of each error, and what a reader can do.
_SAID: dict[type[Exception], tuple[str, tuple[str, ...]]] = {
    UnknownLinkError: ("unknown", ("what.check", "what.ask")),
    ExpiredLinkError: ("expired", ("what.ask",)),
    DamagedLinkError: ("damaged", ("what.ask",)),
}


def notice(error: ServiceError, key: str, site: Site, language: str) -> str:
    """Return the page for a short link that does not open."""
    part, ways = _SAID[type(error)]
    words = {**messages(language, "place"), **messages(language, "shared")}
    (other,) = (one for one in LANGUAGES if one != language)
    product = site.store.catalogue.product["name"][language]
    start = replace(default_view(site), language=language, version=site.store.version())

    def say(name: str, **parameters: object) -> str:
        return fill(words[name], **parameters)

    return PAGES.get_template("notice.html").render(
        language=LANGUAGE_TAGS[language],
        other_language=LANGUAGE_TAGS[other],
        other_query=f"?lang={other}",
        path=short_path(key),
        title=say("title", sentence=words[f"{part}.title"], product=product),
        heading=words[f"{part}.title"],
        lead=say(f"{part}.lead", date=getattr(error, "expires", "")),
        ways=[words[way] for way in ways],
        product=product,
        style=site.plain_style,
        version=start.version,
        today=start.on.isoformat(),
        home=app_path(start.to_query()),
        say=say,
    )

