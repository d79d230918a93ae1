"""The masks are held against a second implementation that goes through the stored features one by one."""

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.catalogue import Catalogue
from layers.errors import UnknownFieldError, UnknownOperatorError
from layers.features import build_layer
from layers.filters import CODED_FIELDS, FIELDS, OPERATORS, PAST_WINDOW, Condition, Reading, matching
from layers.index import FeatureIndex
from layers.snapshot import Snapshot
from tests.builders import (
    AVENUE,
    BRIDGE,
    CODES,
    DOCUMENTS,
    ISLAND,
    LAB,
    LONE,
    PARK,
    PLAN_2021,
    PLAN_2024,
    POINT,
    PRESS_2026,
    entry,
    feature,
)

TODAY = Reading(date(2026, 11, 21), outside=True)
PLANS_ONLY = Reading(date(2026, 11, 21), outside=False)
ALL = {ISLAND, PARK, LONE, LAB, AVENUE, BRIDGE}


def kept(snapshot: Snapshot, *conditions: Condition, reading: Reading = TODAY) -> set[str]:
    return set(snapshot.index.ids[matching(snapshot.index, conditions, reading)])


CASES: list[tuple[str, str, tuple[Any, ...], set[str]]] = [
    ("layer", "in", ("sites",), {ISLAND, PARK}),
    ("layer", "in", ("site",), {LONE, LAB}),
    ("layer", "not_in", ("sites", "site"), {AVENUE, BRIDGE}),
    ("id", "in", (LAB, AVENUE), {LAB, AVENUE}),
    ("id", "not_in", (LAB,), ALL - {LAB}),
    ("status", "in", ("built",), {ISLAND, LONE}),
    ("status", "in", ("preliminary", "unstated"), {LAB, BRIDGE}),
    ("status", "not_in", ("built", "planned"), {LAB, AVENUE, BRIDGE}),
    ("category", "in", ("road",), {AVENUE, BRIDGE}),
    ("category", "not_in", ("road", "park"), {LAB}),
    ("city", "in", ("ezhou",), {LONE, AVENUE}),
    ("city", "not_in", ("ezhou",), ALL - {LONE, AVENUE}),
    ("serves", "in", ("ezhou",), {PARK}),
    ("serves", "not_in", ("ezhou",), ALL - {PARK}),
    ("membership", "in", ("clusters",), {PARK}),
    ("membership", "in", ("clusters", "key-blocks"), {PARK, ISLAND}),
    ("membership", "not_in", ("clusters",), ALL - {PARK}),
    ("document", "in", (PRESS_2026,), {ISLAND}),
    ("document", "in", (PLAN_2024,), {PARK}),
    ("document", "not_in", (PLAN_2021, PLAN_2024), ALL - {ISLAND, PARK}),
    ("lead_unit", "in", ("省科技厅",), {ISLAND}),
    ("lead_unit", "not_in", ("省科技厅",), ALL - {ISLAND}),
    ("method", "in", ("schematic", "published"), {ISLAND, PARK}),
    ("method", "not_in", ("derived",), {ISLAND, PARK, LAB}),
    ("accuracy_m", "at_most", (500,), ALL - {ISLAND, LAB}),
    ("accuracy_m", "at_most", (199,), set()),
    ("accuracy_m", "at_least", (1500,), {ISLAND}),
    ("accuracy_m", "at_least", (0,), ALL - {LAB}),
    (PAST_WINDOW, "in", (True,), {AVENUE}),
    (PAST_WINDOW, "in", (False,), ALL - {AVENUE}),
    (PAST_WINDOW, "in", (True, False), ALL),
    (PAST_WINDOW, "not_in", (True,), ALL - {AVENUE}),
    ("years", "overlaps", (2024, 2024), ALL - {ISLAND}),
    ("years", "overlaps", (2026, 2030), ALL - {AVENUE}),
    ("search", "has", ("guanggu",), {ISLAND, LAB, AVENUE, BRIDGE}),
    ("search", "has", ("光谷", "大道"), {AVENUE}),
    ("search", "has", (LAB,), {LAB}),
]


