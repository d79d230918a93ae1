"""What is typed in a terminal: read strictly, so that a slip is no empty answer."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from layers.catalogue import Catalogue
from layers.errors import UnknownFieldError, UnknownLayerError, UnknownValueError, UnreadableFilterError
from layers.filters import Condition
from layers.snapshot import Snapshot
from layers.typed import Typed, read_where, read_years, typed_view
from layers.view import MapView
from tests.builders import AVENUE, ISLAND, LAB, LAYER_IDS
from tests.views import shown

START = MapView(layers=LAYER_IDS, on=date(2026, 11, 22))


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("status=built", Condition("status", "in", ("built",))),
        (" status = built, planned ", Condition("status", "in", ("built", "planned"))),
        ("city!=wuhan", Condition("city", "not_in", ("wuhan",))),
        ("lead_unit=省科技厅", Condition("lead_unit", "in", ("省科技厅",))),
        ("accuracy_m<=500", Condition("accuracy_m", "at_most", (500,))),
        ("accuracy_m>=500", Condition("accuracy_m", "at_least", (500,))),
        ("past_window=1", Condition("past_window", "in", (True,))),
    ],
)
def test_a_filter_is_read(text: str, condition: Condition) -> None:
    assert read_where(text) == condition


@pytest.mark.parametrize(
    "text", ["", "status", "status=", "=built", "accuracy_m<=far", "past_window=maybe", "a b=c"]
)
def test_a_filter_of_another_form_is_refused(text: str) -> None:
    with pytest.raises((UnreadableFilterError, UnknownFieldError)):
        read_where(text)


@pytest.mark.parametrize("text", ["statsu=built", "status<=3", "accuracy_m=500", "years=2024", "search=x"])
def test_a_field_that_cannot_be_filtered_like_that_is_refused_with_those_that_can(text: str) -> None:
    with pytest.raises(UnknownFieldError, match="there are"):
        read_where(text)


@pytest.mark.parametrize(
    ("text", "years"), [("2023-2025", (2023, 2025)), ("2024", (2024, 2024)), ("2023–2025", (2023, 2025))]
)
def test_years_are_read(text: str, years: tuple[int, int]) -> None:
    assert read_years(text) == years


@pytest.mark.parametrize("text", ["2025-2023", "23-25", "2023-", "0999", "soon", "2023-2024-2025"])
def test_other_years_are_refused(text: str) -> None:
    with pytest.raises(UnreadableFilterError, match="2023-2025"):
        read_years(text)


@pytest.mark.parametrize(
    ("typed", "places"),
    [
        ({"where": ("status=built", "city=wuhan")}, {ISLAND}),
        ({"layers": ("routes",), "years": "2024", "dated": True}, {AVENUE}),
        ({"where": ("status=preliminary",)}, {LAB}),
        ({"text": "guanggu dadao"}, {AVENUE}),
        ({"link": "https://x.cn/m?w=status:built&l=sites"}, {ISLAND}),
        ({"link": "https://x.cn/m?l=sites,routes#top", "where": ("status=upgrading",)}, {AVENUE}),
    ],
)
def test_a_view_shows_what_was_typed(
    snapshot: Snapshot, catalogue: Catalogue, typed: Mapping[str, Any], places: set[str]
) -> None:
    assert shown(snapshot, typed_view(Typed(**typed), START, snapshot, catalogue)) == places


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"layers": ("sits",)}, UnknownLayerError),
        ({"where": ("status=bilt",)}, UnknownValueError),
        ({"where": ("id=nowhere",)}, UnknownValueError),
        ({"where": ("document=hearsay: a tale",)}, UnknownValueError),
        ({"link": "https://x.cn/m"}, UnreadableFilterError),
        ({"link": "https://x.cn/m?w=nonsense"}, UnreadableFilterError),
        ({"link": "https://x.cn/m?l=sites,gone"}, UnknownLayerError),
    ],
)
def test_what_is_not_there_is_refused_and_not_passed_over(
    snapshot: Snapshot, catalogue: Catalogue, typed: Mapping[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        typed_view(Typed(**typed), START, snapshot, catalogue)


def test_an_unknown_value_is_told_with_those_that_there_are(snapshot: Snapshot, catalogue: Catalogue) -> None:
    with pytest.raises(UnknownValueError) as refused:
        typed_view(Typed(where=("city=wuhn",)), START, snapshot, catalogue)
    assert (refused.value.field, refused.value.asked) == ("city", "wuhn")
    assert "wuhan" in refused.value.known
