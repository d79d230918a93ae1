"""The parameters of the OGC API: how each is read and how the API's definition describes it, in one table."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from i18n.messages import LANGUAGES
from layers.attributes import ATTRIBUTES, BOOLEAN, INTEGER, STRING, STRINGS
from layers.expressions import BOX_SIDES, MAX_LENGTH, SIDES_WITH_HEIGHT
from layers.snapshot import VERSION_DIGITS
from service.errors import InvalidParameterError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from layers.attributes import Attribute
    from layers.catalogue import Bbox

# All of a layer of the corridor comes in one answer; a client that asks for more gets this many.
DEFAULT_LIMIT, MOST = 1000, 10_000
CQL2_TEXT = "cql2-text"
OPEN = ("", "..")
ATTRIBUTE_NAMES = tuple(attribute.name for attribute in ATTRIBUTES)
# Beyond so many digits a number is larger than anything that is counted here.
COUNTED_DIGITS = 9
YEAR_DIGITS = 4
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_WHOLE = re.compile(r"[+-]?\d{1,300}", re.ASCII)
_DATE = r"\d{4}-((0[13578]|1[02])-(0[1-9]|[12]\d|3[01])|(0[469]|11)-(0[1-9]|[12]\d|30)|02-(0[1-9]|[12]\d))"
_TIME = r"T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)"
_INSTANT = f"{_DATE}({_TIME})?"
_DATETIME = rf"{_INSTANT}|({_INSTANT}|\.\.)?/({_INSTANT}|\.\.)?"


@dataclass(frozen=True)
class Parameter:
    """A parameter of a path.

    Attributes
    ----------
    schema
        As the API's definition has it.
    read
        Returns the value of a text; ValueError with the problem where it has none.
    words
        Key of its description, or of its title where it is an attribute.
    """

    name: str
    schema: Mapping[str, Any]
    read: Callable[[str], Any]
    words: str = ""


def read_all(given: Iterable[tuple[str, str]], parameters: Iterable[Parameter]) -> dict[str, Any]:
    """Return the values of the parameters that were given.

    Raises
    ------
    InvalidParameterError
        There is no such parameter, it stands twice, or its value cannot be.
    """
    known = {parameter.name: parameter for parameter in parameters}
    values: dict[str, Any] = {}
    for name, text in given:
        if name not in known:
            raise InvalidParameterError(name, "there is none of this name; /ogc/openapi lists them")
        if name in values:
            raise InvalidParameterError(name, "it stands twice")
        try:
            values[name] = known[name].read(text)
        except ValueError as error:
            raise InvalidParameterError(name, str(error)) from error
    return values


def of_documents() -> tuple[Parameter, ...]:
    """Return the parameters of every path."""
    return _choice("f", ("json",)), _choice("lang", LANGUAGES)


def of_collections() -> tuple[Parameter, ...]:
    """Return the parameters of the paths that tell of data."""
    pattern = f"^[0-9a-f]{{{VERSION_DIGITS}}}$"
    version = Parameter("data-version", {"type": "string", "pattern": pattern}, _version, "data-version")
    return (*of_documents(), version)


def of_feature(crs_uris: Collection[str]) -> tuple[Parameter, ...]:
    """Return the parameters of a feature's path."""
    return (*of_collections(), _choice("crs", crs_uris))


