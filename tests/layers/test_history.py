"""Expected values: the rules of the data contract, written out case by case."""

from datetime import date
from typing import Any

import pytest

from layers.catalogue import Catalogue
from layers.history import Standing, dated, is_past_window, standing
from tests.builders import KNOWLEDGE, PLAN_2021, PLAN_2023, PLAN_2024, PRESS_2026, entry


def stands(*entries: dict[str, Any]) -> Standing:
    return standing(entries)


def test_entries_come_oldest_first_with_the_date_of_their_document(catalogue: Catalogue) -> None:
    entries = [entry(PRESS_2026), entry(PLAN_2024), entry(PLAN_2021), entry(PLAN_2023)]
    assert [row["date"] for row in dated(entries, catalogue.documents)] == [
        "2021-12-22", "2023-04-08", "2024-02", "2026-03-20",
    ]  # fmt: skip


def test_undated_knowledge_comes_first_so_that_any_document_overrides_it(catalogue: Catalogue) -> None:
    entries = dated([entry(PLAN_2021, "planned"), entry(KNOWLEDGE, "built")], catalogue.documents)
    assert [row["document"] for row in entries] == [KNOWLEDGE, PLAN_2021]
    assert standing(entries).status == "planned"


def test_entries_of_one_document_keep_their_order(catalogue: Catalogue) -> None:
    entries = [entry(PLAN_2023, "planned"), entry(PLAN_2023, "built")]
    assert [row["status"] for row in dated(entries, catalogue.documents)] == ["planned", "built"]


def test_the_entries_given_are_not_changed(catalogue: Catalogue) -> None:
    given = [entry(PLAN_2023), entry(PLAN_2021)]
    before = [dict(row) for row in given]
    dated(given, catalogue.documents)
    assert given == before


def test_the_latest_stated_status_holds() -> None:
    assert stands(entry(status="planned"), entry(status="built")).status == "built"


def test_a_later_mention_without_a_verb_takes_no_status_away() -> None:
    assert stands(entry(status="built"), entry(status="unstated")).status == "built"


def test_without_any_stated_status_it_is_unstated() -> None:
    assert stands(entry(status="unstated")).status == "unstated"
    assert stands() == Standing("unstated", None, None, is_conflicting=False)


def test_the_latest_window_holds_whole_and_is_not_mixed_with_an_earlier_one() -> None:
    after = stands(entry(years=(2021, 2025)), entry(years=(None, 2027)), entry())
    assert (after.year_start, after.year_end) == (None, 2027)


@pytest.mark.parametrize(
    ("early", "late", "conflicts"),
    [
        ("planned", "built", False),
        ("built", "planned", True),
        ("under_construction", "preliminary", True),
        ("planned", "planned", False),
        ("built", "upgrading", False),
        ("upgrading", "planned", False),
        ("built", "unstated", False),
    ],
)
def test_documents_conflict_where_a_later_one_goes_back(early: str, late: str, conflicts: bool) -> None:  # noqa: FBT001
    assert stands(entry(status=early), entry(status=late)).is_conflicting is conflicts


def test_a_step_back_counts_across_an_entry_that_says_nothing() -> None:
    assert stands(entry(status="built"), entry(status="unstated"), entry(status="planned")).is_conflicting


def test_documents_conflict_where_they_print_other_years() -> None:
    assert stands(entry(years=(2021, 2025)), entry(years=(2021, 2026))).is_conflicting
    assert not stands(entry(years=(2021, 2025)), entry(), entry(years=(2021, 2025))).is_conflicting


@pytest.mark.parametrize(
    ("status", "year_end", "is_past"),
    [
        ("planned", 2025, True),
        ("planned", 2026, False),
        ("planned", None, False),
        ("built", 2025, False),
        ("upgrading", 2020, True),
        ("unstated", 2020, True),
    ],
)
def test_a_window_is_past_when_it_ended_before_the_year_and_nothing_says_built(
    status: str,
    year_end: int | None,
    is_past: bool,  # noqa: FBT001
) -> None:
    assert is_past_window(status, year_end, date(2026, 1, 1).year) is is_past
