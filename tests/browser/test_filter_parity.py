"""The browser's filter and Python's say the same of every feature, for every field and operator."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from layers.filters import FIELDS, OPERATORS, Condition, matching
from layers.stores.folder import FolderStore
from layers.view import MapView
from tests.browser.map_document import MapDocument
from tests.browser.saved import saved_map
from tests.browser.scattered import scattered_folder
from tests.browser.watch import visits
from tests.builders import CODES, DOCUMENTS, LAYER_IDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from layers.snapshot import Snapshot

pytestmark = pytest.mark.browser

# In one call for all filters: (filter) => ids shown, whatever the order.
SHOWN_BY = """(filters) => filters.map((filter) => {
  Atlas.setFilter(filter);
  return Atlas.probe().shown.sort();
})"""
NOBODY = ["nowhere", "", "BUILT", "__proto__", "constructor", "toString", "\0"]
VALUES: dict[str, list[Any]] = {
    "layer": [*LAYER_IDS],
    "id": ["place-0", "place-1", "place-22", "clear-park", "unplaced-lab"],
    "status": CODES["status"],
    "category": CODES["category"],
    "city": CODES["city"],
    "serves": CODES["city"],
    "membership": CODES["membership"],
    "document": [*DOCUMENTS],
    "lead_unit": CODES["unit"],
    "method": CODES["method"],
    "accuracy_m": [-1, 0, 99, 100, 101, 499.5, 500, 1500, 5000, 2**53],
    "past_window": [True, False],
    "years": [1000, 2018, 2019, 2020, 2021, 2023, 2024, 2025, 2026, 2030, 2035, 2036, 9999],
    "search": ["guang", "光谷", "gg", "donghu", "东湖", "kexue", "no. 1", "|", "place-1", "o3", "Ⅱ", " "],
}
DAYS = (date(2026, 11, 21), date(2020, 1, 1), date(2021, 1, 1), date(2040, 6, 30))
PAIRS = [(field, op) for op, operator in OPERATORS.items() for field in operator.fields]
START = MapView(layers=LAYER_IDS, on=DAYS[0])


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """Return places that have nulls, empty and long lists, all statuses, and word from outside."""
    return FolderStore(scattered_folder(tmp_path_factory.mktemp("parity") / "data")).snapshot()


@pytest.fixture(scope="module")
def atlas(
    browser: Browser, snapshot: Snapshot, tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[MapDocument]:
    """Open one document with these places; each test sets whole filters in it."""
    folder = tmp_path_factory.mktemp("document")
    catalogue = FolderStore(scattered_folder(folder / "data")).catalogue
    url = saved_map(folder / "map.html", snapshot, catalogue, START)
    with visits(browser, folder.as_uri()) as tabs:
        page = tabs.page()
        page.goto(url)
        page.wait_for_selector(".atlas-strip")
        yield MapDocument(page, page)


def found(snapshot: Snapshot, view: MapView) -> list[str]:
    index = snapshot.index
    return sorted(index.ids[matching(index, view.all_conditions(), view.reading)])


def agree(atlas: MapDocument, snapshot: Snapshot, views: list[MapView]) -> None:
    """Fail with the first filter of which browser and Python say something different."""
    filters = [view.filter_json(seq) for seq, view in enumerate(views, start=next_number(atlas))]
    for asked, view, shown in zip(filters, views, atlas.ask(SHOWN_BY, filters), strict=True):
        assert (asked["rows"], view.on, shown) == (asked["rows"], view.on, found(snapshot, view))


def next_number(atlas: MapDocument) -> int:
    number: int = atlas.ask("() => Atlas.state.filter.seq + 1")
    return number


def conditions(field: str, op: str) -> list[Condition]:
    """Return conditions with each value, pairs of values, none, and values that nothing has."""
    values = VALUES[field]
    if op == "overlaps":
        spans = [(first, last) for first in values for last in values]
        return [Condition(field, op, span, undated=undated) for span in spans for undated in (True, False)]
    if OPERATORS[op].numbers:
        return [Condition(field, op, (value,)) for value in values]
    nobody = [] if field == "past_window" else NOBODY
    chosen = [(), *((value,) for value in (*values, *nobody)), tuple(values), (values[0], *nobody)]
    chosen += [(first, last) for first in values for last in values]
    return [Condition(field, op, tuple(part)) for part in chosen]


def test_there_are_values_for_every_field() -> None:
    assert set(VALUES) == set(FIELDS)


@pytest.mark.parametrize(("field", "op"), PAIRS)
def test_one_condition_shows_what_python_finds(
    atlas: MapDocument, snapshot: Snapshot, field: str, op: str,
) -> None:
    asked = [replace(START, conditions=(row,), outside=outside)
             for row in conditions(field, op) for outside in (True, False)]  # fmt: skip
    agree(atlas, snapshot, asked)
    # The values tell features apart, so that agreeing means something.
    assert len({tuple(found(snapshot, view)) for view in asked}) > 1


def test_the_day_decides_what_is_past(atlas: MapDocument, snapshot: Snapshot) -> None:
    asked = [
        replace(START, conditions=(Condition("past_window", op, (is_past,)),), on=day, outside=outside)
        for op in ("in", "not_in") for is_past in (True, False) for day in DAYS for outside in (True, False)
    ]  # fmt: skip
    agree(atlas, snapshot, asked)
    assert len({tuple(found(snapshot, view)) for view in asked}) > 2, "the day tells places apart"


def test_layers_years_text_and_conditions_hold_together(atlas: MapDocument, snapshot: Snapshot) -> None:
    dice = random.Random(3)  # noqa: S311 - the same filters in each run
    every = [row for field, op in PAIRS if field not in {"years", "search"} for row in conditions(field, op)]
    asked = [
        MapView(
            layers=tuple(dice.sample(LAYER_IDS, dice.randint(0, len(LAYER_IDS)))),
            on=dice.choice(DAYS),
            conditions=tuple(dice.sample(every, dice.randint(0, 3))),
            years=dice.choice([None, (2021, 2023), (2024, 2024), (2026, 2040)]),
            undated=dice.choice([True, False]),
            text=dice.choice(["", "", "光谷", "GuangGu", "東湖", "  gg  kx "]),
            outside=dice.choice([True, False]),
        )
        for _ in range(400)
    ]
    agree(atlas, snapshot, asked)
    assert len({tuple(found(snapshot, view)) for view in asked}) > 100, "most filters show something else"


@pytest.mark.parametrize(
    "row",
    [
        {"field": "statuss", "op": "in", "values": ["built"]},
        {"field": "status", "op": "contains", "values": ["built"]},
        {"field": "status", "op": "at_most", "values": [3]},
        {"field": "accuracy_m", "op": "in", "values": [500]},
        {"field": "accuracy_m", "op": "at_most", "values": []},
        {"field": "years", "op": "overlaps", "values": [2021], "undated": False},
        {"field": "years", "op": "overlaps", "values": [None, None], "undated": False},
        {"field": "search", "op": "in", "values": ["光谷"]},
        {"field": "__proto__", "op": "in", "values": ["built"]},
        {"op": "in", "values": ["built"]},
        {},
        None,
    ],
)
def test_a_row_that_makes_no_sense_shows_nothing(atlas: MapDocument, row: object) -> None:
    asked = {**START.filter_json(next_number(atlas)), "rows": [row]}
    assert atlas.ask(SHOWN_BY, [asked]) == [[]]


def test_an_answer_that_comes_late_changes_nothing(atlas: MapDocument, snapshot: Snapshot) -> None:
    number = next_number(atlas) + 5
    built = replace(START, conditions=(Condition("status", "in", ("built",)),))
    newer, older = built.filter_json(number), START.filter_json(number - 3)
    assert atlas.ask(SHOWN_BY, [newer, older]) == [found(snapshot, built)] * 2
