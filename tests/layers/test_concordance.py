"""What each line says of which place, and all that is said of a place in the order of dates."""

from pathlib import Path

import pytest

from layers.concordance import Concordance, Sources
from layers.coverage import Reasons
from layers.history import disagreements
from layers.provenance import Texts
from layers.stores.folder import FolderStore
from tests.builders import (
    ISLAND,
    PARK,
    PLAN_2021,
    PLAN_2023,
    PLAN_2024,
    PRESS_2026,
    entry,
    feature,
    write_folder,
)

TEXT = ("一、任务", "(一)建設。", "推動光谷科學島，建设光谷。", "", "结束语。")
REASONS = Reasons.read(
    {
        "codes": {"closing": {"zh": "结语", "en": "Closing"}},
        "lines": {PLAN_2023: {"1": "closing", "5": "closing"}},
    },
)


def cited(line: int, phrase: str, **changes: object) -> dict[str, object]:
    said = entry(PLAN_2023, "under_construction")
    return {**said, "clause": "一(一)", "line": line, "phrase": phrase, **changes}


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    """Open a store of two places that three documents speak of."""
    sites = [
        feature(
            ISLAND,
            name_zh="光谷科学岛",
            history=[
                entry(PLAN_2024, "planned", (2021, 2026)),
                cited(3, "光谷科學島", year_start=2021, year_end=2025),
                entry(PRESS_2026, "built", (None, 2026)),
            ],
            citations=[
                {"document": PLAN_2021, "clause": "二", "line": 9, "phrase": "科学岛", "supports": "mention"},
            ],
        ),
        feature(PARK, None, history=[cited(3, "光谷", words_line=2, words="建設")]),
    ]
    return FolderStore(write_folder(tmp_path / "data", {"sites": sites}))


def concordance(store: FolderStore, texts: Texts) -> Concordance:
    return Concordance(Sources(store.snapshot(), store.catalogue, (), REASONS, texts, {}))


@pytest.fixture
def whole(store: FolderStore) -> Concordance:
    """Return the concordance where one document's text is there."""
    return concordance(store, Texts({PLAN_2023: TEXT}))


def test_each_line_says_what_rests_on_it_or_why_nothing_does(whole: Concordance) -> None:
    lines = {line["n"]: line for line in whole.reading(PLAN_2023)["lines"]}
    assert list(lines) == [1, 2, 3, 5]
    assert [(row["k"], row["id"], row["u"]) for row in lines[3]["c"]] == [
        ("place", ISLAND, "history"), ("place", PARK, "history"),
    ]  # fmt: skip
    assert (lines[2]["s"], lines[2]["c"][0]["u"]) == ("cited", "words")
    assert (lines[5]["s"], lines[5]["r"]) == ("reasoned", "closing")


def test_phrases_are_marked_in_both_forms(whole: Concordance) -> None:
    line = next(line for line in whole.reading(PLAN_2023)["lines"] if line["n"] == 3)
    assert [text for text, cites in line["t"] if cites] == ["光谷", "科學島"]
    assert [text for text, cites in line["p"] if cites] == ["光谷", "科学岛"]


def test_without_text_a_line_has_its_number_and_phrases(store: FolderStore) -> None:
    reading = concordance(store, Texts({})).reading(PLAN_2023)
    assert not reading["hasText"]
    lines = {line["n"]: line for line in reading["lines"]}
    assert [row["p"] for row in lines[3]["c"]] == ["光谷科學島", "光谷"]
    assert "t" not in lines[3]
    # Whether the status word stands in this line or in the other nobody can see.
    assert lines[2]["c"][0]["p"] == ""
    assert [row["clause"] for row in reading["outline"]] == ["", "一", "一(一)"]


def test_what_is_said_of_a_place_stands_in_the_order_of_dates(whole: Concordance) -> None:
    says = whole.library()["places"][ISLAND]["says"]
    assert [entry["d"] for entry in says] == [PLAN_2021, PLAN_2023, PLAN_2024, PRESS_2026]


def test_disagreements_of_the_documents_are_marked_where_they_arise(whole: Concordance) -> None:
    place = whole.library()["places"][ISLAND]
    assert place["conflict"]
    assert [entry.get("x") for entry in place["says"]] == [None, None, ("years", "status"), None]


def test_a_place_without_a_position_has_no_box(whole: Concordance) -> None:
    places = whole.library()["places"]
    assert places[PARK]["box"] is None
    assert places[ISLAND]["box"] == [114.5, 30.5, 114.5, 30.5]


def test_unstated_entries_contradict_nothing() -> None:
    history = [entry(status=status) for status in ("built", "unstated", "upgrading", "planned")]
    assert disagreements(history) == [(), (), (), ("status",)]
