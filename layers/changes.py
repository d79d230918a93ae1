"""What differs between two data versions, in all and within one view."""

from __future__ import annotations

import json
import threading
from collections import Counter, OrderedDict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from shapely.geometry import shape

from layers.catalogue import LANGUAGES
from layers.change_words import change_text, date_of, sentence
from layers.filters import matching
from layers.renamed import as_named_in
from layers.served import GEOMETRY, OTHER, RENAMED, STATUS, YEARS, Served, kinds_of, named_as_now

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from layers.catalogue import Catalogue, Tombstone
    from layers.snapshot import Layer, Snapshot
    from layers.versions import Publication
    from layers.view import MapView

ADDED, REMOVED = "added", "removed"
KINDS = (ADDED, REMOVED, RENAMED, STATUS, YEARS, GEOMETRY, OTHER)
Shown: TypeAlias = Literal["then", "now"]
# So many comparisons are kept; each holds the places that differ and no whole version.
KEPT_PAIRS = 16
# The map document lists so many places, and says how many more there are.
LISTED = 500


@dataclass(frozen=True)
class Change:
    """One place that is not the same in two data versions.

    Attributes
    ----------
    kinds
        Of `KINDS`, in their order; `added` and `removed` stand alone.
    before, after
        The place in the one and the other version; None where that does not have it.
    outside
        Whether status and years were judged with outside knowledge.
    tombstone
        Why and when a place was taken out, where the catalogue says so.
    successor
        The place that a removed one is part of now.
    """

    kinds: tuple[str, ...]
    before: Served | None
    after: Served | None
    outside: bool = True
    tombstone: Tombstone | None = None
    successor: Served | None = None

    def on_side(self, shown: Shown) -> Served:
        """Return the place as it was or as it is, the other where that version does not have it."""
        first, second = (self.before, self.after) if shown == "then" else (self.after, self.before)
        side = first or second
        if side is None:
            message = "a change of no place"
            raise ValueError(message)
        return side


@dataclass(frozen=True)
class Changes:
    """All places that are not the same in two data versions: as the newer has them, then those removed.

    Attributes
    ----------
    old, new
        The data versions.
    uncompared
        Layers that one of the versions cannot serve; nothing is said of their places.
    """

    old: str
    new: str
    changes: tuple[Change, ...]
    uncompared: tuple[str, ...] = ()

    def counts(self) -> dict[str, int]:
        """Return how many places changed in each way, without the ways in which none did."""
        return _counts(self.changes)


@dataclass(frozen=True)
class Since:
    """What differs between two data versions within one view.

    Attributes
    ----------
    then, now
        The data versions.
    shows
        Which of them the map shows.
    of
        How many places the view's filter matched then.
    places
        Every place that changed and that the filter matches then or now.
    changed
        How many of the places matched then are still there and not the same.
    kinds
        How many of those changed in each way; one may have changed in several.
    retired
        How many of the places matched then are no longer in the data.
    newly, no_longer
        How many places the filter matches now and not then; then and, though still there, not now.
    uncompared
        Layers of the view that one of the versions cannot serve.
    """

    then: str
    now: str
    shows: Shown
    of: int
    places: tuple[Change, ...]
    changed: int
    kinds: Mapping[str, int]
    retired: int
    newly: int
    no_longer: int
    uncompared: tuple[str, ...] = ()


def compare(old: Snapshot, new: Snapshot, catalogue: Catalogue) -> Changes:
    """Return every place that is not the same in two data versions.

    A place whose id was changed is one place where the catalogue's aliases say so. The answer for a
    pair of versions is kept.
    """
    key = (old.version, new.version, frozenset(old.refused), frozenset(new.refused), id(catalogue))
    with _KEPT_LOCK:
        if key in _KEPT:
            _KEPT.move_to_end(key)
            return _KEPT[key][1]
    compared = _compare(old, new, catalogue)
    with _KEPT_LOCK:
        # The catalogue is held, so that no other one gets its number.
        _KEPT[key] = (catalogue, compared)
        while len(_KEPT) > KEPT_PAIRS:
            _KEPT.popitem(last=False)
    return compared


def since(old: Snapshot, new: Snapshot, view: MapView, catalogue: Catalogue, shown: Shown) -> Since | None:
    """Return what differs within a view's filter; None where nothing does.

    Parameters
    ----------
    view
        Its filter is put to both versions, in each under the names that this has for what is asked.
    shown
        Which of the two versions the map shows.
    """
    compared = compare(old, new, catalogue)
    then, now = (_matched(snapshot, view, catalogue) for snapshot in (old, new))
    places, retired, changed, newly, no_longer = [], 0, [], 0, 0
    for change in compared.changes:
        was = change.before is not None and change.before.place_id in then
        is_now = change.after is not None and change.after.place_id in now
        if not was and not is_now:
            continue
        read = read_as(change, outside=view.outside)
        places.append(read)
        if change.after is None:
            retired += 1
        elif was:
            changed.append(read)
        no_longer += was and change.after is not None and not is_now
        newly += is_now and not was
    uncompared = tuple(layer_id for layer_id in compared.uncompared if layer_id in view.shown_layers())
    if not places and not uncompared:
        return None
    return Since(
        then=old.version,
        now=new.version,
        shows=shown,
        of=len(then),
        places=tuple(places),
        changed=len(changed),
        kinds=_counts(changed),
        retired=retired,
        newly=newly,
        no_longer=no_longer,
        uncompared=uncompared,
    )


