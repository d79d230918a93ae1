"""What was measured, as a table."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

HEADS = ("figure", "measured", "n", "budget", "met", "plain way", "ratio")


@dataclass(frozen=True)
class Plain:
    """The same thing done the plain way, in the same run."""

    name: str
    value: float


@dataclass(frozen=True)
class Figure:
    """One row of the table.

    Attributes
    ----------
    n
        How many times it was measured.
    budget
        What it must not exceed; None where it is only told.
    plain
        The plain way's figure, None where there is none.
    least_ratio
        How many times the plain way's figure must be this one's at least; None where any will do.
    title
        Of the table that it stands in; empty for the first.
    """

    name: str
    value: float
    unit: str
    n: int
    budget: float | None = None
    plain: Plain | None = None
    least_ratio: float | None = None
    title: str = ""

    @property
    def is_met(self) -> bool | None:
        """Whether the budget is kept; None where there is no budget."""
        if self.budget is None and self.least_ratio is None:
            return None
        is_within = self.budget is None or self.value <= self.budget
        return is_within and (self.least_ratio is None or self.ratio >= self.least_ratio)

    @property
    def ratio(self) -> float:
        """How many times the plain way's figure is this one's; 0 where there is no plain way."""
        return self.plain.value / max(self.value, 1e-9) if self.plain else 0.0


def tables(figures: Iterable[Figure]) -> str:
    """Return the figures as Markdown tables, those with a title under it and behind the others."""
    ordered = sorted(figures, key=lambda figure: figure.title)
    made = []
    for title, rows in groupby(ordered, key=lambda figure: figure.title):
        made += [f"**{title}**"] * bool(title) + [table(rows)]
    return "\n\n".join(made)


def table(figures: Iterable[Figure]) -> str:
    """Return the figures as a Markdown table, its columns lined up."""
    rows = [HEADS, *map(_row, figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADS))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    lines.insert(1, "| " + " | ".join("-" * width for width in widths) + " |")
    return "\n".join(lines)


def median(values: Sequence[float]) -> float:
    """Return the median of measurements."""
    return statistics.median(values)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the least measurement that a share of them does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _row(figure: Figure) -> tuple[str, ...]:
    unit = figure.unit
    budget = "" if figure.budget is None else f"≤ {_amount(figure.budget, unit)}"
    if figure.least_ratio is not None:
        budget = f"{budget}, {figure.least_ratio:g} times".removeprefix(", ")
    plain = figure.plain
    return (
        figure.name,
        _amount(figure.value, unit),
        str(figure.n),
        budget,
        {None: "", True: "yes", False: "NO"}[figure.is_met],
        f"{_amount(plain.value, unit)} {plain.name}" if plain else "",
        f"{figure.ratio:,.1f}" if plain else "",
    )


def _amount(value: float, unit: str) -> str:
    digits = 0 if value >= 100 or value == int(value) else 1 if value >= 10 else 2
    return f"{value:,.{digits}f} {unit}".strip()
