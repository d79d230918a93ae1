"""What a format's writer is handed: tables in their CRS, a folder of its own, and how to tell of progress."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from layers.exports.errors import ExportCancelledError
from layers.fields import CITATIONS, FEATURES, HISTORY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import geopandas as gpd
    import pandas as pd

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
    """One layer as flat tables. Columns have the fields' ids; `named_*` have the names to be written.

    Attributes
    ----------
    features
        One row a feature, in the job's CRS; geometry None where a place has no position. Texts are `str`,
        years `Int64`; lists are joined with `; `. Missing texts are empty, missing numbers NA.
    history, citations
        One row an entry, with the feature's id in `feature_id`.
    names
        For each table the name to be written for each field id, in the order of the columns.
    """

    layer_id: str
    title: Text
    style: LayerStyle
    features: gpd.GeoDataFrame
    history: pd.DataFrame
    citations: pd.DataFrame
    names: Mapping[str, Mapping[str, str]]

    def named_features(self) -> gpd.GeoDataFrame:
        """Return the features under the names to be written."""
        return self.features.rename(columns=dict(self.names[FEATURES]))

    def named_history(self) -> pd.DataFrame:
        """Return the history under the names to be written."""
        return self.history.rename(columns=dict(self.names[HISTORY]))

    def named_citations(self) -> pd.DataFrame:
        """Return the citations under the names to be written."""
        return self.citations.rename(columns=dict(self.names[CITATIONS]))


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

    @property
    def total(self) -> int:
        """The number of features of all layers."""
        return sum(len(table.features) for table in self.layers)

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
