"""The attributes of all features as columns of numbers: what filters and counts run on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from layers.history import BUILT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import geopandas as gpd

    from layers.catalogue import Catalogue

Mask: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True)
class Coded:
    """An attribute with any number of values a feature, each as a number.

    Attributes
    ----------
    values
        Each distinct value once, in order of first sight.
    rows, numbers
        One pair for each value of each feature: the feature's row and the value's number.
    """

    values: tuple[str, ...]
    rows: NDArray[np.intp]
    numbers: NDArray[np.intp]

    @classmethod
    def build(cls, column: Iterable[Sequence[str]]) -> Self:
        """Build from the values of each feature."""
        numbered: dict[str, int] = {}
        rows, numbers = [], []
        for row, values in enumerate(column):
            for value in dict.fromkeys(values):
                rows.append(row)
                numbers.append(numbered.setdefault(value, len(numbered)))
        return cls(tuple(numbered), np.array(rows, dtype=np.intp), np.array(numbers, dtype=np.intp))

    def has_any(self, wanted: Iterable[str], count: int) -> Mask:
        """Return which of `count` features have at least one of the wanted values."""
        asked = set(wanted)
        chosen = np.array([value in asked for value in self.values], dtype=bool)
        mask = np.zeros(count, dtype=bool)
        if len(self.values):
            mask[self.rows[chosen[self.numbers]]] = True
        return mask

    def counted(self, mask: Mask) -> dict[str, int]:
        """Return how many of the features in a mask have each value, zero where none has."""
        counts = np.bincount(self.numbers[mask[self.rows]], minlength=len(self.values))
        return dict(zip(self.values, counts.tolist(), strict=True))


@dataclass(frozen=True)
class FeatureIndex:
    """Columns over all features: first by layer in the order of display, then in file order.

    Attributes
    ----------
    coded
        The attributes with values of a list, by field; `status` and `document` as they follow from
        all sources, `status_documents` and `document_documents` from the planning documents only.
    numbers
        Numbers by field, NaN where a feature has none.
    search
        The search text of each feature.
    is_located
        Which features have a geometry.
    """

    ids: NDArray[Any]
    coded: dict[str, Coded]
    numbers: dict[str, NDArray[np.float64]]
    search: tuple[str, ...]
    is_located: Mask

    @classmethod
    def build(cls, layers: Mapping[str, gpd.GeoDataFrame], catalogue: Catalogue) -> Self:
        """Build from the features of all layers of a data version, by layer id."""
        rows = [
            {**properties, "layer": layer_id}
            for layer_id, features in layers.items()
            for properties in features.drop(columns="geometry").to_dict("records")
        ]
        located = [~features.geometry.isna().to_numpy() for features in layers.values()]
        outside = {name for name, document in catalogue.documents.items() if document.is_outside}
        columns = {
            "layer": [[row["layer"]] for row in rows],
            "id": [[row["id"]] for row in rows],
            "status": [[row["status"]] for row in rows],
            "status_documents": [[row["status_documents"]] for row in rows],
            "category": [[row["category"]] for row in rows],
            "city": [row["city"] for row in rows],
            "serves": [row["serves"] for row in rows],
            "membership": [row["memberships"] for row in rows],
            "lead_unit": [row["lead_units"] for row in rows],
            "method": [[row["position"]["method"]] if row["position"] else [] for row in rows],
            "document": [_sources(row) for row in rows],
            "document_documents": [
                [name for name in _sources(row) if name not in outside] for row in rows
            ],
        }
        years = ("year_start", "year_end", "year_start_documents", "year_end_documents")
        return cls(
            ids=np.array([row["id"] for row in rows], dtype=object),
            coded={field: Coded.build(column) for field, column in columns.items()},
            numbers={
                **{field: _floats(row[field] for row in rows) for field in years},
                "accuracy_m": _floats(
                    row["position"]["accuracy_m"] if row["position"] else None for row in rows
                ),
            },
            search=tuple(row["search"] for row in rows),
            is_located=np.concatenate(located) if located else np.zeros(0, dtype=bool),
        )

    def __len__(self) -> int:
        """Return the number of features."""
        return len(self.ids)

    def read_as(self, field: str, *, outside: bool) -> str:
        """Return the column for a field, from all sources or from the planning documents only."""
        documents = f"{field}_documents"
        has_both = documents in self.coded or documents in self.numbers
        return documents if has_both and not outside else field

    def is_undated(self, *, outside: bool) -> Mask:
        """Return which features have neither a first nor a last year."""
        start, end = self.window(outside=outside)
        return np.isnan(start) & np.isnan(end)

    def window(self, *, outside: bool) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return first and last year of each feature, NaN where there is none."""
        start = self.numbers[self.read_as("year_start", outside=outside)]
        return start, self.numbers[self.read_as("year_end", outside=outside)]

    def is_past_window(self, year: int, *, outside: bool) -> Mask:
        """Return which features' window ended before `year` without word that they were built."""
        status = self.coded[self.read_as("status", outside=outside)]
        _, end = self.window(outside=outside)
        return (end < year) & ~status.has_any([BUILT], len(self))


def _sources(row: Mapping[Any, Any]) -> list[str]:
    return [entry["document"] for entry in (*row["history"], *row["citations"])]


def _floats(values: Iterable[Any]) -> NDArray[np.float64]:
    return np.array([_float(value) for value in values], dtype=np.float64)


def _float(value: Any) -> float:  # noqa: ANN401 - an int, None or pandas' NA
    return float(value) if isinstance(value, int | float) else float("nan")