@pytest.mark.parametrize(("field", "op", "values", "expected"), CASES)
def test_a_condition_keeps(
    snapshot: Snapshot,
    field: str,
    op: str,
    values: tuple[Any, ...],
    expected: set[str],
) -> None:
    assert kept(snapshot, Condition(field, op, values)) == expected


def test_every_field_of_every_operator_has_a_case() -> None:
    rows = {(field, op) for op, operator in OPERATORS.items() for field in operator.fields}
    assert rows == {(field, op) for field, op, _, _ in CASES}
    assert {field for field, _ in rows} == set(FIELDS)


def test_without_the_undated_only_windows_that_meet_the_years_are_kept(snapshot: Snapshot) -> None:
    asked = Condition("years", "overlaps", (2024, 2026), undated=False)
    assert kept(snapshot, asked) == {ISLAND, AVENUE}


def test_planning_documents_only_gives_status_years_and_documents_of_the_plans(snapshot: Snapshot) -> None:
    def plans(*conditions: Condition) -> set[str]:
        return kept(snapshot, *conditions, reading=PLANS_ONLY)

    assert plans(Condition("status", "in", ("under_construction",))) == {ISLAND}
    assert plans(Condition("status", "in", ("built",))) == set()
    assert plans(Condition("status", "in", ("unstated",))) == {LONE, BRIDGE}
    assert plans(Condition("document", "in", (PRESS_2026,))) == set()
    assert plans(Condition("years", "overlaps", (2021, 2021), undated=False)) == {ISLAND}
    assert plans(Condition(PAST_WINDOW, "in", (True,))) == {ISLAND, AVENUE}


@pytest.mark.parametrize(("on", "past"), [(date(2024, 12, 31), set()), (date(2025, 1, 1), {AVENUE})])
def test_a_window_is_past_from_the_first_day_of_the_year_after_its_last(
    snapshot: Snapshot, on: date, past: set[str]
) -> None:
    asked = Condition(PAST_WINDOW, "in", (True,))
    assert kept(snapshot, asked, reading=Reading(on, outside=True)) == past


def test_every_condition_must_hold(snapshot: Snapshot) -> None:
    roads, ezhou = Condition("category", "in", ("road",)), Condition("city", "in", ("ezhou",))
    assert kept(snapshot, roads, ezhou) == {AVENUE}
    assert kept(snapshot) == ALL


@pytest.mark.parametrize("field", [*CODED_FIELDS, PAST_WINDOW])
def test_in_nothing_keeps_nothing_and_not_in_nothing_keeps_all(snapshot: Snapshot, field: str) -> None:
    assert kept(snapshot, Condition(field, "in", ())) == set()
    assert kept(snapshot, Condition(field, "not_in", ())) == ALL


@pytest.mark.parametrize("field", CODED_FIELDS)
@pytest.mark.parametrize(
    "value", ["nowhere", "", "built ", "BUILT", "%", "*", ".*", "\0", "status_documents"]
)
def test_a_value_that_the_data_does_not_have_keeps_nothing(
    snapshot: Snapshot, field: str, value: str
) -> None:
    assert kept(snapshot, Condition(field, "in", (value,))) == set()


@pytest.mark.parametrize("op", ["", "IN", "contains", "in ", "__class__"])
def test_an_unknown_operator_is_refused_with_those_there_are(op: str) -> None:
    with pytest.raises(UnknownOperatorError) as refused:
        Condition("status", op, ("built",))
    assert repr(op) in str(refused.value)
    assert "at_most" in str(refused.value)


@pytest.mark.parametrize(
    ("field", "op"),
    [
        ("statuss", "in"),
        ("", "in"),
        ("status_documents", "in"),
        ("accuracy_m", "in"),
        ("status", "at_most"),
        ("search", "in"),
        ("years", "in"),
        ("layer", "has"),
    ],
)
def test_an_unknown_field_or_one_that_the_operator_does_not_serve_is_refused(field: str, op: str) -> None:
    with pytest.raises(UnknownFieldError) as refused:
        Condition(field, op, ("built",))
    assert repr(field) in str(refused.value)


