"""Which features a reader's conditions leave: the operators are rows of one table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from layers.errors import UnknownFieldError, UnknownOperatorError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    from layers.index import FeatureIndex, Mask

YEARS = "years"
SEARCH = "search"
PAST_WINDOW = "past_window"
CODED_FIELDS = (
    "layer", "id", "status", "category", "city", "serves", "membership", "document", "lead_unit",
    "method",
)  # fmt: skip
NUMBER_FIELDS = ("accuracy_m",)
FIELDS = (*CODED_FIELDS, *NUMBER_FIELDS, PAST_WINDOW, YEARS, SEARCH)

Value: TypeAlias = str | int | float | bool
# Up to here a float holds every integer exactly, in Python and in the browser.
MAX_NUMBER = 2**53


@dataclass(frozen=True)
class Reading:
    """How the data is read when a filter is applied.

    Attributes
    ----------
    on
        The day from which a build window counts as past.
    outside
        Whether outside knowledge counts, or the planning documents only.
    """

    on: date
    outside: bool


@dataclass(frozen=True)
class Condition:
    """One condition: a field, an operator and values.

    Attributes
    ----------
    undated
        For `overlaps` only: whether a feature without any year meets the condition.

    Raises
    ------
    UnknownOperatorError
        No row of `OPERATORS` has this operator.
    UnknownFieldError
        There is no such field, or the operator does not serve for it.
    ValueError
        The operator takes another number of values, or they are no numbers.
    """

    field: str
    op: str
    values: tuple[Value, ...]
    undated: bool = True

    def __post_init__(self) -> None:
        """Refuse what cannot be asked."""
        if self.op not in OPERATORS:
            raise UnknownOperatorError(self.op, tuple(OPERATORS))
        fields = OPERATORS[self.op].fields
        if self.field not in fields:
            raise UnknownFieldError(self.field, self.op, fields)
        count = OPERATORS[self.op].numbers
        if count and not (len(self.values) == count and all(map(_is_number, self.values))):
            message = f"{self.op!r} takes {count} numbers, not {self.values!r}"
            raise ValueError(message)

    def mask(self, index: FeatureIndex, reading: Reading) -> Mask:
        """Return which features meet the condition."""
        return OPERATORS[self.op].mask(index, self, reading)

    def as_json(self) -> dict[str, Any]:
        """Return the condition as the map document takes it."""
        row: dict[str, Any] = {"field": self.field, "op": self.op, "values": list(self.values)}
        return row | {"undated": self.undated} if self.op == "overlaps" else row


@dataclass(frozen=True)
class Operator:
    """A row of the table of operators: the fields it serves for and what it does.

    Attributes
    ----------
    numbers
        How many numbers it takes; 0 where it takes any values.
    """

    fields: tuple[str, ...]
    mask: Callable[[FeatureIndex, Condition, Reading], Mask]
    numbers: int = 0


def matching(
    index: FeatureIndex, conditions: Iterable[Condition], reading: Reading,
) -> Mask:
    """Return which features meet every condition; all of them where there is none."""
    kept = np.ones(len(index), dtype=bool)
    for condition in conditions:
        kept &= condition.mask(index, reading)
    return kept


def _is_in(index: FeatureIndex, condition: Condition, reading: Reading) -> Mask:
    if condition.field == PAST_WINDOW:
        past = index.is_past_window(reading.on.year, outside=reading.outside)
        return np.isin(past, [value for value in condition.values if isinstance(value, bool)])
    field = index.read_as(condition.field, outside=reading.outside)
    return index.coded[field].has_any(map(str, condition.values), len(index))


def _is_not_in(index: FeatureIndex, condition: Condition, reading: Reading) -> Mask:
    return ~_is_in(index, condition, reading)


def _is_at_most(index: FeatureIndex, condition: Condition, _: Reading) -> Mask:
    return index.numbers[condition.field] <= _number(condition)


def _is_at_least(index: FeatureIndex, condition: Condition, _: Reading) -> Mask:
    return index.numbers[condition.field] >= _number(condition)


def _overlaps(index: FeatureIndex, condition: Condition, reading: Reading) -> Mask:
    start, end = index.window(outside=reading.outside)
    first, last = (float(value) for value in condition.values)
    starts = np.where(np.isnan(start), end, start)
    ends = np.where(np.isnan(end), start, end)
    undated = np.isnan(starts) & condition.undated
    return undated | ((starts <= last) & (ends >= first))


def _has(index: FeatureIndex, condition: Condition, _: Reading) -> Mask:
    terms = [str(term) for term in condition.values]
    return np.fromiter(
        (all(term in text for term in terms) for text in index.search), bool, len(index),
    )


def _is_number(value: Value) -> bool:
    # NaN and infinity fail the comparison too.
    return not isinstance(value, str | bool) and -MAX_NUMBER <= value <= MAX_NUMBER


def _number(condition: Condition) -> float:
    return float(condition.values[0])


OPERATORS: Mapping[str, Operator] = {
    "in": Operator((*CODED_FIELDS, PAST_WINDOW), _is_in),
    "not_in": Operator((*CODED_FIELDS, PAST_WINDOW), _is_not_in),
    "at_most": Operator(NUMBER_FIELDS, _is_at_most, numbers=1),
    "at_least": Operator(NUMBER_FIELDS, _is_at_least, numbers=1),
    "overlaps": Operator((YEARS,), _overlaps, numbers=2),
    "has": Operator((SEARCH,), _has),
}
