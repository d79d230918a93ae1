"""The clauses of a document: what its own numbering says, and on which lines each stands."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_NUMERALS = "一二三四五六七八九十"
_CHAPTER = re.compile(rf"([{_NUMERALS}]+)、")
_PART = re.compile(rf"[(（]([{_NUMERALS}]+)[)）]")
_ITEM = re.compile(r"(\d+)[.．](?!\d)")
_BOX = re.compile(r"(?:专栏|專欄)\s*(\d+)")
_TABLE = re.compile(r"表\s*(\d+)(?!\d)")
# The items of a box often stand in one line, one behind the other.
_IN_LINE = re.compile(r"(?:^|[;；:：。])\s*(\d+)[.．](?!\d)")
_NUMBERED = re.compile(rf"([{_NUMERALS}]+)(\([{_NUMERALS}]+\))?(\d+|表\d+)?")
_BOX_CLAUSE = re.compile(r"专栏\d+")
_SENTENCE_END = re.compile("[。；;]")
CHAPTER, PART, ITEM, BOX = 1, 2, 3, 4
# What stands before the first clause: who is addressed, the title.
FRONT = ""
_LONGEST_TITLE = 40


@dataclass(frozen=True)
class Section:
    """A clause and the lines that it takes, those of the clauses within it among them.

    Attributes
    ----------
    clause
        As citations name it: `四(一)1`, `专栏10`, `四(一)表1`, the first words of a sub-heading; empty for
        what stands before the first clause.
    depth
        1 for a chapter and for a sub-heading, up to 4 for a box.
    first, last
        Line numbers, both included.
    """

    clause: str
    depth: int
    first: int
    last: int


def outline(
    lines: Sequence[str], stored: Sequence[tuple[int, str]], cited: Mapping[int, str],
) -> tuple[Section, ...]:
    """Return the clauses of a document in order.

    Parameters
    ----------
    lines
        The document's text; empty where it is not there.
    stored
        Where each clause begins, as it was recognised when the text was there.
    cited
        The clause that citations name, by line; it serves where nothing else says more.
    """
    known = {*cited, *(line for line, _ in stored)}
    last = len(lines) or max(known, default=0)
    starts = (recognised(lines) or named(lines, cited)) if lines else (stored or named((), cited))
    return sections(starts, last)


def recognised(lines: Sequence[str]) -> list[tuple[int, str]]:
    """Return the first line of each numbered clause; none where the document is not numbered."""
    reader = _Reader()
    starts = ((number, reader.clause(line.strip())) for number, line in enumerate(lines, start=1))
    return [(number, clause) for number, clause in starts if clause]


def named(lines: Sequence[str], cited: Mapping[int, str]) -> list[tuple[int, str]]:
    """Return the first line of each clause that citations name.

    A clause begins at the heading that it is named after, where that is there, and otherwise at the
    first line that is cited from it. A numbered clause brings those that it lies in.
    """
    starts: list[tuple[int, str]] = []
    for clause, found in groupby(sorted(cited.items()), key=lambda row: row[1]):
        number = next(found)[0]
        before, name = starts[-1] if starts else (0, FRONT)
        if name and (clause.startswith(name) or name.startswith(clause)) and depth_of(clause) == CHAPTER:
            # The same heading, cut at another word.
            continue
        headings = (
            line for line in range(number, before, -1) if lines and lines[line - 1].strip().startswith(clause)
        )
        starts.append((next(headings, number), clause))
    return _with_parents(starts)


def sections(starts: Iterable[tuple[int, str]], last: int) -> tuple[Section, ...]:
    """Return clauses with the lines they take, from where each begins.

    Parameters
    ----------
    last
        Number of the document's last line.
    """
    begun = [Section(clause, depth_of(clause), number, last) for number, clause in starts]
    if last and (not begun or begun[0].first > 1):
        begun.insert(0, Section(FRONT, CHAPTER, 1, last))
    return tuple(replace(section, last=_end(section, begun[at + 1 :])) for at, section in enumerate(begun))


def section_of(number: int, of: Sequence[Section]) -> Section | None:
    """Return the innermost clause that a line stands in."""
    around = [section for section in of if section.first <= number <= section.last]
    return max(around, key=lambda section: (section.depth, section.first), default=None)


def depth_of(clause: str) -> int:
    """Return how deep a clause lies; sub-headings and what has no number are chapters."""
    if _BOX_CLAUSE.fullmatch(clause):
        return BOX
    found = _NUMBERED.fullmatch(clause)
    if not found:
        return CHAPTER
    return CHAPTER if not (found[2] or found[3]) else ITEM if found[3] else PART


def is_heading(line: str, clause: str) -> bool:
    """Return whether a line begins with its clause's heading: its number, or else its words."""
    is_numbered = _NUMBERED.fullmatch(clause) or _BOX_CLAUSE.fullmatch(clause)
    return bool(is_numbered) or line.strip().startswith(clause)


