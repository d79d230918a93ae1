"""What has changed since the data that a view was made on, as the map is told it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from i18n.messages import LANGUAGES
from layers.changes import LISTED, as_json
from layers.renamed import as_named_in
from layers.render.paths import changed_places_path
from pages.components import cache

if TYPE_CHECKING:
    from collections.abc import Iterable

    from layers.view import MapView

THEN, NOW, NO_MORE = "then", "now", "none"


def told(view: MapView) -> dict[str, Any] | None:
    """Return what differs within the view; None where nothing does.

    The sentence goes out at each change of the filter, so the places do not: the map's component fetches
    all places of the two versions once, and is told which of them the filter concerns.
    """
    compared = cache.since(view)
    if compared is None:
        return None
    words = {language: cache.words("changes", language) for language in LANGUAGES}
    head = as_json(replace(compared.found, places=()), cache.catalogue(), words, cache.publications(), {})
    more = len(compared.positions) - LISTED
    return {
        **head,
        "path": changed_places_path(
            compared.found.then, compared.found.now, compared.found.shows, outside=view.outside,
        ),
        "places": _ranges(compared.positions[:LISTED]),
        **({"more": more} if more > 0 else {}),
    }  # fmt: skip


def turned(view: MapView, which: str) -> MapView:
    """Return the view on the data as they were, as they are now, or no longer compared with others."""
    both = cache.compared_versions(view)
    if both is None:
        return view
    old, new, _ = both
    versions = {THEN: (old, ""), NOW: (new, old.version), NO_MORE: (cache.snapshot(view.version), "")}
    if which not in versions:
        return view
    snapshot, since = versions[which]
    there = replace(view, version=snapshot.version, since=since)
    return as_named_in(there, snapshot, cache.catalogue())


def _ranges(numbers: Iterable[int]) -> str:
    """Return rising numbers as text, such as `0-4,9`."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)
