"""The documents and the places side by side: what each line says of which place, and the other way round.

Answers are what the page of documents is sent, as JSON takes it: short keys, since a document has
hundreds of lines.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass
from functools import cached_property
from itertools import chain
from math import isnan
from typing import TYPE_CHECKING, Any, TypeAlias

from layers import printed
from layers.coverage import DocumentCoverage, Reasons, coverage, printed_lines
from layers.history import disagreements
from layers.outline import FRONT, is_heading, outline, title_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from layers.catalogue import Catalogue, Document
    from layers.coverage import LineCoverage
    from layers.outline import Section
    from layers.provenance import Texts
    from layers.snapshot import Snapshot
    from layers.targets import Target

# A document's id and a line's number.
Place: TypeAlias = tuple[str, int]
PLACE, TARGET = "place", "target"
HISTORY, WORDS, YEARS = "history", "words", "years"


@dataclass(frozen=True)
class Sources:
    """All that the concordance is made from.

    Attributes
    ----------
    texts
        The documents whose text is there; the others are shown by their numbers and phrases.
    outlines
        Where clauses begin, by document, for those whose text is not there.
    """

    snapshot: Snapshot
    catalogue: Catalogue
    targets: Sequence[Target]
    reasons: Reasons
    texts: Texts
    outlines: Mapping[str, Sequence[tuple[int, str]]]


class Concordance:
    """What the documents say of the places, line by line and place by place."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._documents = sources.catalogue.plan_documents()

    def library(self) -> dict[str, Any]:
        """Return the documents in date order, and all places and targets that any of them names."""
        reasons = self._sources.reasons.codes
        return {
            "version": self._sources.snapshot.version,
            "documents": [self._described(document) for document in self._documents],
            "reasons": {code: asdict(words) for code, words in reasons.items()},
            "places": self._places,
            "targets": {target.target_id: _target(target) for target in self._sources.targets},
        }

    def reading(self, document_id: str) -> dict[str, Any]:
        """Return one document line by line.

        Returns
        -------
        reading
            `outline`: first line, last line, depth, clause and, where the text is there, heading as printed
            and plain. `lines`: number `n`, pieces as printed `t` and plain `p` (each a text with the
            numbers of its citations; `p` only where it differs), citations `c`, reason `r`, state `s`.

        Raises
        ------
        KeyError
            There is no planning document of this id.
        """
        lines = self._sources.texts.lines.get(document_id, ())
        covered = self._coverage[document_id]
        return {
            "id": document_id,
            "hasText": bool(lines),
            "outline": [_section(section, lines) for section in self.sections(document_id)],
            "lines": [self._line(document_id, line) for line in covered.lines],
        }

    def sections(self, document_id: str) -> tuple[Section, ...]:
        """Return the clauses of a document in order."""
        cited = {
            line: citations[0]["l"]
            for (document, line), citations in sorted(self._citations.items())
            if document == document_id and citations[0]["l"]
        }
        sources = self._sources
        return outline(
            sources.texts.lines.get(document_id, ()), sources.outlines.get(document_id, ()), cited,
        )

    def _line(self, document_id: str, covered: LineCoverage) -> dict[str, Any]:
        citations = self._citations.get((document_id, covered.number), [])
        # The clause stands in the outline already.
        line: dict[str, Any] = {
            "n": covered.number,
            "s": covered.state,
            "c": [{key: value for key, value in row.items() if key != "l"} for row in citations],
        }
        if covered.reason:
            line["r"] = covered.reason
        text = self._sources.texts.line(document_id, covered.number)
        if not text:
            # The status word of another line may stand in that line and not in this.
            line["c"] = [{**row, "p": ""} if row["u"] == WORDS else row for row in line["c"]]
        if text.strip():
            read = printed.read(text)
            line["t"], plain = read.runs([row["p"] for row in citations])
            if read.plain != read.printed:
                line["p"] = plain
            if read.is_row:
                line["row"] = True
        return line

    def _described(self, document: Document) -> dict[str, Any]:
        covered = self._coverage[document.document_id]
        return {
            "id": document.document_id,
            "date": document.date,
            "title": asdict(document.title),
            "short": asdict(document.short),
            "publisher": asdict(document.publisher),
            "file": document.file,
            "hasText": document.document_id in self._sources.texts.lines,
            "totals": asdict(covered.totals),
        }

    @cached_property
    def _coverage(self) -> Mapping[str, DocumentCoverage]:
        sources = self._sources
        there = printed_lines(sources.texts)
        # Of a document that is not there, the lines that somebody has read are all that is known.
        known: dict[str, set[int]] = defaultdict(set)
        for document_id, line in self._citations:
            known[document_id].add(line)
        for document_id, reasons in sources.reasons.lines.items():
            known[document_id].update(reasons)
        names = [document.document_id for document in self._documents]
        lines = {name: there.get(name) or tuple(sorted(known[name])) for name in names}
        found = coverage(sources.snapshot, sources.targets, lines, sources.reasons)
        return {covered.document_id: covered for covered in found}

    @cached_property
    def _citations(self) -> Mapping[Place, list[dict[str, Any]]]:
        """What cites each line: `k` place or target, `id`, phrase `p`, what it supports `u`, clause `l`."""
        gathered: dict[Place, list[dict[str, Any]]] = defaultdict(list)
        for place, row in chain(_by_places(self._sources.snapshot), _by_targets(self._sources.targets)):
            gathered[place].append(row)
        # A line that only lends its words or years to another has no clause of its own to name.
        return {place: sorted(rows, key=lambda row: not row["l"]) for place, rows in gathered.items()}

    @cached_property
    def _places(self) -> dict[str, Any]:
        columns = [
            "id", "name_zh", "name_en", "category", "status", "conflict", "history", "citations",
        ]  # fmt: skip
        places = {}
        for layer_id, layer in self._sources.snapshot.layers.items():
            boxes = layer.features.geometry.bounds.round(4).to_numpy().tolist()
            for row, box in zip(layer.features[columns].to_dict("records"), boxes, strict=True):
                places[row["id"]] = {
                    "zh": row["name_zh"],
                    "en": row["name_en"],
                    "layer": layer_id,
                    "category": row["category"],
                    "status": row["status"],
                    "conflict": bool(row["conflict"]),
                    "box": None if isnan(box[0]) else box,
                    "says": _says(row, self._sources.catalogue.documents),
                }
        return places


