"""Expected values: what a reader types for 光谷科学岛, in each way that it can be typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.search import BETWEEN, names_of, normalised, search_terms, search_text

ISLAND = search_text(names_of("光谷科学岛", "Optics Valley Science Island", ["科学岛"]))


def finds(asked: str, text: str = ISLAND) -> bool:
    return all(term in text for term in search_terms(asked))


@pytest.mark.parametrize(
    "asked",
    [
        "光谷科学岛",
        "光谷科學島",
        "科学",
        "科學",
        "guanggukexuedao",
        "guanggu",
        "KEXUE",
        "ggkxd",
        "kxd",
        "Optics Valley",
        "science island",
        "ISLAND",
        "valley island",
        "光谷 island",
        "光谷\u3000科学",
        "ｉｓｌａｎｄ",
        "  光谷  ",
    ],
)
def test_a_place_is_found_by(asked: str) -> None:
    assert finds(asked)


@pytest.mark.parametrize("asked", ["黄石", "kexuecheng", "harbour", "光谷 黄石", "xyz", "光谷|黄石"])
def test_a_place_is_not_found_by(asked: str) -> None:
    assert not finds(asked)


def test_a_traditional_name_in_the_data_is_found_in_simplified_characters() -> None:
    text = search_text(("光谷科學島",))
    assert finds("光谷科学岛", text)
    assert finds("光谷科學島", text)


def test_no_term_matches_across_two_names() -> None:
    text = search_text(("鄂州", "黄石"))
    assert not finds("州黄", text)
    assert not finds("zhouhuang", text)


def test_the_mark_between_names_is_not_typed() -> None:
    assert BETWEEN not in normalised(f"a{BETWEEN}b")
    assert search_terms(f"光谷{BETWEEN}科学") == ("光谷", "科学")


def test_digits_and_latin_letters_in_a_chinese_name_are_found_with_its_pinyin() -> None:
    text = search_text(("地铁11号线",))
    assert finds("ditie11haoxian", text)
    assert finds("11号线", text)


def test_rare_characters_and_emoji_are_found_as_they_are() -> None:
    assert finds("𠮷", search_text(("𠮷野园",)))
    assert finds("🌉", search_text(("大桥🌉",)))


def test_each_name_stands_once_and_empty_names_do_not() -> None:
    assert names_of("光谷", "", ["光谷", "OVC", ""]) == ("光谷", "OVC")


def test_half_a_character_is_no_crash_and_found_nowhere() -> None:
    assert not finds("光\ud800")
    assert not finds("\udfff")


def test_what_stands_behind_nul_is_asked_for_too() -> None:
    assert not finds("光谷\0黄石")


def test_blank_text_asks_for_nothing() -> None:
    assert search_terms(" \t\u3000") == ()


@given(st.text(max_size=40))
def test_every_place_is_found_by_its_own_name(name: str) -> None:
    assert finds(name, search_text((name,)))


@given(st.text(max_size=40))
def test_normalised_text_is_normalised_again_to_words_that_are_still_found(name: str) -> None:
    assert all(term in normalised(name) for term in search_terms(name))
