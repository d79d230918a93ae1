"""What a view shows, in numbers: totals, counts by value, and what of a link is not there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from layers.filters import PAST_WINDOW, YEARS, matching
from layers.renamed import CODE_LISTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from layers.catalogue import Catalogue, Text
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
        `unread`, `unknown_layer`, `refused_layer`, `unknown_value`, `unknown_feature`, `retired_feature`,
        `renamed`, `unknown_basemap`, `unknown_version`, `unknown_since` or `no_layers`.
    asked
        What the link says; for values of a field, the field and the value.
    known
        What there is instead, where that helps; for a place that was taken out, when that was and the
        id of the one that stands for it.
    said
        What the catalogue says of it: the name of now, or why a place was taken out.
    """

    code: str
    asked: str
    known: tuple[str, ...] = ()
    said: Text | None = None


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


def problems(
    snapshot: Snapshot, catalogue: Catalogue, view: MapView, *, has_since: bool = False,
) -> tuple[Problem, ...]:
    """Return what the view asks for and the data does not have.

    Parameters
    ----------
    has_since
        Whether the store holds the version that the view is to be compared with.
    """
    found = [Problem("unread", asked) for asked in _first([f"{key}={text}" for key, text in view.unread])]
    served = tuple(snapshot.layers)
    missing = [asked for asked in dict.fromkeys(view.layers) if asked not in snapshot.layers]
    refused = [asked for asked in missing if asked in snapshot.refused]
    unknown = [asked for asked in missing if asked not in snapshot.refused]
    found += [Problem("refused_layer", asked, (snapshot.refused[asked].file,)) for asked in refused]
    found += [Problem("unknown_layer", asked, served) for asked in _first(unknown)]
    if not view.layers and not view.is_unreadable:
        found.append(Problem("no_layers", "", served))
    found += _unknown_values(snapshot, catalogue, view)
    found += [_renamed(catalogue, *names) for names in view.renamed[:SHOWN_VALUES]]
    if view.selected and view.selected not in set(snapshot.index.ids):
        found.append(_retired(catalogue, view.selected) or Problem("unknown_feature", view.selected))
    basemaps = tuple(basemap.basemap_id for basemap in catalogue.basemaps)
    if view.basemap not in basemaps:
        found.append(Problem("unknown_basemap", view.basemap, basemaps))
    if view.version not in {"", snapshot.version}:
        found.append(Problem("unknown_version", view.version, (snapshot.version,)))
    if view.since not in {"", snapshot.version} and not has_since:
        found.append(Problem("unknown_since", view.since, (snapshot.version,)))
    return tuple(found)


def _unknown_values(snapshot: Snapshot, catalogue: Catalogue, view: MapView) -> list[Problem]:
    found = []
    for condition in view.conditions:
        if condition.op not in {"in", "not_in"} or condition.field == PAST_WINDOW:
            continue
        listed = {code.code for code in catalogue.codes.get(_list_of(condition.field), ())}
        known = listed | set(snapshot.index.coded[condition.field].values)
        asked = [str(value) for value in condition.values if value not in known]
        retired = [_retired(catalogue, value) for value in asked] if condition.field == "id" else []
        told = [problem for problem in retired if problem]
        found += told[:SHOWN_VALUES]
        gone = {problem.asked for problem in told}
        unknown = _first([value for value in asked if value not in gone])
        if unknown:
            there = tuple(sorted(known))[:SHOWN_VALUES]
            found += [Problem("unknown_value", f"{condition.field}: {value}", there) for value in unknown]
    return found


def _retired(catalogue: Catalogue, feature_id: str) -> Problem | None:
    tombstone = catalogue.former_ids.tombstones.get(catalogue.former_ids.current(feature_id))
    if tombstone is None:
        return None
    known = (tombstone.date.isoformat(), *((tombstone.successor,) if tombstone.successor else ()))
    return Problem("retired_feature", feature_id, known, tombstone.reason)


def _renamed(catalogue: Catalogue, field: str, asked: str, now: str) -> Problem:
    names = {code.code: code.label for code in catalogue.codes.get(_list_of(field), ())}
    if field == "layer":
        names = {entry.layer_id: entry.title for entry in catalogue.layers}
    return Problem("renamed", f"{field}: {asked}", (now,), names.get(now))


def _list_of(field: str) -> str:
    return CODE_LISTS.get(field, field)


def _first(asked: list[str]) -> list[str]:
    """Return the first values, and the number of those that are left out: a link may hold thousands."""
    left_out = len(asked) - SHOWN_VALUES
    return asked if left_out <= 0 else [*asked[:SHOWN_VALUES], f"… (+{left_out})"]