@pytest.mark.parametrize(
    "values",
    [(), (1, 2), ("500",), (True,), (float("nan"),), (float("inf"),), (10**400,), (1e300,)],
)
def test_a_number_is_asked_with_one_number(values: tuple[Any, ...]) -> None:
    with pytest.raises(ValueError, match="takes 1 numbers"):
        Condition("accuracy_m", "at_most", values)


@pytest.mark.parametrize("values", [(), (2020,), (2020, 2021, 2022), ("2020", "2021"), (2020, float("nan"))])
def test_years_are_asked_with_two_numbers(values: tuple[Any, ...]) -> None:
    with pytest.raises(ValueError, match="takes 2 numbers"):
        Condition("years", "overlaps", values)


def test_no_features_give_an_empty_mask(catalogue: Catalogue) -> None:
    index = FeatureIndex.build({}, catalogue)
    for field, op, values, _ in CASES:
        assert matching(index, [Condition(field, op, values)], TODAY).tolist() == []


def test_what_goes_to_the_browser_names_field_operator_and_values() -> None:
    assert Condition("status", "in", ("built",)).as_json() == {
        "field": "status", "op": "in", "values": ["built"],
    }  # fmt: skip
    assert Condition("years", "overlaps", (2023, 2025), undated=False).as_json() == {
        "field": "years", "op": "overlaps", "values": [2023, 2025], "undated": False,
    }  # fmt: skip


# --- the second implementation -------------------------------------------------------------------

RANK = {"preliminary": 0, "planned": 1, "under_construction": 2, "built": 3}


def history_of(properties: dict[str, Any], *, outside: bool) -> list[dict[str, Any]]:
    told = [row for row in properties["history"] if outside or DOCUMENTS[row["document"]][0] == "plan"]
    return sorted(told, key=lambda row: DOCUMENTS[row["document"]][1])


def status_of(properties: dict[str, Any], *, outside: bool) -> str:
    status = "unstated"
    for row in history_of(properties, outside=outside):
        status = row["status"] if row["status"] != "unstated" else status
    return status


def years_of(properties: dict[str, Any], *, outside: bool) -> tuple[int | None, int | None]:
    years: tuple[int | None, int | None] = None, None
    for row in history_of(properties, outside=outside):
        if row["year_start"] or row["year_end"]:
            years = row["year_start"], row["year_end"]
    return years


def sources_of(properties: dict[str, Any], *, outside: bool) -> list[str]:
    named = [row["document"] for row in (*properties["history"], *properties["citations"])]
    return [name for name in named if outside or DOCUMENTS[name][0] == "plan"]


def is_past(properties: dict[str, Any], reading: Reading) -> bool:
    _, end = years_of(properties, outside=reading.outside)
    status = status_of(properties, outside=reading.outside)
    return end is not None and end < reading.on.year and status != "built"


VALUES_OF: dict[str, Callable[[dict[str, Any], Reading], list[Any]]] = {
    "layer": lambda _, __: ["made"],
    "id": lambda p, _: [p["id"]],
    "status": lambda p, reading: [status_of(p, outside=reading.outside)],
    "category": lambda p, _: [p["category"]],
    "city": lambda p, _: p["city"],
    "serves": lambda p, _: p["serves"],
    "membership": lambda p, _: p["memberships"],
    "document": lambda p, reading: sources_of(p, outside=reading.outside),
    "lead_unit": lambda p, _: p["lead_units"],
    "method": lambda p, _: [p["position"]["method"]] if p["position"] else [],
    PAST_WINDOW: lambda p, reading: [is_past(p, reading)],
}


def holds(properties: dict[str, Any], condition: Condition, reading: Reading) -> bool:  # noqa: PLR0911 - one an operator
    values: tuple[Any, ...] = condition.values
    match condition.op:
        case "in":
            return any(value in values for value in VALUES_OF[condition.field](properties, reading))
        case "not_in":
            return not any(value in values for value in VALUES_OF[condition.field](properties, reading))
        case "at_most":
            return bool(properties["position"] and properties["position"]["accuracy_m"] <= values[0])
        case "at_least":
            return bool(properties["position"] and properties["position"]["accuracy_m"] >= values[0])
        case "overlaps":
            start, end = years_of(properties, outside=reading.outside)
            if start is None and end is None:
                return condition.undated
            window = (start or end or 0, end or start or 0)
            return bool(window[0] <= values[1] and window[1] >= values[0])
    names = f"{properties['name_zh']} {properties['name_en']} {properties['id']}".lower()
    return all(str(term) in names for term in values)


