"""Which line of the documents is cited by which places and targets, and why the others are not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import reduce
from itertools import chain
from operator import add
from typing import TYPE_CHECKING, Any, Self

from layers.catalogue import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from layers.provenance import Texts
    from layers.snapshot import Snapshot
    from layers.targets import Target

CITED, REASONED, UNCOVERED, CONTRADICTED, STRAY = "cited", "reasoned", "uncovered", "contradicted", "stray"
FAULTS = (UNCOVERED, CONTRADICTED, STRAY)


@dataclass(frozen=True)
class Reasons:
    """Why lines are cited by no place and no target, as somebody who read them says.

    Attributes
    ----------
    codes
        The words of each reason.
    lines
        By document and line, the code of its reason.
    """

    codes: Mapping[str, Text] = field(default_factory=dict)
    lines: Mapping[str, Mapping[int, str]] = field(default_factory=dict)

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Self:
        """Build from `{"codes": {code: {zh, en}}, "lines": {document_id: {"12": code}}}`.

        Raises
        ------
        ValueError
            A reason that is none of the codes, or a line that is no number.
        """
        codes = {code: Text.read(words) for code, words in raw["codes"].items()}
        lines = {
            document_id: {int(number): code for number, code in reasons.items()}
            for document_id, reasons in raw["lines"].items()
        }
        unknown = sorted({code for reasons in lines.values() for code in reasons.values()} - codes.keys())
        if unknown:
            message = f"reasons that are not among the codes: {', '.join(unknown)}"
            raise ValueError(message)
        return cls(codes, lines)


@dataclass(frozen=True)
class LineCoverage:
    """What rests on one line of a document.

    Attributes
    ----------
    places, targets
        Ids, each once: of the places whose history or citations name the line, and of the targets.
    reason
        Code of the reason why nothing rests on it; empty where none is given.
    is_printed
        Whether the line is there and not blank.
    """

    number: int
    places: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    reason: str = ""
    is_printed: bool = True

    @property
    def state(self) -> str:
        """`cited`, `reasoned`, or what is wrong.

        `uncovered` with neither citation nor reason, `contradicted` with both, `stray` where the
        line that is cited or reasoned is blank or not there.
        """
        if not self.is_printed:
            return STRAY
        if self.places or self.targets:
            return CONTRADICTED if self.reason else CITED
        return REASONED if self.reason else UNCOVERED

    @property
    def is_fault(self) -> bool:
        """Whether somebody must look at the line again."""
        return self.state in FAULTS


@dataclass(frozen=True)
class Totals:
    """Numbers of lines: all that are printed, those that places or targets cite, and by state."""

    printed: int = 0
    by_places: int = 0
    by_targets: int = 0
    cited: int = 0
    reasoned: int = 0
    uncovered: int = 0
    contradicted: int = 0
    stray: int = 0

    def __add__(self, other: Totals) -> Totals:
        """Return the totals of both."""
        return Totals(**{name: number + getattr(other, name) for name, number in vars(self).items()})

    @property
    def faults(self) -> int:
        """How many lines somebody must look at again."""
        return self.uncovered + self.contradicted + self.stray


@dataclass(frozen=True)
class DocumentCoverage:
    """Every printed line of a document in order, with what rests on it."""

    document_id: str
    lines: tuple[LineCoverage, ...]

    @property
    def totals(self) -> Totals:
        """The numbers of this document."""
        states = Counter(line.state for line in self.lines)
        return Totals(
            printed=sum(line.is_printed for line in self.lines),
            by_places=sum(bool(line.places) for line in self.lines),
            by_targets=sum(bool(line.targets) for line in self.lines),
            **{state: states[state] for state in (CITED, REASONED, *FAULTS)},
        )

    def reasons(self) -> Mapping[str, int]:
        """Return how many lines have each reason, most first."""
        return dict(Counter(line.reason for line in self.lines if line.reason).most_common())


def printed_lines(texts: Texts) -> dict[str, tuple[int, ...]]:
    """Return the numbers of each document's lines that are not blank."""
    return {
        document_id: tuple(number for number, line in enumerate(lines, start=1) if line.strip())
        for document_id, lines in texts.lines.items()
    }


def coverage(
    snapshot: Snapshot,
    targets: Sequence[Target],
    printed: Mapping[str, Sequence[int]],
    reasons: Reasons,
) -> tuple[DocumentCoverage, ...]:
    """Return what rests on each line of each document.

    Parameters
    ----------
    printed
        The numbers of the lines that are not blank, by document; see `printed_lines`.

    Returns
    -------
    documents
        In the order of `printed`. A document that only reasons name comes last, all its lines stray.
    """
    places = _gathered(_places(snapshot))
    aims = _gathered(_targets(targets))
    names = dict.fromkeys(chain(printed, reasons.lines))
    return tuple(
        _document(name, printed.get(name, ()), reasons.lines.get(name, {}), places, aims) for name in names
    )


def totals_of(documents: Iterable[DocumentCoverage]) -> Totals:
    """Return the totals over documents."""
    return reduce(add, (document.totals for document in documents), Totals())


def _document(
    document_id: str,
    printed: Sequence[int],
    reasons: Mapping[int, str],
    places: Mapping[tuple[str, int], tuple[str, ...]],
    targets: Mapping[tuple[str, int], tuple[str, ...]],
) -> DocumentCoverage:
    cited = {number for name, number in chain(places, targets) if name == document_id}
    there = set(printed)
    lines = (
        LineCoverage(
            number=number,
            places=places.get((document_id, number), ()),
            targets=targets.get((document_id, number), ()),
            reason=reasons.get(number, ""),
            is_printed=number in there,
        )
        for number in sorted(there | cited | reasons.keys())
    )
    return DocumentCoverage(document_id, tuple(lines))


def _gathered(
    citations: Iterable[tuple[str, int | None, str]],
) -> dict[tuple[str, int], tuple[str, ...]]:
    """Return the ids by document and line, each once, in order."""
    gathered: dict[tuple[str, int], dict[str, None]] = {}
    for document_id, number, cited_by in citations:
        if number is not None:
            gathered.setdefault((document_id, number), {})[cited_by] = None
    return {line: tuple(ids) for line, ids in gathered.items()}


def _places(snapshot: Snapshot) -> Iterator[tuple[str, int | None, str]]:
    for layer in snapshot.layers.values():
        for row in layer.features[["id", "history", "citations"]].to_dict("records"):
            for entry in row["history"]:
                yield entry["document"], entry["line"], row["id"]
                # A table's head that prints the status or the years carries facts too.
                yield entry["document"], entry["words_line"], row["id"]
            for citation in row["citations"]:
                yield citation["document"], citation["line"], row["id"]


def _targets(targets: Iterable[Target]) -> Iterator[tuple[str, int | None, str]]:
    for target in targets:
        yield target.citation.document_id, target.citation.line, target.target_id
        yield target.citation.document_id, target.citation.year_line, target.target_id
