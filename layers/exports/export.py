"""Makes an export: checked before a byte is written, and there whole or not at all."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from geo.crs import CHOSEN_BY_DATA, GEOGRAPHIC, projected
from geo.crs import named as crs_named
from layers.exports.encodings import GBK, refuse_lacking
from layers.exports.errors import EmptySelectionError, ExportCancelledError, UnknownFormatError, UnsuitedError
from layers.exports.formats import APART, FORMATS, SHORT, WGS84
from layers.exports.grids import is_by_city, shares
from layers.exports.job import Job, Note
from layers.exports.manifest import NAME, Account, as_text, manifest
from layers.exports.packing import files_in, folder_beside, put_in_place, zip_files
from layers.exports.tables import DATUMS, Wanted, layer_table, part_of
from layers.fields import FEATURES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    import geopandas as gpd

    from layers.catalogue import LayerEntry
    from layers.exports.formats import Format
    from layers.exports.grids import Share
    from layers.exports.job import LayerTable
    from layers.exports.manifest import Atlas
    from layers.exports.selection import Chosen, Selection
    from layers.snapshot import Snapshot

ZIP = ".zip"
# The spelling of field names by what is asked for: where names may be of any length, and where not.
SPELLINGS: Mapping[str, tuple[str, str]] = {
    "en": ("en", "short_en"),
    "zh": ("zh", "short_zh"),
    "short": ("short_en", "short_en"),
    "short-zh": ("short_zh", "short_zh"),
}
_OTHER = re.compile(r"[^a-z0-9_-]+")
MAX_STEM = 60


@dataclass(frozen=True)
class Asked:
    """How an export is to be written.

    Attributes
    ----------
    format_id
        A key of `FORMATS`.
    at
        When it is made, with its zone.
    crs
        Such as `EPSG:4547`, or one of `CHOSEN_BY_DATA`.
    encoding
        One of the format's; empty for its first.
    names
        A key of `SPELLINGS`, of the field names.
    language
        `zh` or `en`, for titles and other words in the file.
    shifted
        The datums of `DATUMS` for which columns with a point are added.
    stem
        What files inside are called; empty for what the target is called.
    """

    format_id: str
    at: datetime
    crs: str = "EPSG:4326"
    encoding: str = ""
    names: str = "en"
    language: str = "zh"
    shifted: tuple[str, ...] = ()
    stem: str = ""


@dataclass(frozen=True)
class Exported:
    """What was written.

    Attributes
    ----------
    file
        The export: one file.
    manifest_file
        Beside it; None where it is in a zip.
    manifest
        What that holds.
    """

    file: Path
    manifest_file: Path | None
    manifest: Mapping[str, Any]


@dataclass(frozen=True)
class _Told:
    """Tells the progress of one share as that of all."""

    progress: Callable[[int, int], None]
    before: int
    total: int

    def of_share(self, done: int, _: int) -> None:
        self.progress(self.before + done, self.total)


@dataclass(frozen=True)
class Plan:
    """An export that can be made."""

    selection: Selection
    asked: Asked
    atlas: Atlas
    row: Format
    chosen: Chosen
    shares: Sequence[Share]
    target: Path

    @property
    def encoding(self) -> str:
        """The one asked for, or the format's first."""
        return self.asked.encoding or self.row.encodings[0]

    @property
    def spelling(self) -> str:
        """Which names of fields are written."""
        return SPELLINGS[self.asked.names][self.row.names == SHORT]

    @property
    def is_zipped(self) -> bool:
        """Whether files and manifest go into one zip file."""
        return self.target.suffix.lower() == ZIP

    @property
    def stem(self) -> str:
        """What files inside are called."""
        name = (self.asked.stem or self.target.stem).lower()
        return _OTHER.sub("-", name).strip("-_")[:MAX_STEM] or "atlas"


