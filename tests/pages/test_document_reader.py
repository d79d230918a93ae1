"""The page of documents: what its component is told, and that the view stays as it was."""

import json
from typing import Any

import pytest

from i18n.messages import LANGUAGES
from tests.builders import PLAN_2021, PLAN_2023, PLAN_2024
from tests.pages.conftest import Open, Tab


@pytest.fixture
def tab(open_tab: Open) -> Tab:
    """Open the page."""
    opened = open_tab("")
    opened.open("documents")
    assert not opened.app.exception
    return opened


def told(tab: Tab) -> dict[str, Any]:
    found = [
        element.proto
        for element in tab.app.main
        if element.type == "bidi_component" and element.proto.component_name == "corridor_documents"
    ]
    sent: dict[str, Any] = json.loads(found[0].json)
    return sent


def test_the_documents_are_a_page_beside_the_map(tab: Tab) -> None:
    assert tab.panel()["page"] == "documents"
    tab.open("map")
    assert tab.map()["filter"]["rows"] == []


def test_the_component_is_told_where_each_document_is(tab: Tab) -> None:
    sent = told(tab)
    assert list(sent["documents"]) == [PLAN_2021, PLAN_2023, PLAN_2024]
    version = sent["library"].removeprefix("/documents/").removesuffix(".json")
    assert all(path.startswith(f"/documents/{version}/") for path in sent["documents"].values())


def test_no_text_is_sent_through_a_rerun(tab: Tab) -> None:
    assert len(json.dumps(told(tab))) < 2000


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_in_the_readers_language(tab: Tab, language: str) -> None:
    tab.wish(language=language)
    assert told(tab)["language"] == language


def test_the_view_is_left_as_it_was(open_tab: Open) -> None:
    tab = open_tab("")
    tab.wish(status=["built"])
    before = tab.link()
    tab.open("documents")
    assert tab.link() == before
    assert told(tab)["query"] == before
