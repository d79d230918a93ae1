"""Folium elements that carry data to the browser without any template seeing it.

Folium renders what an element returns a second time as a Jinja template and writes popups into
JavaScript; a name such as `{{7*7}}` or `${7*7}` would run. These elements write their text as it is.
"""

from __future__ import annotations

import base64
import gzip
import html
import json
import re
from abc import abstractmethod
from typing import TYPE_CHECKING, Any, cast

import folium
from branca.element import Element, Figure, MacroElement
from jinja2 import Template

if TYPE_CHECKING:
    from collections.abc import Mapping

    from layers.render.assets import Assets

MAP_ID = "map"
_UNSAFE = re.compile("[<\ud800-\udfff]")


class Verbatim(Element):
    """Text that reaches the page as it is."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def render(self, **_: Any) -> str:  # noqa: ANN401 - Folium's own signature
        """Return the text."""
        return self.text


class AtlasFigure(Figure):
    """The page around the map, with no inline script or style of Folium's.

    Parameters
    ----------
    head
        Title and meta tags as markup; a page that is only framed has its product's name as title.
    """

    _template = Template(
        "<!DOCTYPE html>\n"
        '<html lang="{{ this.language|e }}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">\n'
        '<meta name="referrer" content="no-referrer">\n'
        '<link rel="icon" href="data:,">\n'
        "{{ this.head }}\n{{ this.header.render(**kwargs) }}\n</head>\n"
        '<body class="atlas" data-use="{{ this.use|e }}">\n'
        "{{ this.html.render(**kwargs) }}\n</body>\n</html>\n",
    )

    def __init__(self, head: str, language: str, use: str) -> None:
        super().__init__()
        self.head = head
        self.language = "zh-Hans" if language == "zh" else language
        self.use = use
        # Folium's own meta tag says the charset a second time.
        self.header._children.clear()  # noqa: SLF001

    def render(self, **kwargs: Any) -> str:  # noqa: ANN401 - Folium's own signature
        """Return the page.

        Raises
        ------
        ValueError
            A Folium element wanted to run an inline script, which the page's policy forbids.
        """
        page = super().render(**kwargs)
        scripts = list(self.script._children)  # noqa: SLF001
        if scripts:
            message = f"inline script from {scripts}"
            raise ValueError(message)
        return page


class AtlasMap(folium.Map):
    """A Folium map whose place in the page is all that Folium writes; our script opens it there."""

    _template = Template(
        '{% macro html(this, kwargs) %}<div class="folium-map" id="{{ this.get_name() }}"></div>'
        "{% endmacro %}",
    )
    default_js: list[tuple[str, str]] = []  # noqa: RUF012 - Folium reads it from the class
    default_css: list[tuple[str, str]] = []  # noqa: RUF012 - Folium reads it from the class

    def __init__(self) -> None:
        super().__init__(tiles=None)

    def get_name(self) -> str:
        """Return the id of the map's place, the same each time: Folium's own are random."""
        return MAP_ID

    def render(self, **kwargs: Any) -> None:  # type: ignore[override]  # noqa: ANN401 - as Folium has it
        """Write the map's place, without the scripts and styles of `folium.Map`."""
        super(folium.Map, self).render(**kwargs)  # type: ignore[no-untyped-call]


class PageElement(MacroElement):
    """A Folium element that writes text into the page without a template."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    def render(self, **_: Any) -> None:  # type: ignore[override]  # noqa: ANN401 - as Folium has it
        """Write into the page that the element was added to."""
        self.write(cast("AtlasFigure", self.get_root()))

    @abstractmethod
    def write(self, page: AtlasFigure) -> None:
        """Add what the element stands for to the head or the body of the page."""


class PlanningLayers(PageElement):
    """What the map script needs: its configuration and, in a saved file, the data itself.

    Parameters
    ----------
    blocks
        JSON that may stand inside a script element, by the element's id.
    packed
        JSON that is to stand there compressed, by the element's id.
    """

    def __init__(self, blocks: Mapping[str, str], packed: Mapping[str, bytes] | None = None) -> None:
        super().__init__()
        self.blocks = blocks
        self.packed = packed or {}

    def write(self, page: AtlasFigure) -> None:
        """Add each block to the body."""
        for name, text in self.blocks.items():
            block = f'<script type="application/json" id="{html.escape(name)}">{text}</script>'
            page.html.add_child(Verbatim(block), name=name)
        for name, content in self.packed.items():
            text = base64.b64encode(gzip.compress(content, mtime=0)).decode()
            block = f'<script type="application/gzip" id="{html.escape(name)}">{text}</script>'
            page.html.add_child(Verbatim(block), name=name)


class LinkedAssets(PageElement):
    """The map's script and style by their address, and what the script will fetch first."""

    def __init__(self, assets: Assets, preload: tuple[str, ...]) -> None:
        super().__init__()
        self.assets = assets
        self.preload = preload

    def write(self, page: AtlasFigure) -> None:
        """Add the links to the head."""
        tags = [
            f'<link rel="stylesheet" href="{self.assets.path("atlas.css")}">',
            # Before the data: it is what all else waits for.
            f'<script src="{self.assets.path("atlas.js")}" defer fetchpriority="high"></script>',
            *(
                f'<link rel="preload" as="fetch" crossorigin="anonymous" fetchpriority="low" '
                f'href="{html.escape(path)}">'
                for path in self.preload
            ),
        ]
        page.header.add_child(Verbatim("\n".join(tags)), name="assets")


class LastPicture(PageElement):
    """The script that shows at once what the reader saw of this view the last time."""

    def __init__(self, assets: Assets) -> None:
        super().__init__()
        self.assets = assets

    def write(self, page: AtlasFigure) -> None:
        """Add the script to the head, where it waits for nothing."""
        tag = f'<script src="{self.assets.path("picture.js")}"></script>'
        page.header.add_child(Verbatim(tag), name="picture")


class InlinedAssets(PageElement):
    """The map's script and style within the page, allowed by their hashes only."""

    def __init__(self, assets: Assets) -> None:
        super().__init__()
        self.assets = assets

    def write(self, page: AtlasFigure) -> None:
        """Add the style to the head and the script to the end of the body."""
        style = Verbatim(f"<style>{self.assets.files['atlas.css']}</style>")
        page.header.add_child(style, name="style")
        script = Verbatim(f"<script>{self.assets.files['atlas.js']}</script>")
        page.html.add_child(script, name="script")


class Policy(PageElement):
    """The security policy of a page that no server sends headers for."""

    def __init__(self, policy: str) -> None:
        super().__init__()
        self.policy = policy

    def write(self, page: AtlasFigure) -> None:
        """Add the policy to the head."""
        tag = f'<meta http-equiv="Content-Security-Policy" content="{html.escape(self.policy)}">'
        page.header.add_child(Verbatim(tag), name="policy")


def json_block(value: Any) -> str:  # noqa: ANN401 - whatever JSON can hold
    """Return JSON that may stand inside a script element.

    `<` is escaped, so that nothing in it ends the element or opens a comment, and so are lone
    surrogates, which no page can carry.

    Raises
    ------
    ValueError
        The value holds NaN or an infinity.
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return script_safe(text)


def script_safe(text: str) -> str:
    """Return JSON text in the form that may stand inside a script element."""
    # Only whole characters are put in: taking an escape out would cut others, as in `\\\\u0000`.
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
