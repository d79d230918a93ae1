"""A layer split by type of geometry, as programs want it whose tables hold one type each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import shapely

from layers.catalogue import Text
from layers.exports.columns import taken
from layers.fields import FEATURES
from layers.render.symbols import AREA, LINE, POINT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray

    from layers.exports.job import Job, LayerTable

NO_PLACE = "unplaced"
# Each kind's single and multiple type, by the numbers and the names of the simple features standard.
_TYPES = {POINT: ((0, 4), "Point"), LINE: ((1, 5), "LineString"), AREA: ((3, 6), "Polygon")}
_SINGLES = (0, 1, 3)
_MULTIPLE: Mapping[str, Callable[..., Any]] = {
    "MultiPoint": shapely.multipoints,
    "MultiLineString": shapely.multilinestrings,
    "MultiPolygon": shapely.multipolygons,
}
_WORDS = {
    POINT: Text("点", "points"),
    LINE: Text("线", "lines"),
    AREA: Text("面", "areas"),
    NO_PLACE: Text("无位置", "without position"),
}


@dataclass(frozen=True)
class Part:
    """The features of a layer with one type of geometry.

    Attributes
    ----------
    kind
        `point`, `line`, `area`, or `unplaced` for features without geometry.
    rows
        Their columns by the fields' ids.
    geometry
        One for each row.
    geometry_type
        Such as `MultiPolygon`, which all geometries then are; None where there is none.
    wkb
        The geometries as well-known binary, where that is kept and they are of that type already.
    """

    layer: LayerTable
    kind: str
    rows: pa.RecordBatch
    geometry: NDArray[np.object_]
    geometry_type: str | None
    wkb: pa.Array | None = None

    @property
    def name(self) -> str:
        """Of a table or file; the same whatever else the layer holds."""
        return f"{self.layer.layer_id}_{self.kind}"

    def title(self, language: str) -> str:
        """Return the layer's title with the kind in brackets."""
        kind = _WORDS[self.kind].in_language(language)
        title = self.layer.title.in_language(language)
        return f"{title}（{kind}）" if language == "zh" else f"{title} ({kind})"


def parts(job: Job) -> Iterator[Part]:
    """Return the parts of all layers, and note for the manifest which layers were split."""
    for layer in job.layers:
        made = list(_parts_of(layer))
        if len(made) > 1:
            job.note("split", layer_id=layer.layer_id, detail=", ".join(part.name for part in made))
        yield from made


def kinds_of(geometry: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the kind of each geometry: `point`, `line`, `area`, or `unplaced` where there is none."""
    types = shapely.get_type_id(geometry)
    made = np.full(len(geometry), NO_PLACE, dtype=object)
    for kind, (numbers, _) in _TYPES.items():
        made[np.isin(types, numbers)] = kind
    return made


def type_of(kind: str, geometry: NDArray[np.object_]) -> str | None:
    """Return the name of the type that holds all geometries of a kind."""
    if kind not in _TYPES:
        return None
    (_, multiple), name = _TYPES[kind]
    return f"Multi{name}" if (shapely.get_type_id(geometry) == multiple).any() else name


def as_type(geometry: NDArray[np.object_], geometry_type: str | None) -> NDArray[np.object_]:
    """Return geometries with single ones made multiple where the type of all is multiple."""
    if geometry_type is None or not geometry_type.startswith("Multi"):
        return geometry
    is_single = np.isin(shapely.get_type_id(geometry), _SINGLES)
    made = geometry.copy()
    made[is_single] = _MULTIPLE[geometry_type](geometry[is_single], indices=np.arange(is_single.sum()))
    return made


def _parts_of(layer: LayerTable) -> Iterator[Part]:
    rows, geometry = layer.rows[FEATURES], layer.geometry.to_numpy()
    kinds = kinds_of(geometry)
    for kind in _WORDS:
        is_kind = kinds == kind
        if not is_kind.any():
            continue
        placed = geometry[is_kind]
        geometry_type = type_of(kind, placed)
        numbers = None if is_kind.all() else pa.array(np.flatnonzero(is_kind))
        yield Part(
            layer,
            kind,
            rows if numbers is None else taken(rows, numbers),
            placed,
            geometry_type,
            _kept_wkb(layer, geometry_type, numbers),
        )


def _kept_wkb(layer: LayerTable, geometry_type: str | None, numbers: pa.Array | None) -> pa.Array | None:
    if layer.kept_wkb is None or geometry_type is None or geometry_type.startswith("Multi"):
        return None
    return layer.wkb if numbers is None else layer.wkb.take(numbers)