def _by_places(snapshot: Snapshot) -> Iterator[tuple[Place, dict[str, Any]]]:
    for layer in snapshot.layers.values():
        for row in layer.features[["id", "history", "citations"]].to_dict("records"):
            for entry in row["history"]:
                if entry["line"] is not None:
                    yield _cited(entry, row["id"], HISTORY)
                if entry["words_line"] is not None:
                    place = entry["document"], entry["words_line"]
                    yield place, {"k": PLACE, "id": row["id"], "p": entry["words"] or "", "u": WORDS, "l": ""}
            for citation in row["citations"]:
                yield _cited(citation, row["id"], citation["supports"])


def _cited(entry: Mapping[str, Any], cited_by: str, supports: str) -> tuple[Place, dict[str, Any]]:
    row = {"k": PLACE, "id": cited_by, "p": entry["phrase"] or "", "u": supports, "l": entry["clause"] or ""}
    return (entry["document"], entry["line"]), row


def _by_targets(targets: Iterable[Target]) -> Iterator[tuple[Place, dict[str, Any]]]:
    for target in targets:
        cited, row = target.citation, {"k": TARGET, "id": target.target_id}
        yield (
            (cited.document_id, cited.line),
            {**row, "p": cited.phrase, "u": target.kind, "l": cited.clause},
        )
        if cited.year_line is not None:
            yield (cited.document_id, cited.year_line), {**row, "p": "", "u": YEARS, "l": ""}


def _says(row: Mapping[Any, Any], documents: Mapping[str, Document]) -> list[dict[str, Any]]:
    """Return all that is said of a place, in the order of the documents' dates, then of lines."""
    plans = (entry for entry in row["history"] if not documents[entry["document"]].is_outside)
    differs = iter(disagreements(list(plans)))
    said = [
        _entry(entry, () if documents[entry["document"]].is_outside else next(differs))
        for entry in row["history"]
    ]
    said += [
        {
            "d": entry["document"], "l": entry["clause"], "n": entry["line"], "p": entry["phrase"],
            "u": entry["supports"],
        }
        for entry in row["citations"]
    ]  # fmt: skip
    order = list(documents)
    return sorted(
        said,
        key=lambda entry: (
            documents[entry["d"]].date, order.index(entry["d"]), entry["u"] != HISTORY, entry.get("n") or 0,
        ),
    )  # fmt: skip


def _entry(entry: Mapping[str, Any], differs: tuple[str, ...]) -> dict[str, Any]:
    says = {
        "d": entry["document"], "l": entry["clause"], "n": entry["line"], "p": entry["phrase"], "u": HISTORY,
        "s": entry["status"], "w": entry["words"], "y": [entry["year_start"], entry["year_end"]],
        "note": entry["note"], "x": differs,
    }  # fmt: skip
    return {key: value for key, value in says.items() if value not in (None, (), [None, None])}


def _section(section: Section, lines: Sequence[str]) -> dict[str, Any]:
    row: dict[str, Any] = {
        "clause": section.clause, "depth": section.depth, "first": section.first, "last": section.last,
    }  # fmt: skip
    heading = lines[section.first - 1] if lines and section.clause != FRONT else ""
    if heading and is_heading(heading, section.clause):
        row |= {"title": title_of(heading), "plain": title_of(printed.read(heading).plain)}
    return row


def _target(target: Target) -> dict[str, Any]:
    said = asdict(target)
    citation = said.pop("citation")
    said |= {"document": citation["document_id"], "line": citation["line"], "clause": citation["clause"]}
    return {key: value for key, value in said.items() if value not in (None, (), [])}
