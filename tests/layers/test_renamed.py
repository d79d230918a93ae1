"""A link made before something was renamed shows it by its new name, one made after in older data too."""

from dataclasses import replace
from datetime import date

import pytest

from layers.catalogue import Catalogue, FormerIds
from layers.filters import Condition
from layers.renamed import as_named_in
from layers.snapshot import Snapshot
from layers.view import MapView
from tests.builders import BRIDGE, ISLAND, LAYER_IDS

VIEW = MapView(layers=LAYER_IDS, on=date(2026, 11, 21))


@pytest.fixture
def knowing(catalogue: Catalogue) -> Catalogue:
    """Return the catalogue with former names: some of today's data, and of data that is older than it."""
    return replace(
        catalogue,
        former_codes={
            "city": {"echeng": "gedian", "gedian": "ezhou"},
            "layer": {"places": "sites", "site": "spots"},
            "unit": {"科技厅": "省科技厅"},
            "status": {"built": "completed"},
            "document": {"plan": "plan-2023"},
        },
        former_ids=FormerIds(aliases={"old-island": ISLAND, BRIDGE: "new-bridge"}),
    )


def asking(field: str, *values: str, op: str = "in") -> MapView:
    return replace(VIEW, conditions=(Condition(field, op, values),))


@pytest.mark.parametrize(
    ("field", "asked", "named"),
    [
        ("city", ("echeng",), ("ezhou",)),
        ("city", ("wuhan", "gedian"), ("wuhan", "ezhou")),
        ("city", ("echeng", "ezhou"), ("ezhou",)),
        ("serves", ("echeng",), ("ezhou",)),
        ("lead_unit", ("科技厅",), ("省科技厅",)),
        ("document", ("plan",), ("plan-2023",)),
        ("id", ("old-island", BRIDGE), (ISLAND, BRIDGE)),
    ],
)
def test_a_former_name_is_that_of_now(
    snapshot: Snapshot,
    knowing: Catalogue,
    field: str,
    asked: tuple[str, ...],
    named: tuple[str, ...],
) -> None:
    former = [name for name in asked if name not in {"wuhan", "ezhou", BRIDGE}]
    for op in ("in", "not_in"):
        view = as_named_in(asking(field, *asked, op=op), snapshot, knowing)
        assert view.conditions == (Condition(field, op, named),)
        assert [(name, old) for name, old, _ in view.renamed] == [(field, old) for old in former]


def test_in_data_of_before_a_new_name_is_the_former_one(snapshot: Snapshot, knowing: Catalogue) -> None:
    view = replace(asking("status", "completed"), layers=("spots",), selected="new-bridge")
    named = as_named_in(view, snapshot, knowing)
    assert named.conditions == (Condition("status", "in", ("built",)),)
    assert (named.layers, named.selected, named.renamed) == (("site",), BRIDGE, ())


def test_layers_and_the_place_selected_are_named_as_now(snapshot: Snapshot, knowing: Catalogue) -> None:
    view = as_named_in(replace(VIEW, layers=("places", "routes"), selected="old-island"), snapshot, knowing)
    assert (view.layers, view.selected) == (("sites", "routes"), ISLAND)
    assert view.renamed == (("layer", "places", "sites"), ("id", "old-island", ISLAND))


@pytest.mark.parametrize("name", ["nowhere", "", "ezhou"])
def test_a_name_that_was_never_another_ones_stays(snapshot: Snapshot, knowing: Catalogue, name: str) -> None:
    view = replace(asking("city", name, name), layers=("moon", "moon"), selected=name)
    assert as_named_in(view, snapshot, knowing) == view


def test_numbers_and_flags_are_not_names(snapshot: Snapshot, knowing: Catalogue) -> None:
    rows = (Condition("accuracy_m", "at_most", (500,)), Condition("past_window", "in", (True,)))
    view = replace(VIEW, conditions=rows)
    assert as_named_in(view, snapshot, knowing) == view
