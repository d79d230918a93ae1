"""The page about the atlas says what the data holds, in both languages."""

import pytest

from i18n.messages import LANGUAGES, messages
from pages.components.about_text import plain
from tests.builders import PLAN_2021, PLAN_2024, PRESS_2026
from tests.pages.conftest import Open


def about(open_tab: Open, query: str = "") -> str:
    tab = open_tab(query)
    tab.app.switch_page("about.py").run()
    assert not tab.app.exception
    text: str = tab.app.markdown[0].value
    return text


def test_it_names_the_planning_documents_with_their_dates(open_tab: Open) -> None:
    text = about(open_tab)
    for name in (PLAN_2021, PLAN_2024, PRESS_2026):
        assert plain(f"文件{name}") in text
    assert plain("2021-12-22") in text


def test_it_counts_the_places_of_each_document_and_city(open_tab: Open) -> None:
    text = about(open_tab)
    assert "6 个地点" in text.replace("\u2009", " ")
    assert "| wuhan | 5 |" in text
    assert "| ezhou | 2 |" in text


def test_it_says_which_words_stand_for_a_status(open_tab: Open) -> None:
    assert "| preliminary | 谋划、筹建、预研预制、探索、争创 |" in about(open_tab)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_in_the_readers_language(open_tab: Open, language: str) -> None:
    title = messages(language, "app")["about.title"]
    assert title in about(open_tab, f"l=sites&lang={language}&v=1")


def test_text_from_the_data_is_no_markdown() -> None:
    hostile = "[x](javascript:1) <img src=x onerror=1> **b** `c` $d$ | e\n# f"
    shown = plain(hostile)
    assert "\n" not in shown
    for mark in "[]<>*`$|#":
        assert shown.count(mark) == shown.count(f"\\{mark}") == hostile.count(mark)
