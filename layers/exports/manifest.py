"""What an export is, for whoever has it: written beside or into it."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass, replace
from datetime import UTC
from typing import TYPE_CHECKING, Any

import shapely

from geo.crs import GEOGRAPHIC
from layers.catalogue import LANGUAGES
from layers.change_words import date_of
from layers.fields import CITATIONS, FEATURES, HISTORY
from layers.read_back import fill, sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from geo.crs import ZoneCheck
    from layers.catalogue import Catalogue
    from layers.exports.formats import Format
    from layers.exports.grids import Share
    from layers.exports.job import Note
    from layers.exports.packing import Written
    from layers.exports.selection import Chosen, Selection
    from layers.fields import Fields
    from layers.versions import Publication

NAME = "manifest.json"
SHARED_MAP = "/m"
# Of features left out and of notes so many are named; of more the number is told.
MOST_NAMED = 1000


@dataclass(frozen=True)
class Atlas:
    """What an export is taken from.

    Attributes
    ----------
    publications
        The versions that were published, for their dates.
    words, sentences
        The messages of the parts `exports` and `sentence`, by language.
    address
        Scheme, host and port by which readers reach the installation; empty where it is not known.
    """

    catalogue: Catalogue
    publications: Sequence[Publication]
    words: Mapping[str, Mapping[str, str]]
    sentences: Mapping[str, Mapping[str, str]]
    address: str = ""

    def said(self, key: str, **parameters: object) -> dict[str, str]:
        """Return a message in each language."""
        return {language: fill(self.words[language][key], **parameters) for language in LANGUAGES}


@dataclass(frozen=True)
class Account:
    """What there is to tell of an export besides its files.

    Attributes
    ----------
    names
        For each table that is written, the written name of each field id.
    rows
        The number of rows of each table by layer.
    """

    selection: Selection
    chosen: Chosen
    shares: Sequence[Share]
    format: Format
    encoding: str
    spelling: str
    names: Mapping[str, Mapping[str, str]]
    rows: Mapping[str, Mapping[str, int]]
    notes: Sequence[Note]
    at: datetime


def manifest(account: Account, files: Iterable[Written], atlas: Atlas) -> dict[str, Any]:
    """Return the manifest of an export, as JSON holds it."""
    catalogue = atlas.catalogue
    return {
        "title": catalogue.product["name"],
        "created": account.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "format": {"id": account.format.format_id, "title": asdict(account.format.title)},
        "attribution": catalogue.product.get("attribution"),
        "licence": catalogue.product.get("licence"),
        "data_version": _version(account.selection.snapshot.version, atlas.publications),
        "filter": _filter(account, atlas),
        "crs": [_crs(share, atlas) for share in account.shares],
        "encoding": account.encoding,
        "field_names": account.spelling,
        "fields": {
            table: _fields(catalogue.fields, table, names) for table, names in account.names.items()
        },
        "features": account.chosen.total,
        "layers": [_layer(layer_id, account, catalogue) for layer_id in account.chosen.layers],
        "missing_layers": list(account.chosen.missing),
        "left_out": _left_out(account.chosen, atlas),
        "notes": _notes(account.notes, atlas),
        "files": [asdict(file) for file in files],
    }


def as_text(told: Mapping[str, Any]) -> bytes:
    """Return a manifest as it is written."""
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


def _version(version: str, published: Sequence[Publication]) -> dict[str, Any]:
    notes = [entry.note for entry in published if entry.version == version]
    return {"version": version, "published": date_of(version, published) or None, "note": (notes or [""])[-1]}


def _filter(account: Account, atlas: Atlas) -> dict[str, Any]:
    selection = account.selection
    # The link shows what was exported as far as a link can: without area and chosen places.
    view = replace(selection.view, version=selection.snapshot.version, layers=selection.wanted())
    words = {
        language: sentence(view, atlas.catalogue, atlas.sentences[language], language)
        for language in LANGUAGES
    }
    area = selection.area
    return {
        **words,
        "link": f"{atlas.address}{SHARED_MAP}?{view.to_query()}",
        "as_of": view.on.isoformat(),
        "area": json.loads(shapely.to_geojson(area)) if area is not None else None,
        "ids": list(selection.ids) if selection.ids is not None else None,
    }


def _crs(share: Share, atlas: Atlas) -> dict[str, Any]:
    target = share.target
    return {
        "id": target.crs_id,
        "name": {"zh": target.name_zh, "en": target.name_en},
        "city": {"id": share.city, **asdict(share.title)} if share.title else None,
        "features": sum(len(features) for features in share.layers.values()),
        "axes_in_files": list(target.file_axes),
        "axes_by_registry": list(target.axes),
        "unit": "degree" if target.kind == GEOGRAPHIC else "metre",
        "operation": atlas.said(f"operation.{target.base_epsg}.{target.kind}"),
        "zone": _zone(share.check, atlas) if share.check else None,
    }


def _zone(check: ZoneCheck, atlas: Atlas) -> dict[str, Any]:
    told = asdict(check)
    key = "zone.beyond" if check.beyond else "zone.within"
    shown = {**told, "central_meridian": f"{check.central_meridian:.0f}"}
    return told | {"words": atlas.said(key, **shown)}


def _fields(fields: Fields, table: str, names: Mapping[str, str]) -> list[dict[str, str]]:
    known = {row.field_id: row for row in fields.everywhere(table)}
    return [
        {
            "written": written,
            "id": field_id,
            "zh": known[field_id].names["zh"],
            "en": known[field_id].names["en"],
            "kind": known[field_id].kind,
        }
        for field_id, written in names.items()
    ]


def _layer(layer_id: str, account: Account, catalogue: Catalogue) -> dict[str, Any]:
    (entry,) = catalogue.entries([layer_id])
    rows = account.rows.get(layer_id, {})
    tables = (FEATURES, HISTORY, CITATIONS) if account.format.has_tables else (FEATURES,)
    return {
        "id": layer_id,
        "title": asdict(entry.title),
        "features": len(account.chosen.layers[layer_id]),
        "rows": {table: rows.get(table, 0) for table in tables},
    }


def _left_out(chosen: Chosen, atlas: Atlas) -> list[dict[str, Any]]:
    by_reason = Counter(row.reason for row in chosen.left_out)
    return [
        {
            "reason": reason,
            "words": atlas.said(f"left_out.{reason}"),
            "count": count,
            "places": [
                {"layer": row.layer_id, "id": row.feature_id}
                for row in chosen.left_out
                if row.reason == reason
            ][:MOST_NAMED],
        }
        for reason, count in by_reason.items()
    ]


def _notes(notes: Sequence[Note], atlas: Atlas) -> list[dict[str, Any]]:
    counts = Counter(note.code for note in notes)
    return [
        {
            "code": code,
            "words": atlas.said(f"note.{code}"),
            "count": count,
            "where": [_where(note) for note in notes if note.code == code][:MOST_NAMED],
        }
        for code, count in counts.items()
    ]


def _where(note: Note) -> dict[str, str]:
    told = {"layer": note.layer_id, "id": note.feature_id, "field": note.field, "detail": note.detail}
    return {key: value for key, value in told.items() if value}
