"""An atlas has a page for each city and an index in which every place is found where the index says."""

import re
from pathlib import Path
from typing import Any

import pytest

from i18n.messages import messages
from layers.render.press import Press
from layers.render.print_atlas import atlas_pages
from layers.render.print_files import Wanted, printed
from layers.render.print_page import MapPage, Page, square_of
from layers.render.print_sheet import Sheet
from layers.render.still_map import Atlas
from tests.builders import feature, write_layer
from tests.layers.render.print_desk import atlas_of, edition, fonts_of, reader, text_of

CITIES = ("wuhan", "ezhou", "huangshi", "huanggang", "xianning")


@pytest.fixture(scope="module")
def pages(whole: Atlas) -> list[Page]:
    """Lay out the atlas of all places once."""
    return atlas_pages(edition(whole))


def indexed(pages: list[Page]) -> list[dict[str, Any]]:
    entries = [one for page in pages if page.told["kind"] == "index" for one in page.told["entries"]]
    return [one for one in entries if one["kind"] == "place"]


def test_there_is_an_overview_and_a_page_for_each_city(whole: Atlas, pages: list[Page]) -> None:
    titles = [page.told["header"]["title"] for page in pages]
    assert titles[0] == whole.catalogue.product["name"]["zh"]
    names = [whole.catalogue.label("city", code, "zh") for code in CITIES]
    assert [title for title in titles if title in names] == names
    assert titles[-1] == "地名索引"
    outlines = pages[0].told["outlines"]
    maps = [number for number, page in enumerate(pages, start=1) if page.told["kind"] == "map"]
    assert [int(one["page"]) for one in outlines] == maps[1:]
    room = Sheet.of("a4", "landscape").map
    for one in outlines:
        assert room.x <= one["x"] <= one["x"] + one["width"] <= room.x + room.width + 1e-6
        assert room.y <= one["y"] <= one["y"] + one["height"] <= room.y + room.height + 1e-6


def test_each_place_is_in_the_index_and_where_the_index_says(whole: Atlas, pages: list[Page]) -> None:
    entries = indexed(pages)
    names = [name for layer in whole.snapshot.layers.values() for name in layer.features["name_zh"]]
    assert len(entries) == len(names)
    assert {one["text"] for one in entries if not one["text"].endswith("…")} <= set(names)
    sheet = Sheet.of("a4", "landscape")
    found: dict[str, set[tuple[str, str]]] = {}
    for number, page in enumerate(pages, start=1):
        if isinstance(page, MapPage):
            for placed in page.made.placed():
                square = square_of(sheet, placed.x, placed.y)
                found.setdefault(placed.item.drawn.name, set()).add((str(number), square))
    for one in entries:
        if not one["text"].endswith("…"):
            said = {(place["page"], place["square"]) for place in one["found"] if place["page"]}
            assert said <= found.get(one["text"], set())
            assert bool(said) == (one["text"] in found)


def test_squares_are_counted_from_the_upper_left() -> None:
    sheet = Sheet.of("a4", "landscape")
    wide, tall = sheet.map.width / 0.2, sheet.map.height / 0.2
    assert square_of(sheet, 0, 0) == "A1"
    assert square_of(sheet, wide, tall) == "E4"
    assert square_of(sheet, wide * 0.5, tall * 0.49) == "C2"


def test_chinese_names_are_sorted_by_their_sounds(pages: list[Page]) -> None:
    letters = [
        one["text"] for page in pages if page.told["kind"] == "index" for one in page.told["entries"]
        if one["kind"] == "letter"
    ]  # fmt: skip
    latin = [letter for letter in letters if re.fullmatch("[A-Z]", letter)]
    assert latin == sorted(latin)
    assert letters[len(latin) :] in ([], [messages("zh", "print")["atlas.others"]])
    # 武 is wu, 鄂 e, 黄 huang.
    order = [one["text"] for one in indexed(pages)]
    at = [next(number for number, name in enumerate(order) if name.startswith(first)) for first in "鄂黄武"]
    assert at == sorted(at)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_document_has_its_pages_its_bookmarks_and_its_typefaces(
    whole: Atlas, press: Press, language: str,
) -> None:
    made = edition(whole, "a3", "portrait", language)
    pdf = printed(made, Wanted("atlas"), press)
    document = reader(pdf)
    titles = [item.title for item in document.outline if not isinstance(item, list)]
    for code in CITIES:
        assert whole.catalogue.label("city", code, language) in titles
    assert titles.count(messages(language, "print")["atlas.index"]) == 1
    assert len(document.pages) == len(atlas_pages(made))
    assert all(font.keys() & {"/FontFile2", "/FontFile3"} for font in fonts_of(pdf))
    assert all(float(page.mediabox.width) == pytest.approx(297 * 72 / 25.4) for page in document.pages)


def test_an_atlas_of_hostile_or_unplaced_places_is_whole(data_folder: Path, press: Press) -> None:
    rows = [
        feature("hostile", {"type": "Point", "coordinates": [114.45, 30.5]}, name_zh='#panic("x")</svg>甲'),
        feature("unplaced", None, name_zh="无处可寻"),
    ]
    write_layer(data_folder, "sites", rows)
    atlas = atlas_of(data_folder)
    pages = atlas_pages(edition(atlas))
    unplaced = next(one for one in indexed(pages) if one["text"] == "无处可寻")
    assert unplaced["found"] == [{"page": "", "square": "—"}]
    text = text_of(printed(edition(atlas), Wanted("atlas"), press))
    assert '#panic("x")</svg>甲' in text
    empty = edition(atlas, is_unreadable=True)
    assert indexed(atlas_pages(empty)) == []
    assert "链接中的筛选条件无法读取" in text_of(printed(empty, Wanted("atlas"), press))
