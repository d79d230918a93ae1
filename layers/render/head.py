"""What the head of a page says of it to messengers and search engines."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

PREVIEW_WIDTH, PREVIEW_HEIGHT = 1200, 630
# Longer ones are cut by whoever shows them.
LONGEST_TITLE, LONGEST_DESCRIPTION = 120, 300
_LOCALES = {"zh": "zh_CN", "en": "en"}
# A link may hold half a character, which no page can carry.
_HALF = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Head:
    """A page in few words.

    Attributes
    ----------
    product
        The atlas's name.
    address
        Absolute address of the page; empty where it has none, as in a saved file.
    picture
        Absolute address of a picture of it, 1200 by 630 pixels; empty for none.
    """

    title: str
    description: str = ""
    product: str = ""
    language: str = "zh"
    address: str = ""
    picture: str = ""

    def tags(self) -> str:
        """Return title and meta tags as markup."""
        title, description = cut(self.title, LONGEST_TITLE), cut(self.description, LONGEST_DESCRIPTION)
        tags = [f"<title>{_whole(title)}</title>"]
        if description:
            tags.append(f'<meta name="description" content="{_whole(description)}">')
        if self.address:
            tags += [f'<meta property="{name}" content="{_whole(text)}">' for name, text in self._graph()]
            card = "summary_large_image" if self.picture else "summary"
            tags.append(f'<meta name="twitter:card" content="{card}">')
        return "\n".join(tags)

    def _graph(self) -> list[tuple[str, str]]:
        said = [
            ("og:type", "website"),
            ("og:site_name", self.product),
            ("og:locale", _LOCALES[self.language]),
            ("og:title", cut(self.title, LONGEST_TITLE)),
            ("og:description", cut(self.description, LONGEST_DESCRIPTION)),
            ("og:url", self.address),
        ]
        if self.picture:
            said += [
                ("og:image", self.picture),
                ("og:image:type", "image/png"),
                ("og:image:width", str(PREVIEW_WIDTH)),
                ("og:image:height", str(PREVIEW_HEIGHT)),
                ("og:image:alt", cut(self.title, LONGEST_TITLE)),
            ]
        return said


def cut(text: str, most: int) -> str:
    """Return a text of so many characters at most."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _whole(text: str) -> str:
    return escape(_HALF.sub("\ufffd", text))
