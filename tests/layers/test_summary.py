"""Counts of six known places; and what is said of a link that asks for something else."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from layers.catalogue import Catalogue, FormerIds, Text, Tombstone
from layers.filters import CODED_FIELDS, PAST_WINDOW, YEARS, Condition, matching
from layers.snapshot import Snapshot
from layers.stores.folder import FolderStore
from layers.summary import (
    SHOWN_VALUES,
    Problem,
    Totals,
    facets,
    problems,
    totals,
    totals_and_facets,
    year_range,
)
from layers.view import MapView
from tests.builders import LAYER_IDS, write_folder

ALL = MapView(layers=LAYER_IDS, on=date(2026, 11, 21))


def codes(found: tuple[Problem, ...]) -> list[str]:
    return [problem.code for problem in found]


def test_totals_of_everything_are_all_places(snapshot: Snapshot) -> None:
    assert totals(snapshot, ALL) == Totals(shown=6, hidden=0, undated=4, unlocated=1)


def test_shown_and_hidden_are_always_all(snapshot: Snapshot) -> None:
    view = ALL.asking("status", ["built"])
    assert totals(snapshot, view) == Totals(shown=2, hidden=4, undated=1, unlocated=0)


def test_without_outside_knowledge_other_years_count(snapshot: Snapshot) -> None:
    view = replace(ALL, years=(2026, 2026), undated=False)
    assert totals(snapshot, view).shown == 1
    assert totals(snapshot, replace(view, outside=False)).shown == 0


def test_totals_and_facets_at_once_are_those_asked_for_singly(snapshot: Snapshot) -> None:
    view = replace(ALL.asking("status", ["built"]), years=(2026, 2026), text="光谷")
    fields = ("status", "city", YEARS, PAST_WINDOW)
    singly = totals(snapshot, view), facets(snapshot, view, fields)
    assert totals_and_facets(snapshot, view, fields) == singly


def test_a_facet_counts_under_all_filters_but_its_own(snapshot: Snapshot) -> None:
    view = ALL.asking("status", ["built"]).asking("city", ["ezhou"])
    status, city = facets(snapshot, view, ["status", "city"])
    assert status.counts == {"built": 1, "planned": 0, "preliminary": 0, "upgrading": 1, "unstated": 0}
    assert city.counts == {"wuhan": 1, "ezhou": 1}


def test_facets_of_years_and_past_windows_count_both_sides(snapshot: Snapshot) -> None:
    years, past = facets(snapshot, ALL, [YEARS, PAST_WINDOW])
    assert years.counts == {"undated": 4, "dated": 2}
    assert past.counts == {"1": 1, "0": 5}


@pytest.mark.parametrize("field", CODED_FIELDS)
def test_each_count_of_a_facet_is_what_choosing_that_value_shows(snapshot: Snapshot, field: str) -> None:
    view = replace(ALL, years=(2021, 2025), text="光谷")
    (facet,) = facets(snapshot, view, [field])
    for value, count in facet.counts.items():
        chosen = replace(view, conditions=(Condition(field, "in", (value,)),))
        if field == "layer":
            chosen = replace(view, layers=(value,))
        mask = matching(snapshot.index, chosen.all_conditions(), chosen.reading)
        assert count == int(mask.sum()), value


def test_the_range_of_years_is_that_of_all_places(snapshot: Snapshot) -> None:
    assert year_range(snapshot) == (2023, 2026)


def test_without_any_year_there_is_no_range(tmp_path: Path) -> None:
    empty = FolderStore(write_folder(tmp_path / "data", {"sites": []})).snapshot()
    assert year_range(empty) is None
    assert totals(empty, ALL) == Totals(0, 0, 0, 0)


def test_a_view_that_can_be_met_has_no_problems(snapshot: Snapshot, catalogue: Catalogue) -> None:
    view = replace(ALL.asking("status", ["built"]), version=snapshot.version, selected="bridge")
    assert problems(snapshot, catalogue, view) == ()


@pytest.mark.parametrize(
    ("change", "code", "asked"),
    [
        ({"layers": ("sites", "roads")}, "unknown_layer", "roads"),
        ({"layers": ()}, "no_layers", ""),
        ({"selected": "retired-place"}, "unknown_feature", "retired-place"),
        ({"basemap": "moon"}, "unknown_basemap", "moon"),
        ({"version": "000000000000"}, "unknown_version", "000000000000"),
        ({"unread": (("from", "timeline"),)}, "unread", "from=timeline"),
        ({"conditions": (Condition("city", "in", ("jiangxia",)),)}, "unknown_value", "city: jiangxia"),
        ({"conditions": (Condition("status", "not_in", ("done",)),)}, "unknown_value", "status: done"),
    ],
)
def test_what_a_link_asks_and_cannot_have_is_told(
    snapshot: Snapshot,
    catalogue: Catalogue,
    change: dict[str, object],
    code: str,
    asked: str,
) -> None:
    view = replace(ALL, **change)  # type: ignore[arg-type]
    (problem,) = problems(snapshot, catalogue, view)
    assert (problem.code, problem.asked) == (code, asked)


def test_a_version_to_compare_with_is_a_problem_where_it_is_not_there(
    snapshot: Snapshot,
    catalogue: Catalogue,
) -> None:
    view = replace(ALL, since="0c5be1f2a7d3")
    (problem,) = problems(snapshot, catalogue, view)
    assert problem == Problem("unknown_since", "0c5be1f2a7d3", (snapshot.version,))
    assert totals(snapshot, view) == totals(snapshot, ALL)
    assert problems(snapshot, catalogue, view, has_since=True) == ()
    assert problems(snapshot, catalogue, replace(view, since=snapshot.version)) == ()


def test_a_place_that_was_taken_out_is_told_with_reason_day_and_successor(
    snapshot: Snapshot,
    catalogue: Catalogue,
) -> None:
    reason = Text("并入葛店", "merged into Gedian")
    tombstones = {
        "gone": Tombstone(reason, date(2026, 5, 2), "lone-park"),
        "lost": Tombstone(reason, date(2026, 5, 3)),
    }
    knowing = replace(catalogue, former_ids=FormerIds({"older": "gone"}, tombstones))
    view = replace(ALL.asking("id", ["older", "lost", "never-there"]), selected="gone")
    told = problems(snapshot, knowing, view)
    assert [(one.code, one.asked, one.known) for one in told[:2]] == [
        ("retired_feature", "older", ("2026-05-02", "lone-park")),
        ("retired_feature", "lost", ("2026-05-03",)),
    ]
    assert [one.code for one in told[2:]] == ["unknown_value", "retired_feature"]
    assert told[0].said == reason


def test_what_was_renamed_is_told_with_the_name_of_now(snapshot: Snapshot, catalogue: Catalogue) -> None:
    renamed = (("city", "echeng", "ezhou"), ("layer", "places", "sites"), ("id", "old", "bridge"))
    view = replace(ALL, renamed=renamed)
    told = problems(snapshot, catalogue, view)
    assert [(one.code, one.asked, one.known) for one in told] == [
        ("renamed", "city: echeng", ("ezhou",)),
        ("renamed", "layer: places", ("sites",)),
        ("renamed", "id: old", ("bridge",)),
    ]
    assert [one.said.en if one.said else "" for one in told] == ["ezhou", "Layer sites", ""]


def test_a_code_that_is_listed_but_that_no_place_has_is_no_problem(
    snapshot: Snapshot,
    catalogue: Catalogue,
) -> None:
    assert problems(snapshot, catalogue, ALL.asking("city", ["huangshi"])) == ()


def test_an_unreadable_link_is_told_once_and_not_as_without_layers(
    snapshot: Snapshot,
    catalogue: Catalogue,
) -> None:
    view = MapView.from_query("y=never&w=x", ALL)
    assert codes(problems(snapshot, catalogue, view)) == ["unread", "unread"]


def test_a_refused_layer_is_told_as_refused_with_its_file(data_folder: Path) -> None:
    (data_folder / "geojson" / "site.geojson").write_text("{", encoding="utf-8")
    store = FolderStore(data_folder)
    (problem,) = problems(store.snapshot(), store.catalogue, ALL)
    assert problem == Problem("refused_layer", "site", ("site.geojson",))


def test_thousands_of_unknown_values_are_told_in_a_dozen_and_a_number(
    snapshot: Snapshot,
    catalogue: Catalogue,
) -> None:
    many = tuple(f"no-{number}" for number in range(10_000))
    view = replace(ALL, layers=many, conditions=(Condition("id", "in", many),))
    found = problems(snapshot, catalogue, view)
    assert codes(found) == ["unknown_layer"] * (SHOWN_VALUES + 1) + ["unknown_value"] * (SHOWN_VALUES + 1)
    assert (
        found[SHOWN_VALUES].asked == found[-1].asked.removeprefix("id: ") == f"… (+{10_000 - SHOWN_VALUES})"
    )
