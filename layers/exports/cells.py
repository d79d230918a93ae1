"""Cells of spreadsheets and of CSV: nothing in them is taken for a formula."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import shapely

from geo.crs import GEOGRAPHIC

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from geo.crs import TargetCRS

# What a spreadsheet takes for the beginning of a formula, or skips on its way to one.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
WKT = "WKT"
# A tenth of a millimetre.
DECIMALS = {True: 9, False: 4}


def is_formula(text: str) -> bool:
    """Return whether a spreadsheet might take a text for a formula; a mere number it does not."""
    return text.startswith(FORMULA) and not _NUMBER.fullmatch(text)


def values_of(column: pd.Series) -> list[Any]:
    """Return a column's values as Python's own, None for missing ones."""
    if column.dtype == "str":
        return list(column)
    # A column of a narrow type takes no None.
    return [None if value is None or value != value else value for value in _plain(column)]  # noqa: PLR0124 - NaN


def _plain(column: pd.Series) -> Iterator[Any]:
    return iter(column.astype(object).where(column.notna(), None).tolist())


def decimals(crs: TargetCRS) -> int:
    """Return with how many decimals coordinates are written."""
    return DECIMALS[crs.kind == GEOGRAPHIC]


def wkt_of(geometry: NDArray[np.object_], crs: TargetCRS) -> list[str]:
    """Return geometries as well-known text, empty for missing ones."""
    texts = shapely.to_wkt(geometry, rounding_precision=decimals(crs), trim=True)
    return ["" if text is None else text for text in texts]
