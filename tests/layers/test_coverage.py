"""Each line of a document is cited, has a reason, or is told as a gap."""

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from layers.coverage import (
    DocumentCoverage,
    LineCoverage,
    Reasons,
    Totals,
    coverage,
    printed_lines,
    totals_of,
)
from layers.provenance import Texts
from layers.snapshot import Snapshot
from layers.targets import Target
from tests.builders import AVENUE, BRIDGE, ISLAND, LAB, PARK, PLAN_2021, PLAN_2023, PLAN_2024, target

NOTHING = Reasons()


def reasons(**lines: dict[str, str]) -> Reasons:
    codes = {"heading": {"zh": "标题", "en": "Heading"}, "event": {"zh": "活动", "en": "Event"}}
    return Reasons.read({"codes": codes, "lines": {PLAN_2024: {}, **lines}})


def on_2024(line: int, year_line: int | None = None, target_id: str = "firms") -> Target:
    cited = {"document": PLAN_2024, "clause": "一", "line": line, "phrase": "光谷", "year_line": year_line}
    return Target.read(target(id=target_id, citation=cited))


def lines_of(document: DocumentCoverage) -> dict[int, LineCoverage]:
    return {line.number: line for line in document.lines}


def states(document: DocumentCoverage) -> dict[int, str]:
    return {line.number: line.state for line in document.lines}


# --- the printed lines ---------------------------------------------------------------------------


def test_blank_lines_are_not_printed_and_numbers_count_from_one() -> None:
    texts = Texts({PLAN_2021: ("", "一", " \t\u3000", "二"), PLAN_2024: ()})
    assert printed_lines(texts) == {PLAN_2021: (2, 4), PLAN_2024: ()}


# --- what rests on a line ------------------------------------------------------------------------


def test_a_line_is_covered_by_the_places_whose_history_or_citations_name_it(snapshot: Snapshot) -> None:
    old, new, latest = coverage(
        snapshot, (), {PLAN_2021: [39], PLAN_2023: [39], PLAN_2024: [1, 3]}, NOTHING
    )
    assert lines_of(old)[39].places == (ISLAND,)
    assert lines_of(new)[39].places == (ISLAND, PARK, LAB, AVENUE, BRIDGE)
    # The park's citation; nobody speaks of line 1.
    assert lines_of(latest)[3].places == (PARK,)
    assert states(latest) == {1: "uncovered", 3: "cited"}


def test_a_line_that_carries_only_the_status_word_is_covered_too(snapshot: Snapshot) -> None:
    layer = snapshot.layer("sites")
    features = layer.features.copy()
    worded_rows = [[{**entry, "words_line": 7} for entry in row] for row in features["history"]]
    features["history"] = pd.Series(worded_rows, index=features.index, dtype=object)
    worded = replace(snapshot, layers={"sites": replace(layer, features=features)})
    (document,) = coverage(worded, (), {PLAN_2023: [7, 39]}, NOTHING)
    assert lines_of(document)[7].places == (ISLAND, PARK)


def test_a_line_is_covered_by_the_targets_that_cite_it_or_its_year(snapshot: Snapshot) -> None:
    targets = [on_2024(5, year_line=4), on_2024(5, target_id="labs")]
    (document,) = coverage(snapshot, targets, {PLAN_2024: [3, 4, 5]}, NOTHING)
    assert lines_of(document)[4].targets == ("firms",)
    assert lines_of(document)[5].targets == ("firms", "labs")
    assert lines_of(document)[3].targets == ()


def test_outside_knowledge_covers_no_line(snapshot: Snapshot) -> None:
    documents = coverage(snapshot, (), {PLAN_2024: [3]}, NOTHING)
    assert [document.document_id for document in documents] == [PLAN_2024]


# --- reasons and faults --------------------------------------------------------------------------


def test_a_reason_covers_a_line_that_nothing_cites(snapshot: Snapshot) -> None:
    given = reasons(**{PLAN_2024: {"1": "heading", "2": "event"}})
    (document,) = coverage(snapshot, (), {PLAN_2024: [1, 2, 3, 4]}, given)
    assert states(document) == {1: "reasoned", 2: "reasoned", 3: "cited", 4: "uncovered"}
    assert lines_of(document)[2].reason == "event"
    assert document.reasons() == {"heading": 1, "event": 1}


def test_a_reason_for_a_cited_line_contradicts_it(snapshot: Snapshot) -> None:
    given = reasons(**{PLAN_2024: {"3": "heading", "5": "event"}})
    (document,) = coverage(snapshot, [on_2024(5)], {PLAN_2024: [3, 5]}, given)
    assert states(document) == {3: "contradicted", 5: "contradicted"}


@pytest.mark.parametrize("number", ["2", "99"])
def test_a_reason_for_a_line_that_is_blank_or_not_there_is_stray(snapshot: Snapshot, number: str) -> None:
    given = reasons(**{PLAN_2024: {number: "heading"}})
    (document,) = coverage(snapshot, (), {PLAN_2024: [3]}, given)
    assert states(document) == {3: "cited", int(number): "stray"}


def test_a_citation_of_a_line_that_is_not_there_is_stray(snapshot: Snapshot) -> None:
    (document,) = coverage(snapshot, [on_2024(99)], {PLAN_2024: [3]}, NOTHING)
    assert states(document) == {3: "cited", 99: "stray"}


def test_reasons_for_a_document_that_there_is_not_are_stray(snapshot: Snapshot) -> None:
    given = reasons(hearsay={"1": "heading"})
    *_, last = coverage(snapshot, (), {PLAN_2024: [3]}, given)
    assert (last.document_id, states(last)) == ("hearsay", {1: "stray"})


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({"codes": {}, "lines": {"a": {"1": "heading"}}}, "heading"),
        ({"codes": {"heading": {"zh": "题", "en": "x"}}, "lines": {"a": {"one": "heading"}}}, "one"),
    ],
)
def test_reasons_that_cannot_be_are_refused(raw: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Reasons.read(raw)


# --- totals --------------------------------------------------------------------------------------


def test_totals_count_lines_and_not_citations(snapshot: Snapshot) -> None:
    given = reasons(**{PLAN_2024: {"1": "heading", "3": "event", "99": "event"}})
    printed = {PLAN_2021: [39], PLAN_2024: [1, 3, 4, 5]}
    documents = coverage(snapshot, [on_2024(4), on_2024(4, target_id="labs")], printed, given)
    assert documents[0].totals == Totals(printed=1, by_places=1, cited=1)
    assert documents[1].totals == Totals(
        printed=4, by_places=1, by_targets=1, cited=1, reasoned=1, uncovered=1, contradicted=1, stray=1,
    )  # fmt: skip
    every = totals_of(documents)
    assert (every.printed, every.cited, every.reasoned, every.faults) == (5, 2, 1, 3)
    assert every.cited + every.reasoned + every.uncovered + every.contradicted == every.printed


def test_totals_over_nothing_are_zero(snapshot: Snapshot) -> None:
    assert totals_of(coverage(snapshot, (), {}, NOTHING)) == Totals()


def test_what_is_handed_in_comes_back_unchanged(snapshot: Snapshot) -> None:
    printed = {PLAN_2024: [3, 1]}
    given = reasons(**{PLAN_2024: {"1": "heading"}})
    (document,) = coverage(snapshot, (), printed, given)
    assert [line.number for line in document.lines] == [1, 3]
    assert printed == {PLAN_2024: [3, 1]}
    assert given == reasons(**{PLAN_2024: {"1": "heading"}})
