"""Says in words what a view shows, and what of a link cannot be met."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from layers.filters import PAST_WINDOW
from layers.renamed import CODE_LISTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from layers.catalogue import Catalogue
    from layers.filters import Condition
    from layers.summary import Problem
    from layers.view import MapView

# Values out of a link may be of any length.
MAX_VALUE = 60
# A sentence names so many values of one field; of more it gives the number.
NAMED_VALUES = 4
THIN_SPACE = "\u2009"
_PARAMETER = re.compile(r"\{(\w+)\}")
_HAN = "[\u2e80-\u2fff\u3400-\u9fff\uf900-\ufaff]"
_MEETS = re.compile(rf"(?<={_HAN})(?=[A-Za-z0-9±])|(?<=[A-Za-z0-9])(?={_HAN})")
_COMMON_WORDS = ("status", "method")


def sentence(view: MapView, catalogue: Catalogue, words: Mapping[str, str], language: str) -> str:
    """Return the view's filter as one sentence.

    Parameters
    ----------
    words
        The messages of the part `sentence` in that language.
    language
        `zh` or `en`, for the names of layers, codes and documents.
    """
    if view.is_unreadable:
        return words["unreadable"]
    if not view.layers:
        return words["no_layers"]
    reader = _Reader(catalogue, words, language)
    parts = [reader.condition(row) for row in view.conditions]
    if set(view.layers) != set(catalogue.layer_ids()):
        parts.insert(0, reader.layers(view.layers))
    if view.years is not None:
        first, last = view.years
        years = str(first) if first == last else fill(words["years.span"], first=first, last=last)
        parts.append(fill(words["years.undated" if view.undated else "years.dated"], years=years))
    if view.text.strip():
        parts.append(fill(words["text"], text=_short(view.text.strip())))
    if not view.outside:
        parts.append(words["documents_only"])
    if not parts:
        return words["all"]
    return fill(words["places"], conditions=words["between"].join(parts))


def problem_text(problem: Problem, words: Mapping[str, str], language: str) -> str:
    """Return what a link asked for, what there is instead and what can be done.

    Parameters
    ----------
    words
        The messages of the part `sentence` in that language.
    language
        `zh` or `en`, for what the catalogue says.
    """
    code = problem.code
    if code == "unread":
        key, _, asked = problem.asked.partition("=")
        template = words.get(f"problem.unread.{key}", words["problem.unread"])
        return fill(template, asked=_short(problem.asked), number=_short(asked))
    said = problem.said.in_language(language) if problem.said else ""
    if code == "retired_feature":
        day, *successor = problem.known
        text = fill(words["problem.retired_feature"], asked=_short(problem.asked), date=day, reason=said)
        after = words["problem.retired_feature.successor"]
        return text + "".join(fill(after, successor=place_id) for place_id in successor)
    known = words["list.comma"].join(fill(words["quoted"], value=_short(value)) for value in problem.known)
    if code in {"unknown_value", "renamed"}:
        name, _, value = problem.asked.partition(": ")
        known = fill(words["quoted"], value=said) if said else known
        return fill(words[f"problem.{code}"], field=words[f"field.{name}"], asked=_short(value), known=known)
    return fill(words[f"problem.{code}"], asked=_short(problem.asked), known=known)


def fill(template: str, **parameters: object) -> str:
    """Return a message with its parameters put in, a thin space where Chinese meets Latin.

    Spacing is put between the pieces and into the message's own words; a parameter stays as it is.
    """
    pieces = _PARAMETER.split(template)
    text = ""
    for at, piece in enumerate(pieces):
        is_parameter = at % 2
        added = str(parameters.get(piece, "")) if is_parameter else _MEETS.sub(THIN_SPACE, piece)
        meets = bool(text and added and _MEETS.search(text[-1] + added[0]))
        text += THIN_SPACE * meets + added
    return text


class _Reader:
    """Puts conditions into the words of one language."""

    def __init__(self, catalogue: Catalogue, words: Mapping[str, str], language: str) -> None:
        self._catalogue = catalogue
        self._words = words
        self._language = language

    def layers(self, shown: Sequence[str]) -> str:
        # Of a few layers that are left out it is shorter to say which.
        left_out = [layer_id for layer_id in self._catalogue.layer_ids() if layer_id not in shown]
        is_known = set(shown) <= set(self._catalogue.layer_ids())
        if is_known and len(left_out) < len(shown):
            return fill(self._words["not_in.layer"], values=self.values("layer", left_out, "nor"))
        return fill(self._words["in.layer"], values=self.values("layer", shown, "or"))

    def condition(self, row: Condition) -> str:
        words = self._words
        if row.field == PAST_WINDOW:
            is_past = (True in row.values) == (row.op == "in")
            return words["past_window" if is_past else "not_past_window"]
        if row.op in {"at_most", "at_least"}:
            return fill(words[f"{row.op}.{row.field}"], number=f"{float(row.values[0]):,.0f}")
        between = "or" if row.op == "in" else "nor"
        values = self.values(row.field, [str(value) for value in row.values], between)
        return fill(words[f"{row.op}.{row.field}"], values=values)

    def values(self, field: str, codes: Sequence[str], between: str) -> str:
        words = self._words
        names = [self._name(field, code) for code in codes]
        if len(names) > NAMED_VALUES:
            first = words["list.comma"].join(names[: NAMED_VALUES - 1])
            return fill(words["list.more"], first=first, number=len(names))
        if len(names) == 1:
            return names[0]
        return fill(words[f"list.{between}"], first=words["list.comma"].join(names[:-1]), last=names[-1])

    def _name(self, field: str, code: str) -> str:
        name = self._known(field, code)
        return name if name is not None else fill(self._words["unknown"], value=_short(code))

    def _known(self, field: str, code: str) -> str | None:
        catalogue, language = self._catalogue, self._language
        if field == "layer":
            return _first(
                entry.title.in_language(language) for entry in catalogue.layers if entry.layer_id == code
            )
        if field == "document":
            document = catalogue.documents.get(code)
            return document.short.in_language(language) if document else None
        if field == "id":
            return fill(self._words["quoted"], value=_short(code))
        codes = catalogue.codes.get(CODE_LISTS.get(field, field), ())
        name = _first(entry.label.in_language(language) for entry in codes if entry.code == code)
        # Within an English sentence a status is a common word; other lists hold proper names.
        return name.lower() if name is not None and field in _COMMON_WORDS else name


def _first(names: Iterable[str]) -> str | None:
    return next(iter(names), None)


def _short(value: str) -> str:
    return value if len(value) <= MAX_VALUE else value[:MAX_VALUE] + "…"
