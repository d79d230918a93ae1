"""CSV (RFC 4180) with geometry as well-known text in its last column."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

from layers.exports.cells import WKT, is_formula, values_of, wkt_of
from layers.exports.encodings import CODECS
from layers.exports.packing import read_along
from layers.fields import FEATURES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from layers.exports.job import Job, LayerTable

BATCH = 5_000


def write(job: Job) -> None:
    """Write all layers into one file, whose column `layer` tells them apart."""
    path = job.target / f"{job.stem}.csv"
    with (
        read_along(path, job.digests),
        path.open("w", encoding=CODECS[job.encoding], newline="") as file,
    ):
        writer = csv.writer(file)
        writer.writerow([*job.layers[0].names[FEATURES].values(), WKT])
        done = 0
        for table in job.layers:
            for start in range(0, len(table.features), BATCH):
                piece = table.features.iloc[start : start + BATCH]
                columns = [
                    _cells(job, table, name, values_of(piece[name]), start) for name in table.names[FEATURES]
                ]
                writer.writerows(zip(*columns, wkt_of(piece.geometry.to_numpy(), job.crs), strict=True))
                done += len(piece)
                job.advance(done)


def _cells(job: Job, table: LayerTable, field: str, values: list[Any], start: int) -> list[Any]:
    return list(_guarded(job, table, field, values, start)) if _is_suspect(values) else values


def _is_suspect(values: list[Any]) -> bool:
    return any(isinstance(value, str) and is_formula(value) for value in values)


def _guarded(job: Job, table: LayerTable, field: str, values: list[Any], start: int) -> Iterator[Any]:
    for row, value in enumerate(values, start=start):
        if isinstance(value, str) and is_formula(value):
            feature_id = str(table.features["id"].iloc[row])
            job.note("guarded", layer_id=table.layer_id, feature_id=feature_id, field=field)
            yield f"'{value}"
        else:
            yield value