def as_json(
    found: Since,
    catalogue: Catalogue,
    words: Mapping[str, Mapping[str, str]],
    published: Sequence[Publication],
    links: Mapping[str, str],
) -> dict[str, Any]:
    """Return what the map document is told of the changes.

    Parameters
    ----------
    words
        The messages of the part `changes`, by language.
    published
        The store's publications, for the dates of the versions.
    links
        Paths of the same view: `then` as it was, `now` as it is with the changes marked.

    Returns
    -------
    told
        Each place by its id in the version shown, where that has it; `at` is where it stands or stood.
    """
    told = {
        "then": found.then,
        "now": found.now,
        "thenDate": date_of(found.then, published) or None,
        "nowDate": date_of(found.now, published) or None,
        "shows": found.shows,
        "sentence": {language: sentence(found, words[language], published) for language in LANGUAGES},
        "places": [listed(change, found.shows, catalogue, words) for change in found.places[:LISTED]],
        "links": dict(links),
    }
    more = len(found.places) - LISTED
    return told | ({"more": more} if more > 0 else {})


def listed(
    change: Change, shown: Shown, catalogue: Catalogue, words: Mapping[str, Mapping[str, str]],
) -> dict[str, Any]:
    """Return what the map document is told of one place: its id, how it changed, and where it stands.

    Parameters
    ----------
    words
        The messages of the part `changes`, by language.
    """
    place = change.on_side(shown)
    texts = {language: change_text(change, catalogue, words[language], language) for language in LANGUAGES}
    return {
        "id": place.place_id,
        "kinds": list(change.kinds),
        "name": {language: place.name.in_language(language) for language in LANGUAGES},
        "text": texts,
        "at": _point(place),
    }


def read_as(change: Change, *, outside: bool) -> Change:
    """Return a change with status and years judged with outside knowledge or without."""
    if outside or change.before is None or change.after is None:
        return change
    kinds = kinds_of(change.before, change.after, outside=False)
    return replace(change, kinds=kinds or (OTHER,), outside=False)


_KEPT: OrderedDict[tuple[object, ...], tuple[Catalogue, Changes]] = OrderedDict()
_KEPT_LOCK = threading.Lock()


def _compare(old: Snapshot, new: Snapshot, catalogue: Catalogue) -> Changes:
    uncompared = {
        layer_id
        for one, other in ((old, new), (new, old))
        for layer_id in one.refused
        if layer_id not in one.layers and layer_id in other.layers
    }
    is_same = {
        layer_id
        for layer_id, layer in old.layers.items()
        if layer_id in new.layers and layer.content == new.layers[layer_id].content
    }
    before, after = (_keyed(snapshot, is_same | uncompared, catalogue) for snapshot in (old, new))
    changes = [_changed(before.get(key), place) for key, place in after.items()]
    changes += [_removed(place, new, catalogue) for key, place in before.items() if key not in after]
    differing = tuple(change for change in changes if change.kinds)
    return Changes(old.version, new.version, differing, tuple(sorted(uncompared)))


def _keyed(snapshot: Snapshot, left_out: set[str], catalogue: Catalogue) -> dict[str, Served]:
    """Return the places of the layers that are compared, each by the id that it has at last."""
    layers = [layer for layer_id, layer in snapshot.layers.items() if layer_id not in left_out]
    places = [place for layer in layers for place in _places(layer, catalogue)]
    named = {place.place_id for place in places}
    keyed: dict[str, Served] = {}
    for place in places:
        key = catalogue.former_ids.current(place.place_id)
        # Where both are there, the one was not renamed but became part of the other.
        is_free = key not in keyed and (key == place.place_id or key not in named)
        keyed[key if is_free else place.place_id] = place
    return keyed


def _places(layer: Layer, catalogue: Catalogue) -> Iterator[Served]:
    for feature in json.loads(layer.content)["features"]:
        yield named_as_now(Served(layer.layer_id, feature), catalogue.former_codes)


def _changed(before: Served | None, after: Served) -> Change:
    if before is None:
        return Change((ADDED,), None, after)
    if before.feature == after.feature and before.layer_id == after.layer_id:
        return Change((), before, after)
    return Change(kinds_of(before, after, outside=True), before, after)


def _removed(place: Served, new: Snapshot, catalogue: Catalogue) -> Change:
    former = catalogue.former_ids
    last_id = former.current(place.place_id)
    tombstone = former.tombstones.get(last_id)
    successor_id = former.current(tombstone.successor) if tombstone else last_id
    successor = _find(successor_id, new, catalogue) if successor_id != place.place_id else None
    return Change((REMOVED,), place, None, tombstone=tombstone, successor=successor)


def _find(place_id: str, snapshot: Snapshot, catalogue: Catalogue) -> Served | None:
    for layer in snapshot.layers.values():
        if place_id in layer.features.index:
            return next(place for place in _places(layer, catalogue) if place.place_id == place_id)
    return None


def _matched(snapshot: Snapshot, view: MapView, catalogue: Catalogue) -> set[str]:
    conditions = as_named_in(view, snapshot, catalogue).all_conditions()
    return set(snapshot.index.ids[matching(snapshot.index, conditions, view.reading)])


def _counts(changes: Iterable[Change]) -> dict[str, int]:
    counted = Counter(kind for change in changes for kind in change.kinds)
    return {kind: counted[kind] for kind in KINDS if counted[kind]}


def _point(place: Served) -> list[float] | None:
    geometry = place.feature["geometry"]
    if geometry is None:
        return None
    point = shape(geometry).representative_point()
    return [round(point.x, 5), round(point.y, 5)]