years = st.sampled_from([None, 2019, 2020, 2023, 2025, 2027])
entries = st.builds(
    lambda document, status, start, end: entry(document, status, (start, end)),
    st.sampled_from(list(DOCUMENTS)),
    st.sampled_from(CODES["status"]),
    years,
    years,
)


@st.composite
def stored(draw: st.DrawFn) -> list[dict[str, Any]]:
    def some(codes: list[str], least: int = 0) -> list[str]:
        return draw(st.lists(st.sampled_from(codes), unique=True, min_size=least, max_size=2))

    return [
        feature(
            f"place-{number}",
            draw(st.sampled_from([POINT, None])),
            method=draw(st.sampled_from(CODES["method"])),
            accuracy_m=draw(st.sampled_from([1, 100, 500, 3000])),
            name_en=draw(st.sampled_from(["Park", "Bridge", "Park Bridge"])),
            category=draw(st.sampled_from(CODES["category"])),
            memberships=some(CODES["membership"]),
            city=some(CODES["city"], 1),
            serves=some(CODES["city"]),
            lead_units=some(CODES["unit"]),
            history=draw(st.lists(entries, min_size=1, max_size=3, unique_by=lambda row: row["document"])),
        )
        for number in range(draw(st.integers(0, 4)))
    ]


NUMBERS = st.tuples(st.sampled_from([0, 1, 100, 499, 500, 5000]))
conditions = st.one_of(
    *(
        st.builds(
            Condition,
            st.just(field),
            st.sampled_from(["in", "not_in"]),
            st.lists(st.sampled_from([*CODES.get(field, ["made", "place-1"]), "nowhere"]), max_size=3).map(
                tuple
            ),
        )
        for field in ("layer", "id", "status", "category", "city", "serves", "membership", "method")
    ),
    st.builds(
        Condition,
        st.just("document"),
        st.sampled_from(["in", "not_in"]),
        st.lists(st.sampled_from(list(DOCUMENTS)), max_size=2).map(tuple),
    ),
    st.builds(
        Condition,
        st.just("lead_unit"),
        st.sampled_from(["in", "not_in"]),
        st.sampled_from([("省科技厅",), ()]),
    ),
    st.builds(
        Condition,
        st.just(PAST_WINDOW),
        st.sampled_from(["in", "not_in"]),
        st.lists(st.booleans(), max_size=2).map(tuple),
    ),
    st.builds(Condition, st.just("accuracy_m"), st.sampled_from(["at_most", "at_least"]), NUMBERS),
    st.builds(
        Condition,
        st.just("years"),
        st.just("overlaps"),
        st.tuples(st.integers(2018, 2028), st.integers(2018, 2028)),
        st.booleans(),
    ),
    st.builds(
        Condition,
        st.just("search"),
        st.just("has"),
        st.lists(st.sampled_from(["park", "bridge", "1", "光谷", "x"]), max_size=2).map(tuple),
    ),
)


@settings(max_examples=120)
@given(
    features=stored(),
    asked=st.lists(conditions, max_size=4),
    reading=st.builds(Reading, st.dates(date(2019, 1, 1), date(2028, 12, 31)), st.booleans()),
)
def test_masks_equal_going_through_the_features_one_by_one(
    catalogue: Catalogue,
    features: list[dict[str, Any]],
    asked: list[Condition],
    reading: Reading,
) -> None:
    layer = build_layer("made", {"features": features}, catalogue)
    index = FeatureIndex.build({layer.layer_id: layer.features}, catalogue)
    expected = [all(holds(row["properties"], one, reading) for one in asked) for row in features]
    mask = matching(index, asked, reading)
    assert mask.dtype == np.bool_
    assert mask.tolist() == expected
