"""Writes every combination once, and says for each folder of files what must be in it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from geo.crs import TargetCRS, named
from layers.exports.export import SPELLINGS, Asked, Exported, export, extensions
from layers.exports.formats import FORMATS, SHORT
from layers.exports.selection import Selection
from layers.exports.tables import Wanted, layer_table
from layers.fields import CITATIONS, FEATURES, HISTORY
from layers.stores.folder import FolderStore
from layers.view import MapView
from tests.exports.combinations import COMPLETE, Combination
from tests.exports.complete import BEYOND_GBK
from tests.layers.exports.conftest import atlas_of
from tests.layers.exports.hostile import unzipped

AT = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Source:
    """A data set that is exported, and its rows as they are handed to the formats.

    Attributes
    ----------
    geometries
        GeoJSON of each place as it is stored, by id.
    """

    store: FolderStore
    geometries: Mapping[str, Any]

    @cached_property
    def view(self) -> MapView:
        """All layers."""
        return MapView(layers=self.store.catalogue.layer_ids(), on=date(2026, 11, 22))

    @cached_property
    def tables(self) -> dict[str, list[dict[str, Any]]]:
        """The rows of each table, by the fields' ids."""
        snapshot, catalogue = self.store.snapshot(), self.store.catalogue
        wanted = Wanted(catalogue, snapshot.version, catalogue.fields.names("en"))
        made: dict[str, list[dict[str, Any]]] = {FEATURES: [], HISTORY: [], CITATIONS: []}
        for entry in catalogue.entries(self.view.layers):
            table = layer_table(entry, snapshot.layers[entry.layer_id].features, wanted, [])
            frames: dict[str, Any] = {
                FEATURES: table.features.drop(columns="geometry"),
                HISTORY: table.history,
                CITATIONS: table.citations,
            }
            for name, frame in frames.items():
                made[name] += frame.to_dict("records")
        return made

    def cities(self, feature_id: str) -> list[str]:
        """Return the cities of a place."""
        for layer in self.store.snapshot().layers.values():
            if feature_id in layer.features.index:
                cities: Any = layer.features.loc[feature_id, "city"]
                return list(cities)
        return []


@dataclass(frozen=True)
class Piece:
    """A folder of files of one export in one system.

    Attributes
    ----------
    ids
        Of the places that must be in it.
    """

    combination: Combination
    folder: Path
    exported: Exported
    source: Source
    crs: TargetCRS
    ids: frozenset[str]

    @property
    def names(self) -> dict[str, dict[str, str]]:
        """The name that each field is written under, by table."""
        row = FORMATS[self.combination.format_id]
        spelling = SPELLINGS[self.combination.names][row.names == SHORT]
        fields = self.source.store.catalogue.fields
        return {table: dict(names) for table, names in fields.names(spelling).items()}

    def file(self, pattern: str) -> Path:
        """Return the one file of a pattern."""
        (found,) = self.folder.glob(pattern)
        return found


def written(combination: Combination, source: Source, folder: Path) -> Iterator[Piece]:
    """Write a combination and return what came of it, a piece for each system in it."""
    ids = chosen(combination, source)
    selection = Selection(source.store.snapshot(), source.view, ids=ids)
    asked = Asked(
        combination.format_id, AT, combination.crs, combination.encoding, names=combination.names,
    )  # fmt: skip
    (folder / "made").mkdir(parents=True)
    ending = extensions(asked, len(source.view.layers))[0]
    made = export(selection, asked, folder / "made" / f"all{ending}", atlas_of(source.store))
    content = unzipped(made.file) if ending == ".zip" else made.file.parent
    for crs in made.manifest["crs"]:
        city = crs["city"]["id"] if crs["city"] else ""
        place = content / f"{city}-{crs['id'].lower().replace(':', '-')}" if city else content
        here = frozenset(one for one in ids if not city or city in source.cities(one))
        yield Piece(combination, place, made, source, named(crs["id"]), here)


def chosen(combination: Combination, source: Source) -> tuple[str, ...]:
    """Return the places of a combination: those that its encoding and its format can hold."""
    is_placed_only = not FORMATS[combination.format_id].has_no_place
    is_short = combination.encoding == "gbk" and combination.data == COMPLETE
    return tuple(
        feature_id
        for feature_id, geometry in source.geometries.items()
        if (geometry or not is_placed_only) and not (is_short and feature_id in BEYOND_GBK)
    )
