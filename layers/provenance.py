"""Checks that every cited phrase, status word and year stands where the citation says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from layers.errors import CatalogueError
from layers.findings import Issue

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import geopandas as gpd

    from layers.catalogue import Catalogue

YEARS = ("year_start", "year_end")


@dataclass(frozen=True)
class Texts:
    """The texts of the planning documents, as lines by document id; line numbers count from 1."""

    lines: Mapping[str, tuple[str, ...]]

    @classmethod
    def read(cls, folder: Path, catalogue: Catalogue) -> Self:
        """Read the documents of a catalogue from a folder.

        Raises
        ------
        CatalogueError
            A document's file is not there or is not UTF-8.
        """
        lines = {}
        for document in catalogue.plan_documents():
            try:
                text = (folder / document.file).read_text(encoding="utf-8")
            except (OSError, ValueError) as error:
                raise CatalogueError(document.file, str(error)) from error
            lines[document.document_id] = tuple(text.split("\n"))
        return cls(lines)

    @classmethod
    def found(cls, folder: Path | None, catalogue: Catalogue) -> Self:
        """Read those of the documents that are in a folder and can be read; none without a folder."""
        if folder is None:
            return cls({})
        lines = {}
        for document in catalogue.plan_documents():
            try:
                text = (folder / document.file).read_text(encoding="utf-8-sig")
            except (OSError, ValueError):
                continue
            lines[document.document_id] = tuple(text.split("\n"))
        return cls(lines)

    def line(self, document_id: str, number: int | None) -> str:
        """Return a line of a document; empty where the document has no such line."""
        lines = self.lines.get(document_id, ())
        return lines[number - 1] if number and number <= len(lines) else ""


def unproved(features: gpd.GeoDataFrame, texts: Texts) -> list[Issue]:
    """Return a fault for each citation that does not stand at its line.

    Parameters
    ----------
    features
        One layer, as a store gives it.
    """
    columns = features[["id", "history", "citations"]].to_dict("records")
    return [issue for row in columns for issue in _unproved(row, texts)]


def _unproved(row: Mapping[Any, Any], texts: Texts) -> Iterator[Issue]:
    for attribute in ("history", "citations"):
        for position, entry in enumerate(row[attribute]):
            if entry["document"] not in texts.lines:
                continue
            field = f"properties.{attribute}.{position}"
            if entry["phrase"] not in texts.line(entry["document"], entry["line"]):
                yield Issue(row["id"], f"{field}.phrase", "not_at_line", entry["phrase"])
            if attribute == "history":
                yield from _unprinted(row["id"], field, entry, texts)


def _unprinted(named: str, field: str, entry: Mapping[str, Any], texts: Texts) -> Iterator[Issue]:
    numbers = (entry["line"], entry["words_line"])
    printed = "\n".join(texts.line(entry["document"], number) for number in numbers)
    if entry["words"] and entry["words"] not in printed:
        yield Issue(named, f"{field}.words", "not_at_line", entry["words"])
    for year in YEARS:
        if entry[year] is not None and str(entry[year]) not in printed:
            yield Issue(named, f"{field}.{year}", "not_at_line", str(entry[year]))