def of_items(crs_uris: Collection[str]) -> tuple[Parameter, ...]:
    """Return the parameters of a collection's features: all that can be asked of them."""
    sides = [{"minItems": count, "maxItems": count} for count in (BOX_SIDES, SIDES_WITH_HEIGHT)]
    numbers = {"type": "array", "minItems": BOX_SIDES, "maxItems": SIDES_WITH_HEIGHT, "oneOf": sides}
    expression = {"type": "string", "format": CQL2_TEXT, "minLength": 1, "maxLength": MAX_LENGTH}
    return (
        *of_feature(crs_uris),
        # No maximum: the standard wants more to be asked for without an error.
        _plain("limit", {"type": "integer", "minimum": 1, "default": DEFAULT_LIMIT}, _limit),
        _plain("offset", {"type": "integer", "minimum": 0, "default": 0}, partial(_count, least=0)),
        _plain("bbox", {**numbers, "items": {"type": "number"}}, _bbox),
        _choice("bbox-crs", crs_uris),
        _plain("datetime", {"type": "string", "pattern": f"^({_DATETIME})$"}, _years),
        _plain("filter", expression, _expression),
        _choice("filter-lang", (CQL2_TEXT,)),
        _choice("filter-crs", crs_uris),
        *(_of_attribute(attribute) for attribute in ATTRIBUTES),
    )


def _plain(name: str, schema: Mapping[str, Any], read: Callable[[str], Any]) -> Parameter:
    return Parameter(name, schema, read, name)


def _choice(name: str, values: Collection[str]) -> Parameter:
    return Parameter(name, {"type": "string", "enum": list(values)}, partial(_one_of, values), name)


def _of_attribute(attribute: Attribute) -> Parameter:
    schema, read = _KINDS[attribute.kind]
    return Parameter(attribute.name, schema, read)


def _one_of(values: Collection[str], text: str) -> str:
    if text not in values:
        message = f"it is none of {', '.join(values)}"
        raise ValueError(message)
    return text


def _version(text: str) -> str:
    if not re.fullmatch(f"[0-9a-f]{{{VERSION_DIGITS}}}", text):
        message = f"a data version is {VERSION_DIGITS} hexadecimal digits"
        raise ValueError(message)
    return text


def _limit(text: str) -> int:
    return min(_count(text, least=1), MOST)


def _count(text: str, least: int) -> int:
    digits = text.removeprefix("+")
    if not re.fullmatch(r"\d+", digits, re.ASCII):
        message = "it is no whole number from 0 on"
        raise ValueError(message)
    number = int(digits) if len(digits) <= COUNTED_DIGITS else 10**COUNTED_DIGITS
    if number < least:
        message = f"it is less than {least}"
        raise ValueError(message)
    return number


def _bbox(text: str) -> Bbox:
    sides = [float(side) for side in text.split(",") if _NUMBER.fullmatch(side)]
    if len(sides) != text.count(",") + 1 or len(sides) not in {BOX_SIDES, SIDES_WITH_HEIGHT}:
        message = "it takes four numbers with commas, such as 113.6,29.0,116.2,31.5, or six with heights"
        raise ValueError(message)
    half = len(sides) // 2
    return sides[0], sides[1], sides[half], sides[half + 1]


def _years(text: str) -> tuple[float, float]:
    """Return the first and the last year of an instant or an interval."""
    if not re.fullmatch(_DATETIME, text, re.ASCII):
        message = "it takes a day or a time with zone, or two as 2023-01-01/2025-12-31 or 2023-01-01/.."
        raise ValueError(message)
    first, _, last = text.partition("/") if "/" in text else (text, "", text)
    # Build windows are whole years.
    return (
        float("-inf") if first in OPEN else float(first[:YEAR_DIGITS]),
        float("inf") if last in OPEN else float(last[:YEAR_DIGITS]),
    )


def _expression(text: str) -> str:
    if not text:
        message = "it is empty"
        raise ValueError(message)
    return text


def _whole(text: str) -> int:
    if not _WHOLE.fullmatch(text):
        message = "it is no whole number"
        raise ValueError(message)
    return int(text)


def _yes_or_no(text: str) -> bool:
    return _one_of(("true", "false"), text) == "true"


_TEXT: Mapping[str, Any] = {"type": "string"}
_KINDS: Mapping[str, tuple[Mapping[str, Any], Callable[[str], Any]]] = {
    STRING: (_TEXT, str),
    STRINGS: (_TEXT, str),
    INTEGER: ({"type": "integer"}, _whole),
    BOOLEAN: ({"type": "boolean"}, _yes_or_no),
}
