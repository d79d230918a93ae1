"""Text that would run in a template, a script or the page comes out as the text that it is."""

import base64
import gzip
import json
from html.parser import HTMLParser
from typing import Any

import folium
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.render.elements import AtlasFigure, AtlasMap, PlanningLayers, Policy, json_block, script_safe
from layers.render.head import LONGEST_TITLE, Head

PAYLOADS = [
    "{{7*7}}",
    "{{{x}}}",
    "{%print(7*7)%}",
    "{# x #}",
    "{%",
    "}}",
    "{{ ''.__class__ }}",
    "{% raw %}",
    "${7*7}",
    "`",
    "\\",
    "\\u0000",
    "\\u003c",
    "\u2028",
    "\u2029",
    "</script>",
    "</SCRIPT >",
    "<script>",
    "<!--",
    "<!--<script>",
    "-->",
    "]]>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    '"><b>',
    "'\"&<>",
    "&lt;",
    "\u202e",
    "\u200b",
    "🌉👩‍🔬",
    "𠮷",
    "\0",
    "\x1f",
    "\x7f",
    "\r\n",
    "\ud800",
    "a\udfffb",
    "x" * 10_000,
]


class Reader(HTMLParser):
    """Reads a page as a browser does: elements with their attributes and what scripts hold."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[int, str] = {}
        self.is_inside = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an element."""
        self.elements.append((tag, dict(attrs)))
        self.is_inside = True

    def handle_endtag(self, _: str) -> None:
        """Text from here on belongs to no element that holds text only."""
        self.is_inside = False

    def handle_data(self, data: str) -> None:
        """Keep the text of the element that was opened last."""
        if self.is_inside:
            number = len(self.elements) - 1
            self.texts[number] = self.texts.get(number, "") + data

    def text_of(self, wanted: str) -> list[str]:
        """Return the texts of all elements of a name."""
        return [self.texts.get(n, "") for n, (tag, _) in enumerate(self.elements) if tag == wanted]

    def block(self, name: str) -> str:
        """Return the text of the element of an id."""
        (number,) = (n for n, (_, attrs) in enumerate(self.elements) if attrs.get("id") == name)
        return self.texts[number]


def unpacked(reader: Reader, name: str) -> Any:  # noqa: ANN401 - whatever the block holds
    """Return what a compressed block of a page holds, by the format's own rules."""
    return json.loads(gzip.decompress(base64.b64decode(reader.block(name), validate=True)))


def page_of(blocks: dict[str, str], title: str = "Atlas") -> str:
    figure = AtlasFigure(Head(title).tags(), language="zh", use="shared")
    AtlasMap().add_to(figure)
    figure.add_child(PlanningLayers(blocks))
    return figure.render()


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("where", ["value", "key", "list"])
def test_a_block_parses_back_to_what_was_put_in(payload: str, where: str) -> None:
    value = {"value": {"name": payload}, "key": {payload: 1}, "list": [payload, [payload]]}[where]
    page = page_of({"atlas-config": json_block(value)})
    assert json.loads(Reader(page).block("atlas-config")) == value
    # Nothing of a payload becomes an element, and the page can be sent.
    assert [tag for tag, _ in Reader(page).elements] == [
        "html",
        "head",
        "meta",
        "meta",
        "meta",
        "link",
        "title",
        "body",
        "div",
        "script",
    ]
    page.encode()


@given(st.recursive(st.text() | st.none() | st.booleans() | st.integers(), st.lists, max_leaves=8))
def test_any_value_parses_back_from_its_block(value: object) -> None:
    assert json.loads(Reader(page_of({"b": json_block(value)})).block("b")) == value


@given(st.text(st.characters(codec=None, categories=None)), st.text(alphabet='\\u0"<', max_size=12))
def test_backslashes_and_escapes_in_a_text_open_no_way_out_of_it(before: str, after: str) -> None:
    value = {"q": before + after, "data": "kept"}
    block = json_block(value)
    assert "<" not in block
    assert json.loads(block) == value


def test_what_a_link_says_cannot_write_into_the_configuration() -> None:
    # Once the escape of NUL was cut out of the text, what stood behind it ended the string.
    value = {"q": '\\u0000","use":"file', "use": "shared"}
    assert json.loads(json_block(value)) == value


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_title_is_text(payload: str) -> None:
    if payload.encode("utf-8", "replace").decode() != payload:
        pytest.skip("no page can carry half a character outside JSON")
    (title,) = Reader(page_of({}, title=payload)).text_of("title")
    assert title == (payload if len(payload) <= LONGEST_TITLE else payload[: LONGEST_TITLE - 1] + "…")
    assert "49" not in page_of({}, title="{{7*7}}")


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_numbers_that_json_does_not_have_are_refused(value: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        json_block({"x": value})


def test_json_that_is_already_text_stays_the_same_json() -> None:
    text = json.dumps({"name": "<b>光谷</b> & \\u003c \\\\"}, ensure_ascii=False)
    assert "<" not in script_safe(text)
    assert json.loads(script_safe(text)) == json.loads(text)


def test_a_policy_stands_in_the_head_as_one_attribute() -> None:
    figure = AtlasFigure(Head("Atlas").tags(), language="en", use="file")
    figure.add_child(Policy("default-src 'none'; script-src 'sha256-a=='"))
    metas = [attrs for tag, attrs in Reader(figure.render()).elements if tag == "meta"]
    assert metas[-1] == {
        "http-equiv": "Content-Security-Policy",
        "content": "default-src 'none'; script-src 'sha256-a=='",
    }


def test_a_folium_element_that_writes_a_script_is_refused() -> None:
    figure = AtlasFigure(Head("Atlas").tags(), language="zh", use="shared")
    atlas = AtlasMap().add_to(figure)
    folium.Marker([30.5, 114.3], popup="{{7*7}}").add_to(atlas)
    with pytest.raises(ValueError, match="inline script"):
        figure.render()


def test_the_page_names_its_language_and_use() -> None:
    elements = dict(Reader(page_of({})).elements)
    assert elements["html"] == {"lang": "zh-Hans"}
    assert elements["body"] == {"class": "atlas", "data-use": "shared"}
    assert elements["div"] == {"class": "folium-map", "id": "map"}


def test_the_same_page_is_the_same_bytes() -> None:
    assert page_of({"a": "1"}) == page_of({"a": "1"})
