"""Which places lie near a place, as far as the accuracy of their positions can tell."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
from shapely import GeometryType, STRtree, box, get_coordinates, get_type_id
from shapely.geometry import MultiPolygon, Point, Polygon

from geo.measure import WGS84, distance_m

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from layers.snapshot import Snapshot

RADIUS_M = 5_000
# A degree of latitude is nowhere shorter.
METRES_PER_DEGREE = 110_574
AROUND, WITHIN, OVERLAPPING, APART = "around", "within", "overlapping", "apart"


@dataclass(frozen=True)
class Neighbour:
    """A place near another one.

    Attributes
    ----------
    distance_m
        Geodesic, between the drawn geometries; 0 where they touch.
    accuracy_m
        The two positions' accuracies summed: by so much the true distance may differ.
    relation
        `around` where its area holds the whole other place, `within` where it lies whole in the other's
        area, `overlapping` where they touch in another way, else `apart`.
    """

    feature_id: str
    layer_id: str
    distance_m: float
    accuracy_m: int
    relation: str

    @property
    def is_uncertain(self) -> bool:
        """Whether the order by distance may be another one on the ground."""
        return self.accuracy_m > self.distance_m


@dataclass(frozen=True)
class Positions:
    """Where every located place of a data version lies, ready to be searched."""

    ids: NDArray[Any]
    layer_ids: NDArray[Any]
    geometries: NDArray[Any]
    accuracies_m: NDArray[np.int64]
    rows: dict[str, int]
    tree: STRtree

    @classmethod
    def build(cls, snapshot: Snapshot) -> Self:
        """Build from all layers of a data version."""
        located = [
            (layer.layer_id, feature_id, geometry, position["accuracy_m"])
            for layer in snapshot.layers.values()
            for feature_id, geometry, position in zip(
                layer.features.index, layer.features.geometry, layer.features["position"], strict=True,
            )
            if geometry is not None
        ]
        layer_ids, ids, geometries, accuracies = zip(*located, strict=True) if located else ((), (), (), ())
        placed = np.array(geometries, dtype=object)
        return cls(
            ids=np.array(ids, dtype=object),
            layer_ids=np.array(layer_ids, dtype=object),
            geometries=placed,
            accuracies_m=np.array(accuracies, dtype=np.int64),
            rows={feature_id: row for row, feature_id in enumerate(ids)},
            tree=STRtree(placed),
        )

    def geometry(self, feature_id: str) -> BaseGeometry | None:
        """Return where a place lies, WGS 84; None where it has no position or is not there."""
        row = self.rows.get(feature_id)
        return None if row is None else self.geometries[row]

    def extent(self, neighbour: Neighbour) -> float:
        """Return how large a neighbour is, to put areas in order; 0 for points."""
        return float(self.geometries[self.rows[neighbour.feature_id]].area)

    def near(self, feature_id: str, radius_m: float = RADIUS_M) -> tuple[Neighbour, ...]:
        """Return every other place within a distance of a place, nearest first.

        Returns
        -------
        neighbours
            At the same distance smaller areas first, then in the order of display. Empty where the place
            has no position.
        """
        own = self.rows.get(feature_id)
        if own is None:
            return ()
        rows = np.sort(self._candidates(own, radius_m))
        rows = rows[rows != own]
        measured = zip(rows, self._distances(own, rows), strict=True)
        found = [self._neighbour(own, row, distance) for row, distance in measured if distance <= radius_m]
        return tuple(sorted(found, key=lambda one: (one.distance_m, self.extent(one))))

    def _candidates(self, own: int, radius_m: float) -> NDArray[np.intp]:
        minx, miny, maxx, maxy = self.geometries[own].bounds
        lat = radius_m / METRES_PER_DEGREE
        widest = min(89.0, max(abs(miny), abs(maxy)) + lat)
        lon = lat / math.cos(math.radians(widest))
        return self.tree.query(box(minx - lon, miny - lat, maxx + lon, maxy + lat))

    def _distances(self, own: int, rows: NDArray[np.intp]) -> list[float]:
        one, others = self.geometries[own], self.geometries[rows]
        if not isinstance(one, Point):
            return [distance_m(one, other) for other in others]
        # Most places are points: one call measures all of them.
        is_point = get_type_id(others) == GeometryType.POINT
        lon, lat = get_coordinates(others[is_point]).T
        distances = np.zeros(len(rows))
        distances[is_point] = WGS84.inv(np.full_like(lon, one.x), np.full_like(lat, one.y), lon, lat)[2]
        distances[~is_point] = [distance_m(one, other) for other in others[~is_point]]
        return list(map(float, distances))

    def _neighbour(self, own: int, row: int, distance: float) -> Neighbour:
        one, other = self.geometries[own], self.geometries[row]
        return Neighbour(
            feature_id=self.ids[row],
            layer_id=self.layer_ids[row],
            distance_m=distance,
            accuracy_m=int(self.accuracies_m[own] + self.accuracies_m[row]),
            relation=_relation(one, other) if distance == 0 else APART,
        )


def _relation(one: BaseGeometry, other: BaseGeometry) -> str:
    if isinstance(other, Polygon | MultiPolygon) and other.covers(one):
        return AROUND
    if isinstance(one, Polygon | MultiPolygon) and one.covers(other):
        return WITHIN
    return OVERLAPPING
