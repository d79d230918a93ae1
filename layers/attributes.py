"""The attributes of a feature as desktop GIS takes them: flat, labels beside codes, lists as lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from layers.catalogue import Catalogue

STRING, INTEGER, BOOLEAN, STRINGS = "string", "integer", "boolean", "strings"
BY_LANGUAGE = ("zh", "en")
# Documents are no code list of the catalogue, and have short titles all the same.
DOCUMENT = "document"


@dataclass(frozen=True)
class Attribute:
    """One attribute that every feature has.

    Attributes
    ----------
    name
        As in the table of fields of exports, `data/catalogue/fields.json`.
    kind
        `string`, `integer`, `boolean` or `strings`; each but a list may be missing.
    sources
        The properties of a served feature that it is made of.
    read
        Makes the value, or the codes that the labels are of, from those properties.
    code_list
        The list that the values are codes of; empty where they are none.
    language
        That of the labels which stand for the codes; empty where the value stands as it is.
    """

    name: str
    kind: str
    sources: tuple[str, ...]
    read: Callable[..., Any]
    code_list: str = ""
    language: str = ""


class Labels:
    """The words of codes, each looked up once."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._known: dict[tuple[str, str, str], str] = {}

    def of(self, attribute: Attribute, code: str) -> str:
        """Return the words for a code of an attribute, or the code itself where there are none."""
        key = attribute.code_list, attribute.language, code
        if key not in self._known:
            self._known[key] = self._found(*key)
        return self._known[key]

    def _found(self, code_list: str, language: str, code: str) -> str:
        if code_list != DOCUMENT:
            return self._catalogue.label(code_list, code, language)
        document = self._catalogue.documents.get(code)
        return code if document is None else document.short.in_language(language)


def values_of(
    attribute: Attribute, columns: Mapping[str, Sequence[Any]], labels: Labels, count: int,
) -> list[Any]:
    """Return the values of an attribute for some features.

    Parameters
    ----------
    columns
        The served properties of the features, each as a column; one that is not there is empty.
    count
        The number of features.
    """
    nothing = [None] * count
    rows = zip(*(columns.get(source, nothing) for source in attribute.sources), strict=True)
    values = [attribute.read(*row) for row in rows]
    if not attribute.language:
        return values
    if attribute.kind == STRINGS:
        return [[labels.of(attribute, code) for code in codes] for codes in values]
    return [None if code is None else labels.of(attribute, code) for code in values]


def _itself(value: Any) -> Any:  # noqa: ANN401 - whatever the property is
    return value


def _whole(value: Any) -> int | None:  # noqa: ANN401 - a number, or one of the ways in which it is missing
    return None if pd.isna(value) else int(value)


def _listed(values: Iterable[str] | None) -> list[str]:
    return list(values or ())


def _in_position(name: str) -> Callable[..., Any]:
    return lambda position: (position or {}).get(name)


def _basis(language: str) -> Callable[..., Any]:
    return lambda position: ((position or {}).get("basis") or {}).get(language)


def _remarks(language: str) -> Callable[..., Any]:
    return lambda remarks: [remark[language] for remark in remarks or ()]


def _documents(history: Sequence[Mapping[str, Any]] | None, citations: Sequence[Any] | None) -> list[str]:
    return list(dict.fromkeys(entry["document"] for entry in (*(history or ()), *(citations or ()))))


def _text(name: str) -> Attribute:
    return Attribute(name, STRING, (name,), _itself)


def _year(name: str) -> Attribute:
    return Attribute(name, INTEGER, (name,), _whole)


def _coded(
    name: str, kind: str, code_list: str, sources: tuple[str, ...], read: Callable[..., Any],
) -> list[Attribute]:
    """Return an attribute of codes, and one of their words in each language."""
    return [
        Attribute(name, kind, sources, read, code_list),
        *(
            Attribute(f"{name}_{language}", kind, sources, read, code_list, language)
            for language in BY_LANGUAGE
        ),
    ]


def _code(name: str, code_list: str) -> list[Attribute]:
    return _coded(name, STRING, code_list, (name,), _itself)


def _codes(name: str, code_list: str) -> list[Attribute]:
    return _coded(name, STRINGS, code_list, (name,), _listed)


ATTRIBUTES: tuple[Attribute, ...] = (
    _text("id"),
    _text("name_zh"),
    _text("name_en"),
    Attribute("aliases", STRINGS, ("aliases",), _listed),
    *_code("category", "category"),
    *_code("status", "status"),
    _year("year_start"),
    _year("year_end"),
    *_codes("city", "city"),
    *_codes("serves", "city"),
    *_codes("memberships", "membership"),
    *_codes("lead_units", "unit"),
    *_codes("responsible_units", "unit"),
    *_code("status_documents", "status"),
    _year("year_start_documents"),
    _year("year_end_documents"),
    Attribute("conflict", BOOLEAN, ("conflict",), bool),
    *_coded("documents", STRINGS, DOCUMENT, ("history", "citations"), _documents),
    *_coded("position_method", STRING, "method", ("position",), _in_position("method")),
    Attribute("position_accuracy_m", INTEGER, ("position",), _in_position("accuracy_m")),
    *(
        Attribute(f"position_basis_{language}", STRING, ("position",), _basis(language))
        for language in BY_LANGUAGE
    ),
    *(
        Attribute(f"remarks_{language}", STRINGS, ("remarks",), _remarks(language))
        for language in BY_LANGUAGE
    ),
)
BY_NAME = {attribute.name: attribute for attribute in ATTRIBUTES}
