"""What differs between two data versions, as text, JSON, GeoJSON and CSV: a row of one table each."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from layers.catalogue import LANGUAGES
from layers.change_words import change_text, date_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from layers.catalogue import Catalogue
    from layers.changes import Change, Changes
    from layers.served import Served
    from layers.versions import Publication

# A spreadsheet takes a cell that begins like this for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
# Tells a spreadsheet that the text is UTF-8.
BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True)
class Comparison:
    """A comparison with all that is needed to write it down.

    Attributes
    ----------
    published
        The store's publications, for the dates of the versions.
    words
        The messages of the part `changes`, by language.
    """

    found: Changes
    catalogue: Catalogue
    published: Sequence[Publication]
    words: Mapping[str, Mapping[str, str]]

    def text_of(self, change: Change) -> dict[str, str]:
        """Return what changed of one place in words, by language."""
        return {
            language: change_text(change, self.catalogue, self.words[language], language)
            for language in LANGUAGES
        }


def as_text(comparison: Comparison) -> str:
    """Return a line a place, then how many changed in each way."""
    return "".join(f"{line}\n" for line in _lines(comparison))


def as_json(comparison: Comparison) -> str:
    """Return every place with what it was and is, for programs."""
    return _json(_head(comparison) | {"changes": list(_rows(comparison))})


def as_geojson(comparison: Comparison) -> str:
    """Return every place where it is now, one that was removed where it was."""
    features = [
        {
            "type": "Feature",
            "id": row["id"],
            "geometry": change.on_side("now").feature["geometry"],
            "properties": _flat(row),
        }
        for change, row in zip(comparison.found.changes, _rows(comparison), strict=True)
    ]
    return _json({"type": "FeatureCollection", **_head(comparison), "features": features})


def as_csv(comparison: Comparison) -> str:
    """Return a row a place, for spreadsheets: in UTF-8 with its mark, no cell a formula."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, _COLUMNS)
    writer.writeheader()
    for row in _rows(comparison):
        writer.writerow({name: _cell(value) for name, value in _flat(row).items()})
    return BYTE_ORDER_MARK + text.getvalue()


FORMATS: Mapping[str, Callable[[Comparison], str]] = {
    "text": as_text,
    "json": as_json,
    "geojson": as_geojson,
    "csv": as_csv,
}


def _lines(comparison: Comparison) -> Iterator[str]:
    found, words = comparison.found, comparison.words["en"]
    for change in found.changes:
        place = change.on_side("now")
        said = f"{place.name.zh} · {place.name.en}: {comparison.text_of(change)['en']}"
        yield f"{','.join(change.kinds):16} {place.place_id:40} {said}"
    if found.changes:
        yield ""
    old, new = (_with_date(version, comparison.published) for version in (found.old, found.new))
    counts = ", ".join(words[f"kind.{kind}"].format(number=number) for kind, number in found.counts().items())
    yield f"{old} → {new}: {len(found.changes)} places differ{': ' * bool(counts)}{counts}"
    if found.uncompared:
        yield f"not compared, for one of the two cannot serve them: {', '.join(found.uncompared)}"


def _with_date(version: str, published: Sequence[Publication]) -> str:
    return f"{version} ({date_of(version, published) or 'not published'})"


def _head(comparison: Comparison) -> dict[str, Any]:
    found = comparison.found
    return {
        "old": _version(found.old, comparison.published),
        "new": _version(found.new, comparison.published),
        "counts": found.counts(),
        "uncompared": list(found.uncompared),
    }


def _version(version: str, published: Sequence[Publication]) -> dict[str, str | None]:
    return {"version": version, "date": date_of(version, published) or None}


def _rows(comparison: Comparison) -> Iterator[dict[str, Any]]:
    for change in comparison.found.changes:
        place, stone = change.on_side("now"), change.tombstone
        is_renamed = change.before is not None and change.before.place_id != place.place_id
        yield {
            "id": place.place_id,
            "former_id": change.before.place_id if change.before and is_renamed else None,
            "layer": place.layer_id,
            "kinds": list(change.kinds),
            "name": asdict(place.name),
            "before": _standing(change.before),
            "after": _standing(change.after),
            "text": comparison.text_of(change),
            "retired_on": stone.date.isoformat() if stone else None,
            "successor": change.successor.place_id if change.successor else None,
        }


def _standing(place: Served | None) -> dict[str, Any] | None:
    if place is None:
        return None
    first, last = place.years(outside=True)
    return {"status": place.status(outside=True), "year_start": first, "year_end": last}


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    flat = {"id": row["id"], "former_id": row["former_id"], "layer": row["layer"]}
    flat["kinds"] = " ".join(row["kinds"])
    flat |= {f"name_{language}": row["name"][language] for language in LANGUAGES}
    for side in ("before", "after"):
        standing = row[side] or dict.fromkeys(_STANDING)
        flat |= {f"{name}_{side}": standing[name] for name in _STANDING}
    flat |= {f"text_{language}": row["text"][language] for language in LANGUAGES}
    return flat | {"retired_on": row["retired_on"], "successor": row["successor"]}


_STANDING = ("status", "year_start", "year_end")
_COLUMNS = (
    "id", "former_id", "layer", "kinds", "name_zh", "name_en", "status_before", "year_start_before",
    "year_end_before", "status_after", "year_start_after", "year_end_after", "text_zh", "text_en",
    "retired_on", "successor",
)  # fmt: skip


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
