"""What a format's writer is handed: tables in their CRS, a folder of its own, and how to tell of progress."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import geopandas as gpd

from layers.exports.columns import as_frame, as_wkb
from layers.exports.errors import ExportCancelledError
from layers.fields import CITATIONS, FEATURES, HISTORY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import pandas as pd
    import pyarrow as pa

    from geo.crs import TargetCRS
    from layers.catalogue import Text
    from layers.fields import Fields
    from layers.style import LayerStyle


@dataclass(frozen=True)
class Note:
    """Something that a writer could not keep as it is, for the manifest.

    Attributes
    ----------
    code
        `cut` (a text cut at a whole character), `split` (a layer split by type of geometry), or another
        one that has words under `note.<code>` in the messages of the part `exports`.
    layer_id, feature_id, field
        Where; empty where it is not about one. `field` is the field's id.
    detail
        The value or the number that the words are filled with.
    """

    code: str
    layer_id: str = ""
    feature_id: str = ""
    field: str = ""
    detail: str = ""


@dataclass(frozen=True)
class LayerTable:
    """One layer as flat tables. Columns have the fields' ids.

    Attributes
    ----------
    rows
        By table, its columns in Arrow: features one row each; history and citations one row an entry, with
        the feature's id in `feature_id`. Texts may be held once for many rows, see `columns.Coded`; lists
        are joined with `;`. Missing texts are empty, missing numbers null.
    geometry
        Of each feature, in the job's CRS; None where a place has no position.
    names
        For each table the name to be written for each field id, in the order of the columns.
    kept_wkb
        Gives the geometries as well-known binary where they are those of a frame that is kept.
    """

    layer_id: str
    title: Text
    style: LayerStyle
    rows: Mapping[str, pa.RecordBatch]
    geometry: gpd.GeoSeries
    names: Mapping[str, Mapping[str, str]]
    kept_wkb: Callable[[], pa.Array] | None = None

    @property
    def wkb(self) -> pa.Array:
        """The geometries as well-known binary."""
        return self.kept_wkb() if self.kept_wkb else as_wkb(self.geometry.to_numpy())

    @property
    def count(self) -> int:
        """The number of features."""
        return len(self.geometry)

    @cached_property
    def features(self) -> gpd.GeoDataFrame:
        """The features by their ids as pandas holds them: texts `str`, years `Int64`."""
        frame = as_frame(self.rows[FEATURES]).set_axis(self.geometry.index)
        return gpd.GeoDataFrame(frame, geometry=self.geometry)

    @cached_property
    def history(self) -> pd.DataFrame:
        """The history as pandas holds it."""
        return as_frame(self.rows[HISTORY])

    @cached_property
    def citations(self) -> pd.DataFrame:
        """The citations as pandas holds them."""
        return as_frame(self.rows[CITATIONS])


@dataclass(frozen=True)
class Job:
    """What a writer has to do.

    Attributes
    ----------
    layers
        In the order of display; of one CRS and with the same fields.
    target
        A folder of the job's own, empty; all that is in it afterwards is the export.
    stem
        What a file for all layers is called, without its ending: small ASCII letters, digits, `-`, `_`.
    encoding
        One of the format's `encodings`.
    spelling
        Of the field names: `en`, `zh`, `short_en` or `short_zh`.
    language
        `zh` or `en`, for titles and whatever else a person reads.
    labels
        The words of the code list `status` by code, in that language.
    attribution
        The source line, in that language.
    colours
        Of the ground and the names on the light map, by role.
    progress
        Called with the number of features done and the number of all.
    notes
        What the writer has to say in the manifest; it appends.
    digests
        The SHA-256 of files that the writer has hashed while it wrote; see `packing.read_along`.
    """

    layers: Sequence[LayerTable]
    target: Path
    stem: str
    crs: TargetCRS
    encoding: str
    spelling: str
    language: str
    fields: Fields
    labels: Mapping[str, str] = field(default_factory=dict)
    attribution: str = ""
    colours: Mapping[str, str] = field(default_factory=dict)
    progress: Callable[[int, int], None] = lambda _done, _total: None
    is_cancelled: Callable[[], bool] = lambda: False
    notes: list[Note] = field(default_factory=list)
    digests: dict[Path, str] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """The number of features of all layers."""
        return sum(table.count for table in self.layers)

    def advance(self, done: int) -> None:
        """Tell how many features are done.

        Raises
        ------
        ExportCancelledError
            Nobody wants the export any more.
        """
        if self.is_cancelled():
            raise ExportCancelledError
        self.progress(done, self.total)

    def note(self, code: str, **where: Any) -> None:  # noqa: ANN401 - the attributes of `Note`
        """Have something said in the manifest; see `Note`."""
        self.notes.append(Note(code, **where))
