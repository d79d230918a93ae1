"""GeoJSON (RFC 7946) and GeoJSON Lines, written as a stream."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import orjson
import shapely

from layers.exports.cells import DECIMALS, values_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import geopandas as gpd

    from layers.exports.job import Job, LayerTable

BATCH = 2_000
LAYER = "layer"


def collection(tables: Iterable[LayerTable], name: str, advance: Callable[[int], None]) -> Iterator[bytes]:
    """Return a feature collection of all layers, piece by piece.

    Parameters
    ----------
    tables
        In WGS 84. One after the other, so that the first piece need not wait for the last table.
    advance
        Called with the number of features so far.
    """
    yield b'{"type":"FeatureCollection","name":%s,"features":[' % orjson.dumps(name)
    between = b"\n"
    for piece in _pieces(tables, advance):
        yield between + b",\n".join(piece)
        between = b",\n"
    yield b"\n]}\n"


def lines(tables: Iterable[LayerTable], advance: Callable[[int], None]) -> Iterator[bytes]:
    """Return all features, a line each, piece by piece; see `collection`."""
    for piece in _pieces(tables, advance):
        yield b"\n".join(piece) + b"\n"


def write_collection(job: Job) -> None:
    """Write all layers as one feature collection."""
    _write(job, ".geojson", collection(job.layers, job.stem, job.advance))


def write_lines(job: Job) -> None:
    """Write all layers, a line each feature."""
    _write(job, ".geojsonl", lines(job.layers, job.advance))


def _write(job: Job, extension: str, pieces: Iterator[bytes]) -> None:
    with (job.target / f"{job.stem}{extension}").open("wb") as file:
        for piece in pieces:
            file.write(piece)


def _pieces(tables: Iterable[LayerTable], advance: Callable[[int], None]) -> Iterator[list[bytes]]:
    done = 0
    for table in tables:
        features = table.named_features()
        ids = list(table.features["id"])
        for start in range(0, len(features), BATCH):
            piece = features.iloc[start : start + BATCH]
            yield list(_features(piece, ids[start : start + BATCH]))
            done += len(piece)
            advance(done)


def _features(features: gpd.GeoDataFrame, ids: Sequence[str]) -> Iterator[bytes]:
    names = [str(name) for name in features.columns if name != features.geometry.name]
    rows = zip(*(values_of(features[name]) for name in names), strict=True)
    for feature_id, geometry, row in zip(ids, _geometries(features), rows, strict=True):
        yield orjson.dumps({
            "type": "Feature",
            "id": feature_id,
            "geometry": orjson.Fragment(geometry) if geometry is not None else None,
            "properties": dict(zip(names, row, strict=True)),
        })


def _geometries(features: gpd.GeoDataFrame) -> Iterator[str | None]:
    geometry = features.geometry.to_numpy()
    rounded = shapely.transform(geometry, lambda positions: np.round(positions, DECIMALS[True]))
    # RFC 7946, 3.1.6: outer rings run anticlockwise.
    yield from shapely.to_geojson(shapely.orient_polygons(rounded))