def export(  # noqa: PLR0913, PLR0917 - what, how, where, of what, and two ways to talk with it
    selection: Selection,
    asked: Asked,
    target: Path,
    atlas: Atlas,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Exported:
    """Write what is selected to a file, with its manifest.

    Parameters
    ----------
    target
        Ends in the format's extension or in `.zip`; see `extensions`. What stands there is replaced when
        the new file is whole.
    progress
        Called with the number of features done and the number of all, in the thread of the caller.
    is_cancelled
        Asked between batches of features.

    Raises
    ------
    UnknownFormatError, UnsuitedError
        There is no such format, or it cannot hold what is asked of it.
    UnknownCRSError, RefusedDatumError, WrongZoneError, OutsideCRSError
        The data cannot be written in that system.
    UnknownPlaceError, EmptySelectionError
        A place asked for is not there; nothing is left.
    UnencodableError
        The encoding lacks characters of the data.
    ExportCancelledError, UnwritableError
        It was cancelled, or the disk was full; the target is as it was before.
    """
    plan = planned(selection, asked, target, atlas)
    with folder_beside(target) as folder:
        content = folder / "files"
        content.mkdir()
        digests: dict[Path, str] = {}
        account = _written(plan, content, digests, progress, is_cancelled)
        files = files_in(content, digests, is_cancelled, saves=not plan.is_zipped)
        if not plan.is_zipped:
            # Inside the folder it may be called something else.
            files = tuple(replace(file, name=target.name) for file in files)
        told = manifest(account, files, atlas)
        if plan.is_zipped:
            (content / NAME).write_bytes(as_text(told))
            finished = folder / "whole"
            names = [NAME, *(file.name for file in files)]
            zip_files(content, names, finished, asked.at, is_cancelled)
            put_in_place(finished, target)
            return Exported(target, None, told)
        beside = target.with_name(f"{target.name}.{NAME}")
        aside = folder / NAME
        aside.write_bytes(as_text(told))
        put_in_place(aside, beside)
        (only,) = content.iterdir()
        put_in_place(only, target)
        return Exported(target, beside, told)


def refuse_unencodable(plan: Plan) -> None:
    """Let a plan pass if its encoding has all characters of its texts.

    Raises
    ------
    UnencodableError
        It has not; the error names the places and the characters.
    """
    if plan.encoding != GBK:
        return
    wanted, notes = _wanted(plan), list[Note]()
    for share in plan.shares:
        tables = _tables(plan, share, wanted, notes, lambda: False)
        refuse_lacking(tables, plan.encoding, has_entries=plan.row.has_tables)


def extensions(asked: Asked, layer_count: int) -> tuple[str, ...]:
    """Return the endings that the file of such an export may have, the usual one first.

    Raises
    ------
    UnknownFormatError
        There is no such format.
    """
    row = _format(asked.format_id)
    has_many = row.is_zipped or is_by_city(asked.crs) or (row.layers == APART and layer_count > 1)
    return (ZIP,) if has_many else (row.extension, ZIP)


def format_of(target: Path) -> str:
    """Return the id of the format whose files have the target's ending.

    Raises
    ------
    UnknownFormatError
        No format's files have; those of several end in `.zip`.
    """
    ending = target.suffix.lower()
    for row in FORMATS.values():
        if row.extension == ending != ZIP:
            return row.format_id
    raise UnknownFormatError(target.name, tuple(FORMATS))


def _format(format_id: str) -> Format:
    if format_id not in FORMATS:
        raise UnknownFormatError(format_id, tuple(FORMATS))
    return FORMATS[format_id]


def planned(selection: Selection, asked: Asked, target: Path, atlas: Atlas) -> Plan:
    """Return what an export would come to; nothing is written.

    Raises
    ------
    UnknownFormatError, UnsuitedError, UnknownCRSError, RefusedDatumError, WrongZoneError, OutsideCRSError,
    UnknownPlaceError, EmptySelectionError
        As `export`, which besides looks at every character of the texts; see `refuse_unencodable`.
    """
    row = _format(asked.format_id)
    refuse_unsuited(row, asked)
    chosen = selection.chosen()
    if not row.has_no_place:
        chosen = chosen.without_unplaced()
    if not chosen.total:
        raise EmptySelectionError
    found = shares(chosen, asked.crs, selection.snapshot, atlas.catalogue)
    filled = sum(not features.empty for features in chosen.layers.values())
    endings = extensions(asked, filled)
    if target.suffix.lower() not in endings:
        raise UnsuitedError(row.format_id, "file", target.name, endings)
    return Plan(selection, asked, atlas, row, chosen, found, target)


def refuse_unsuited(row: Format, asked: Asked) -> None:
    """Let an order pass if a format can hold what is asked of it, whatever the data are.

    Raises
    ------
    UnsuitedError, UnknownCRSError, RefusedDatumError
        It cannot.
    """
    name = row.format_id
    if asked.encoding and asked.encoding not in row.encodings:
        raise UnsuitedError(name, "encoding", asked.encoding, row.encodings)
    if asked.names not in SPELLINGS:
        raise UnsuitedError(name, "names", asked.names, tuple(SPELLINGS))
    for datum in asked.shifted:
        if datum not in DATUMS:
            raise UnsuitedError(name, "shifted", datum, DATUMS)
    if row.crs == WGS84 and (asked.crs in CHOSEN_BY_DATA or crs_named(asked.crs).crs_id != "EPSG:4326"):
        raise UnsuitedError(name, "crs", asked.crs, ("EPSG:4326",))


def _written(
    plan: Plan, content: Path, digests: dict[Path, str], progress: Callable[[int, int], None],
    is_cancelled: Callable[[], bool],
) -> Account:
    notes: list[Note] = []
    rows: dict[str, dict[str, int]] = {}
    wanted = _wanted(plan)
    total = sum(len(features) for share in plan.shares for features in share.layers.values())
    before = 0
    for share in plan.shares:
        tables = _tables(plan, share, wanted, notes, is_cancelled)
        if not tables:
            continue
        refuse_lacking(tables, plan.encoding, has_entries=plan.row.has_tables)
        for table in tables:
            _count(table, rows.setdefault(table.layer_id, {}))
        job = _job(plan, share, tables, _folder(content, share), notes)
        told = _Told(progress, before, total)
        job = replace(job, progress=told.of_share, is_cancelled=is_cancelled, digests=digests)
        plan.row.write(job)
        before += job.total
    names = wanted.written_names()
    return Account(
        selection=plan.selection,
        chosen=plan.chosen,
        shares=plan.shares,
        format=plan.row,
        encoding=plan.encoding,
        spelling=plan.spelling,
        names=names if plan.row.has_tables else {FEATURES: names[FEATURES]},
        rows=rows,
        notes=notes,
        at=plan.asked.at,
    )


def _wanted(plan: Plan) -> Wanted:
    catalogue = plan.atlas.catalogue
    names = catalogue.fields.names(plan.spelling)
    return Wanted(catalogue, plan.selection.snapshot.version, names, plan.asked.shifted, plan.row.has_tables)


def _tables(
    plan: Plan, share: Share, wanted: Wanted, notes: list[Note], is_cancelled: Callable[[], bool],
) -> list[LayerTable]:
    tables = []
    for entry in plan.atlas.catalogue.entries(list(share.layers)):
        features = share.layers[entry.layer_id]
        if is_cancelled():
            raise ExportCancelledError
        if not features.empty:
            table = _table(entry, features, plan.selection.snapshot, wanted, notes)
            moved = projected(table.geometry, share.target)
            is_same = share.target.kind == GEOGRAPHIC
            tables.append(replace(table, geometry=moved, kept_wkb=table.kept_wkb if is_same else None))
    return tables


def _table(
    entry: LayerEntry, features: gpd.GeoDataFrame, snapshot: Snapshot, wanted: Wanted, notes: list[Note],
) -> LayerTable:
    # Made of the whole layer, whose tables are kept, so that all that is chosen of it is quickly there.
    whole, told = snapshot.layers[entry.layer_id].features, list[Note]()
    table = layer_table(entry, whole, wanted, told)
    if features is whole:
        notes += told
        return table
    ids = set(map(str, features.index)) if told else set()
    notes += [note for note in told if note.feature_id in ids]
    return part_of(table, features)


def _count(table: LayerTable, rows: dict[str, int]) -> None:
    for name, made in table.rows.items():
        rows[name] = rows.get(name, 0) + made.num_rows


def _job(plan: Plan, share: Share, tables: Sequence[LayerTable], folder: Path, notes: list[Note]) -> Job:
    catalogue, language = plan.atlas.catalogue, plan.asked.language
    return Job(
        layers=tables,
        target=folder,
        stem=plan.stem,
        crs=share.target,
        encoding=plan.encoding,
        spelling=plan.spelling,
        language=language,
        fields=catalogue.fields,
        labels={code.code: code.label.in_language(language) for code in catalogue.codes.get("status", ())},
        attribution=catalogue.product.get("attribution", {}).get(language, ""),
        colours=catalogue.theme.light,
        notes=notes,
    )


def _folder(content: Path, share: Share) -> Path:
    if not share.city:
        return content
    folder = content / f"{_OTHER.sub('-', share.city.lower())}-epsg-{share.target.epsg}"
    folder.mkdir()
    return folder
