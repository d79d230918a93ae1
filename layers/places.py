"""One place by its id: where it is kept, what it was called before, which others it may be meant for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layers.errors import RetiredPlaceError, UnknownPlaceError
from layers.search import BETWEEN, normalised, search_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layers.catalogue import Catalogue
    from layers.index import FeatureIndex
    from layers.snapshot import Layer, Snapshot

SIMILAR = 6
# Of what is asked for, so much is compared: a link may be of any length.
COMPARED = 80
# Two names with fewer pairs of letters in common have nothing to do with one another.
LEAST_LIKENESS = 0.3


def layer_of(feature_id: str, snapshot: Snapshot, catalogue: Catalogue) -> Layer:
    """Return the layer that has a place.

    Raises
    ------
    RetiredPlaceError
        The place was taken out.
    UnknownPlaceError
        No layer has such a place; the error names similar ones.
    """
    tombstone = catalogue.former_ids.tombstones.get(feature_id)
    if tombstone is not None:
        day, reason = tombstone.date.isoformat(), tombstone.reason.en
        raise RetiredPlaceError(feature_id, day, reason, tombstone.successor)
    for layer in snapshot.layers.values():
        if feature_id in layer.features.index:
            return layer
    raise UnknownPlaceError(feature_id, similar(feature_id, snapshot.index))


def similar(asked: str, index: FeatureIndex, most: int = SIMILAR) -> tuple[str, ...]:
    """Return the ids of places whose id or one of whose names looks like what was asked, likest first."""
    wanted = [_pairs(text) for text in _spellings(asked)]
    likeness = {
        feature_id: max(
            _likeness(one, _pairs(text)) for one in wanted for text in searched.split(BETWEEN)
        )
        for feature_id, searched in zip(index.ids, index.search, strict=True)
    }
    likest = sorted(likeness, key=lambda feature_id: -likeness[feature_id])
    return tuple(feature_id for feature_id in likest[:most] if likeness[feature_id] >= LEAST_LIKENESS)


def _spellings(asked: str) -> Iterator[str]:
    plain = normalised(asked[:COMPARED])
    yield plain
    # A name in Chinese may be asked for in pinyin, with or without hyphens.
    yield from search_text((plain.replace("-", ""),)).split(BETWEEN)[:2]


def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[at : at + 2] for at in range(len(text) - 1)) or frozenset((text,))


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other))
