"""What a view shows, in numbers: totals, counts by value, and what of a link is not there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from layers.filters import PAST_WINDOW, YEARS, matching

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from layers.catalogue import Catalogue
    from layers.index import Mask
    from layers.snapshot import Snapshot
    from layers.view import MapView

# How many of the values that there are a message names.
SHOWN_VALUES = 12


@dataclass(frozen=True)
class Totals:
    """How many features a view shows and how many it does not.

    Attributes
    ----------
    shown, hidden
        Together all features of the data version.
    undated
        Of the shown ones, those without any year.
    unlocated
        Of the shown ones, those that cannot be put on a map.
    """

    shown: int
    hidden: int
    undated: int
    unlocated: int


@dataclass(frozen=True)
class Facet:
    """The values of one field, each with the number of features it has under the other filters."""

    field: str
    counts: Mapping[str, int]


@dataclass(frozen=True)
class Problem:
    """A part of a link that cannot be met.

    Attributes
    ----------
    code
        `unread`, `unknown_layer`, `refused_layer`, `unknown_value`, `unknown_feature`, `unknown_basemap`,
        `unknown_version` or `no_layers`.
    asked
        What the link says.
    known
        What there is instead, where that helps.
    """

    code: str
    asked: str
    known: tuple[str, ...] = ()


def totals(snapshot: Snapshot, view: MapView) -> Totals:
    """Return how many features the view shows."""
    return _totals(snapshot, view, matching(snapshot.index, view.all_conditions(), view.reading))


def _totals(snapshot: Snapshot, view: MapView, shown: Mask) -> Totals:
    index = snapshot.index
    undated = index.is_undated(outside=view.outside)
    count = int(shown.sum())
    return Totals(
        shown=count,
        hidden=len(index) - count,
        undated=int((shown & undated).sum()),
        unlocated=int((shown & ~index.is_located).sum()),
    )


def facets(snapshot: Snapshot, view: MapView, fields: Iterable[str]) -> tuple[Facet, ...]:
    """Return the counts of each field's values, each under all filters but the field's own."""
    met = _met(snapshot, view)
    return tuple(_facet(snapshot, view, field, met) for field in fields)


def totals_and_facets(
    snapshot: Snapshot, view: MapView, fields: Iterable[str],
) -> tuple[Totals, tuple[Facet, ...]]:
    """Return what `totals` and `facets` do, with each condition put to the features once."""
    met = _met(snapshot, view)
    shown = np.ones(len(snapshot.index), dtype=bool)
    for _, answer in met:
        shown &= answer
    return _totals(snapshot, view, shown), tuple(_facet(snapshot, view, field, met) for field in fields)


def _met(snapshot: Snapshot, view: MapView) -> list[tuple[str, Mask]]:
    return [(row.field, row.mask(snapshot.index, view.reading)) for row in view.all_conditions()]


def _facet(snapshot: Snapshot, view: MapView, field: str, met: list[tuple[str, Mask]]) -> Facet:
    index = snapshot.index
    mask = np.ones(len(index), dtype=bool)
    for asked, answer in met:
        if asked != field:
            mask &= answer
    if field == PAST_WINDOW:
        past = index.is_past_window(view.on.year, outside=view.outside)
        return Facet(field, {"1": int((mask & past).sum()), "0": int((mask & ~past).sum())})
    if field == YEARS:
        undated = index.is_undated(outside=view.outside)
        return Facet(field, {"undated": int((mask & undated).sum()), "dated": int((mask & ~undated).sum())})
    return Facet(field, index.coded[index.read_as(field, outside=view.outside)].counted(mask))


def year_range(snapshot: Snapshot) -> tuple[int, int] | None:
    """Return the first and the last year that any feature has; None where none has one."""
    start, end = snapshot.index.window(outside=True)
    years = np.concatenate([start, end])
    years = years[~np.isnan(years)]
    return (int(years.min()), int(years.max())) if years.size else None


def problems(snapshot: Snapshot, catalogue: Catalogue, view: MapView) -> tuple[Problem, ...]:
    """Return what the view asks for and the data does not have."""
    found = [Problem("unread", f"{key}={text}") for key, text in view.unread]
    served = tuple(snapshot.layers)
    missing = [asked for asked in dict.fromkeys(view.layers) if asked not in snapshot.layers]
    refused = [asked for asked in missing if asked in snapshot.refused]
    unknown = [asked for asked in missing if asked not in snapshot.refused]
    found += [Problem("refused_layer", asked, (snapshot.refused[asked].file,)) for asked in refused]
    found += [Problem("unknown_layer", asked, served) for asked in _first(unknown)]
    if not view.layers and not view.is_unreadable:
        found.append(Problem("no_layers", "", served))
    found += _unknown_values(snapshot, catalogue, view)
    if view.selected and view.selected not in set(snapshot.index.ids):
        found.append(Problem("unknown_feature", view.selected))
    basemaps = tuple(basemap.basemap_id for basemap in catalogue.basemaps)
    if view.basemap not in basemaps:
        found.append(Problem("unknown_basemap", view.basemap, basemaps))
    if view.version not in {"", snapshot.version}:
        found.append(Problem("unknown_version", view.version, (snapshot.version,)))
    return tuple(found)


def _unknown_values(snapshot: Snapshot, catalogue: Catalogue, view: MapView) -> list[Problem]:
    found = []
    for condition in view.conditions:
        if condition.op not in {"in", "not_in"} or condition.field == PAST_WINDOW:
            continue
        listed = {code.code for code in catalogue.codes.get(condition.field, ())}
        known = listed | set(snapshot.index.coded[condition.field].values)
        unknown = _first([str(value) for value in condition.values if value not in known])
        if unknown:
            there = tuple(sorted(known))[:SHOWN_VALUES]
            found += [Problem("unknown_value", f"{condition.field}: {value}", there) for value in unknown]
    return found


def _first(asked: list[str]) -> list[str]:
    """Return the first values, and the number of those that are left out: a link may hold thousands."""
    left_out = len(asked) - SHOWN_VALUES
    return asked if left_out <= 0 else [*asked[:SHOWN_VALUES], f"… (+{left_out})"]
