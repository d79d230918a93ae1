"""One layer of any size, as a process holds it that has read it."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from benchmarks.synthetic import made_up
from layers.features import build_layer
from layers.index import FeatureIndex
from layers.snapshot import Layer, Snapshot

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

    from layers.catalogue import Catalogue

# Lines and points, more and less.
LAYER = "transport_links"
DISTINCT = 100_000
VERSION = "0" * 12


def held(source: Path, count: int, catalogue: Catalogue, seed: int = 1) -> Snapshot:
    """Return a data version of one layer with so many features.

    Beyond a hundred thousand they come again under other ids and a little farther east.
    """
    schema = json.loads((source / "schemas" / f"{LAYER}.json").read_text(encoding="utf-8"))
    dice = random.Random(seed)  # noqa: S311 - the same features in each run
    features = made_up(dice, LAYER, schema, min(count, DISTINCT))
    frame = build_layer(LAYER, {"features": features}, catalogue).features
    turns = [_again(frame, turn) for turn in range(-(-count // len(frame)))]
    frame = pd.concat(turns).iloc[:count]
    index = FeatureIndex.build({LAYER: frame}, catalogue)
    return Snapshot(VERSION, {LAYER: Layer(LAYER, frame, b"")}, {}, index)


def _again(frame: gpd.GeoDataFrame, turn: int) -> gpd.GeoDataFrame:
    if not turn:
        return frame
    ids = frame["id"] + f"-{turn}"
    moved = shapely.transform(frame.geometry.to_numpy(), lambda places: places + np.array([turn * 0.001, 0]))
    return frame.assign(id=ids, geometry=moved).set_axis(pd.Index(ids, name=None, dtype=object))
