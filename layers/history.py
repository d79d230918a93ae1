"""A place's status and build years, as they follow from what each document says of it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from layers.catalogue import Document

UNSTATED = "unstated"
BUILT = "built"
STATUSES = ("built", "under_construction", "planned", "preliminary", "upgrading", UNSTATED)
# A later document that puts a place further back than an earlier one contradicts it. Upgrading
# is another matter than being built, and unstated says nothing.
PROGRESS = {"preliminary": 0, "planned": 1, "under_construction": 2, "built": 3}


@dataclass(frozen=True)
class Standing:
    """Where a place stands after all that was said of it.

    Attributes
    ----------
    status
        Of the latest entry that states one; `unstated` where none does.
    year_start, year_end
        Of the latest entry that prints a year; None where none does.
    is_conflicting
        A later document puts the place further back, or prints other years, than an earlier one.
    """

    status: str
    year_start: int | None
    year_end: int | None
    is_conflicting: bool


def dated(
    history: Sequence[Mapping[str, Any]], documents: Mapping[str, Document],
) -> list[dict[str, Any]]:
    """Return the entries with the date of their document, oldest first.

    General knowledge has no date: it comes first, so that any dated source overrides it.
    """
    entries = [{**entry, "date": documents[entry["document"]].date} for entry in history]
    return sorted(entries, key=lambda entry: entry["date"])


def standing(entries: Sequence[Mapping[str, Any]]) -> Standing:
    """Return what follows from entries in date order, such as `dated` gives."""
    stated = [entry["status"] for entry in entries if entry["status"] != UNSTATED]
    windows = [
        (entry["year_start"], entry["year_end"])
        for entry in entries
        if entry["year_start"] is not None or entry["year_end"] is not None
    ]
    ranks = [PROGRESS[status] for status in stated if status in PROGRESS]
    year_start, year_end = windows[-1] if windows else (None, None)
    return Standing(
        status=stated[-1] if stated else UNSTATED,
        year_start=year_start,
        year_end=year_end,
        is_conflicting=len(set(windows)) > 1 or any(late < early for early, late in pairwise(ranks)),
    )


def is_past_window(status: str, year_end: int | None, year: int) -> bool:
    """Return whether a build window ended before `year` and nothing says that it was built."""
    return year_end is not None and year_end < year and status != BUILT


def disagreements(entries: Sequence[Mapping[str, Any]]) -> list[tuple[str, ...]]:
    """Return for each entry, in date order, in what it contradicts those before it.

    Returns
    -------
    disagreements
        `years` where it prints other years than an earlier entry, `status` where it puts the place
        further back than the last one that says how far it is; empty where it contradicts nothing.
    """
    found = []
    windows: set[tuple[int | None, int | None]] = set()
    reached: int | None = None
    for entry in entries:
        window = entry["year_start"], entry["year_end"]
        rank = PROGRESS.get(entry["status"])
        differs = []
        if window != (None, None) and windows - {window}:
            differs.append("years")
        if rank is not None and reached is not None and rank < reached:
            differs.append("status")
        if window != (None, None):
            windows.add(window)
        reached = reached if rank is None else rank
        found.append(tuple(differs))
    return found
