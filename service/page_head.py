"""What a shared map says of itself to messengers: the filter in words, how much it shows, a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from i18n.messages import messages
from layers.read_back import fill
from layers.render.head import LONGEST_TITLE, Head, cut
from layers.render.paths import preview_path, shared_path, short_path
from layers.summary import totals

if TYPE_CHECKING:
    from collections.abc import Mapping

    from layers.render.config import Opening
    from service.shared_map import Shown
    from service.site import Site

# No messenger follows a longer one.
LONGEST_QUERY = 2_000


def titles_of(sentence: Mapping[str, str], site: Site) -> dict[str, str]:
    """Return the title of a shared map by language: its filter in words, and the atlas's name."""
    names = site.store.catalogue.product["name"]
    return {language: _title(words, str(names[language]), language) for language, words in sentence.items()}


def head_of(asked: Shown, title: str, opening: Opening, site: Site) -> Head:
    """Return title, description and addresses of a shared map, in the language of its view."""
    language = asked.view.language
    words = messages(language, "shared")
    product = str(site.store.catalogue.product["name"][language])
    here = short_path(opening.short) if opening.short else shared_path(asked.query)
    is_told = opening.address and len(asked.query) <= LONGEST_QUERY
    return Head(
        title=title,
        description=_description(asked, words),
        product=product,
        language=language,
        address=opening.address + here if is_told else "",
        picture=opening.address + preview_path(asked.query) if is_told else "",
    )


def _title(filter_in_words: str, product: str, language: str) -> str:
    if filter_in_words == messages(language, "sentence")["all"]:
        return cut(product, LONGEST_TITLE)
    template = messages(language, "shared")["title"]
    # A long filter must not push the product's name out of the title.
    room = LONGEST_TITLE - len(fill(template, sentence="", product=product))
    whole = fill(template, sentence=cut(filter_in_words, max(room, 1)), product=product)
    return cut(whole, LONGEST_TITLE)


def _description(asked: Shown, words: Mapping[str, str]) -> str:
    counted = totals(asked.snapshot, asked.view)
    return fill(
        words["description" if asked.is_current else "description.as_of"],
        shown=counted.shown,
        all=counted.shown + counted.hidden,
        date=asked.view.on.isoformat(),
        version=asked.snapshot.version,
    )
