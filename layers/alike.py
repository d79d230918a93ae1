"""Pairs of places with names so alike that they may be one place, entered twice."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations
from typing import TYPE_CHECKING, Self

from geo.measure import distance_m
from layers.search import normalised

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    import geopandas as gpd
    from shapely import Geometry

    from layers.catalogue import Text
    from layers.snapshot import Snapshot

# Shares of characters in common, in order (difflib's ratio). In the corridor's data, names of four and
# five characters that differ in one reach 0.8; below 0.7 stand names with nothing in common but 研究院.
NEARLY_EQUAL = 0.8
ALIKE = 0.7
SHORTEST_NAME = 2
_NO_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class AlikePair:
    """Two places that may be one.

    Attributes
    ----------
    names
        The two names or aliases that are most alike, as the data has them.
    likeness
        From `ALIKE` to 1.
    distance_m
        Between the drawn geometries; None where one has no position.
    """

    ids: tuple[str, str]
    names: tuple[str, str]
    likeness: float
    distance_m: float | None

    def __str__(self) -> str:
        """Both places, how alike they are and how far apart, in one line."""
        apart = "no position" if self.distance_m is None else f"{self.distance_m:,.0f} m apart"
        one, other = (f"{feature_id} {name}" for feature_id, name in zip(self.ids, self.names, strict=True))
        return f"{one} | {other}: alike {self.likeness:.2f}, {apart}"


@dataclass(frozen=True)
class _Name:
    printed: str
    letters: str
    # Each letter with the number of its turn, so that the overlap of two sets counts letters.
    counted: frozenset[tuple[str, int]]

    @classmethod
    def of(cls, printed: str) -> Self:
        letters = _NO_WORD.sub("", normalised(printed))
        turns: Counter[str] = Counter()
        counted = set()
        for letter in letters:
            turns[letter] += 1
            counted.add((letter, turns[letter]))
        return cls(printed, letters, frozenset(counted))


@dataclass(frozen=True)
class _Place:
    feature_id: str
    names: tuple[_Name, ...]
    geometry: Geometry | None
    accuracy_m: int


def alike_pairs(snapshot: Snapshot) -> list[AlikePair]:
    """Return the pairs of places that may be one, most alike first.

    Names are compared in simplified characters without punctuation. A pair counts where two names are
    nearly equal, or alike and no farther apart than the accuracies of both positions together.
    """
    places = [place for layer in snapshot.layers.values() for place in _places(layer.features)]
    found = (_pair(one, other) for one, other in combinations(places, 2))
    pairs = [pair for pair in found if pair is not None]
    return sorted(pairs, key=lambda pair: (-pair.likeness, pair.ids))


def unreviewed(
    pairs: Iterable[AlikePair], distinct: Mapping[frozenset[str], Text],
) -> list[AlikePair]:
    """Return the pairs that nobody has found to be two places."""
    return [pair for pair in pairs if frozenset(pair.ids) not in distinct]


def idle_reviews(
    pairs: Iterable[AlikePair], distinct: Collection[frozenset[str]],
) -> list[tuple[str, ...]]:
    """Return the reviewed pairs that are not alike, or no longer: of a place that is gone or renamed."""
    alike = {frozenset(pair.ids) for pair in pairs}
    return sorted(tuple(sorted(pair)) for pair in distinct if pair not in alike)


def _places(features: gpd.GeoDataFrame) -> Iterable[_Place]:
    for row in features[["id", "name_zh", "aliases", "position", "geometry"]].to_dict("records"):
        names = (_Name.of(name) for name in dict.fromkeys((row["name_zh"], *row["aliases"])))
        yield _Place(
            feature_id=row["id"],
            names=tuple(name for name in names if len(name.letters) >= SHORTEST_NAME),
            geometry=row["geometry"],
            accuracy_m=row["position"]["accuracy_m"] if row["position"] else 0,
        )


def _pair(one: _Place, other: _Place) -> AlikePair | None:
    likeness, names = _most_alike(one.names, other.names)
    if likeness < ALIKE:
        return None
    apart = _apart_m(one.geometry, other.geometry)
    is_near = apart is not None and apart <= one.accuracy_m + other.accuracy_m
    if likeness < NEARLY_EQUAL and not is_near:
        return None
    return AlikePair((one.feature_id, other.feature_id), names, likeness, apart)


def _most_alike(ones: Sequence[_Name], others: Sequence[_Name]) -> tuple[float, tuple[str, str]]:
    best, names = 0.0, ("", "")
    for one in ones:
        for other in others:
            # No order of the letters gives more than their overlap; most pairs end here.
            ceiling = 2 * len(one.counted & other.counted) / (len(one.letters) + len(other.letters))
            if ceiling < ALIKE or ceiling <= best:
                continue
            likeness = _ratio(one.letters, other.letters)
            if likeness > best:
                best, names = likeness, (one.printed, other.printed)
    return best, names


def _ratio(one: str, other: str) -> float:
    # Which of two strings comes first can change what difflib finds.
    orders = ((one, other), (other, one))
    return max(SequenceMatcher(None, *order, autojunk=False).ratio() for order in orders)


def _apart_m(one: Geometry | None, other: Geometry | None) -> float | None:
    return None if one is None or other is None else distance_m(one, other)