def title_of(line: str) -> str:
    """Return a clause's heading: its line up to where the first sentence ends."""
    heading = _SENTENCE_END.split(line.strip(), maxsplit=1)[0]
    return heading if len(heading) <= _LONGEST_TITLE else f"{heading[: _LONGEST_TITLE - 1]}…"


def read_outlines(raw: Mapping[str, Any]) -> dict[str, tuple[tuple[int, str], ...]]:
    """Return where clauses begin, by document, from `{document_id: [[line, clause], ...]}`.

    Raises
    ------
    ValueError, TypeError
        It is not of this form.
    """
    return {
        str(document_id): tuple((int(line), str(clause)) for line, clause in starts)
        for document_id, starts in raw.items()
    }


class _Reader:
    """Reads a document's lines one after the other and says which clause each begins."""

    def __init__(self) -> None:
        self._chapter = self._part = ""
        self._item = 0
        # The number that the next item of an open box has; 0 outside boxes.
        self._box_item = 0

    def clause(self, line: str) -> str:
        """Return the clause that a line begins; empty where it begins none."""
        if found := _CHAPTER.match(line):
            self._chapter, self._part, self._item, self._box_item = found[1], "", 0, 0
            return self._chapter
        return self._within(line) if self._chapter else ""

    def _within(self, line: str) -> str:
        if found := _PART.match(line):
            self._part, self._item, self._box_item = f"({found[1]})", 0, 0
            return self._chapter + self._part
        if found := _BOX.match(line):
            self._box_item = 1
            return f"专栏{found[1]}"
        if found := _TABLE.match(line):
            return f"{self._chapter}{self._part}表{found[1]}"
        if found := _ITEM.match(line):
            return self._of_item(int(found[1]), line)
        self._count_on(line)
        return ""

    def _of_item(self, number: int, line: str) -> str:
        # A box has items of its own: one that goes on with the box's count belongs to it.
        if self._box_item and (number == self._box_item or number != self._item + 1):
            self._count_on(line)
            return ""
        self._item, self._box_item = number, 0
        return f"{self._chapter}{self._part}{number}"

    def _count_on(self, line: str) -> None:
        items = _IN_LINE.findall(line) if self._box_item else []
        if items:
            self._box_item = int(items[-1]) + 1


def _end(section: Section, later: Sequence[Section]) -> int:
    following = next((other.first for other in later if other.depth <= section.depth), section.last + 1)
    return max(section.first, following - 1)


def _with_parents(starts: Iterable[tuple[int, str]]) -> list[tuple[int, str]]:
    """Return numbered clauses with the chapters and parts that they lie in, each where it is first met."""
    seen: set[str] = set()
    whole: list[tuple[int, str]] = []
    for number, clause in starts:
        found = _NUMBERED.fullmatch(clause)
        chain = [found[1], found[1] + (found[2] or ""), clause] if found else [clause]
        whole += [(number, name) for name in dict.fromkeys(chain) if name not in seen or not found]
        seen.update(chain)
    return whole
