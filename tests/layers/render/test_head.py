"""A page says of itself, as text and nothing more, what messengers show of it."""

import pytest

from layers.render.head import LONGEST_DESCRIPTION, LONGEST_TITLE, Head
from tests.layers.render.test_elements import PAYLOADS, Reader

HEAD = Head(
    "在建 · 一张图", "共41处", "一张图", "zh", "https://atlas.example.cn/m?v=2&l=sites",
    "https://atlas.example.cn/preview.png?v=2&l=sites",
)  # fmt: skip


def metas(head: Head) -> dict[str, str | None]:
    return {
        attrs.get("property") or attrs.get("name") or "": attrs.get("content")
        for tag, attrs in Reader(head.tags()).elements
        if tag == "meta"
    }


def test_a_messenger_is_told_title_description_address_and_picture_with_its_size() -> None:
    assert Reader(HEAD.tags()).text_of("title") == ["在建 · 一张图"]
    assert metas(HEAD) == {
        "description": "共41处",
        "og:type": "website",
        "og:site_name": "一张图",
        "og:locale": "zh_CN",
        "og:title": "在建 · 一张图",
        "og:description": "共41处",
        "og:url": "https://atlas.example.cn/m?v=2&l=sites",
        "og:image": "https://atlas.example.cn/preview.png?v=2&l=sites",
        "og:image:type": "image/png",
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": "在建 · 一张图",
        "twitter:card": "summary_large_image",
    }


def test_a_page_without_an_address_names_none() -> None:
    assert metas(Head("一张图", "共41处")) == {"description": "共41处"}
    assert metas(Head("一张图")) == {}


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_hostile_filter_stays_text_in_every_tag(payload: str) -> None:
    head = Head(payload, payload, payload, "en", f"https://a.example/{payload}", f"https://a.example/{payload}")
    calm = Head("x", "x", "x", "en", "https://a.example/", "https://a.example/")
    told, plain = Reader(head.tags()).elements, Reader(calm.tags()).elements
    assert [(tag, attrs.keys()) for tag, attrs in told] == [(tag, attrs.keys()) for tag, attrs in plain]
    head.tags().encode()


def test_long_words_are_cut_where_they_are_shown() -> None:
    head = Head("长" * 1000, "长" * 1000, "x", "zh", "https://a.example/m")
    (title,) = Reader(head.tags()).text_of("title")
    assert (len(title), title[-1]) == (LONGEST_TITLE, "…")
    described = metas(head)["description"] or ""
    assert (len(described), described[-1]) == (LONGEST_DESCRIPTION, "…")
