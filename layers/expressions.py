"""Which features a filter expression in CQL2 text leaves: the operators are rows of tables."""

from __future__ import annotations

import math
import operator
import re
import unicodedata
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any, TypeAlias

import cql2
import numpy as np
import shapely
from shapely.errors import ShapelyError
from shapely.geometry import LineString, Point, box, shape

from layers.errors import InvalidFilterError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from layers.index import Mask

STRING, NUMBER, BOOLEAN, STRINGS, GEOMETRY = "text", "a number", "true or false", "a list", "a geometry"
# The parser calls itself for each of these and ends the whole process when it gets too deep: at 1,500.
MAX_LENGTH, MAX_WORDS = 8192, 300
_WORDS = re.compile(r"[A-Za-z_]+|[-+*/^%=<>()]")
_QUOTED = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"")
_WHERE = re.compile(r"--> \d+:(\d+)")
LON, LAT = 180.0, 90.0
BOX_SIDES, SIDES_WITH_HEIGHT = 4, 6
MAX_SHOWN = 40
HINT = "; ask for the values of a list with A_CONTAINS(name, ('value'))"

Node: TypeAlias = Any


@dataclass(frozen=True)
class Column:
    """The values of one attribute, or of an expression, for each feature; None where one has none."""

    kind: str
    values: Sequence[Any]


@dataclass(frozen=True)
class Features:
    """What an expression is applied to.

    Attributes
    ----------
    columns
        The attributes that may be named in it.
    geometry
        In the CRS of the geometries in the expression, longitude or easting first.
    geometry_name
        By which an expression names it.
    is_swapped
        Whether the geometries in the expression have latitude or northing first.
    is_geographic
        Whether their coordinates are degrees.
    """

    columns: Mapping[str, Column]
    geometry: NDArray[Any]
    geometry_name: str = "geometry"
    is_swapped: bool = False
    is_geographic: bool = True

    def __len__(self) -> int:
        """Return the number of features."""
        return len(self.geometry)


@dataclass(frozen=True)
class Truth:
    """For which features a condition holds and for which it does not; for the others that is unknown."""

    holds: Mask
    fails: Mask

    def __invert__(self) -> Truth:
        """Return the opposite; what is unknown stays so."""
        return Truth(self.fails, self.holds)

    def __and__(self, other: Truth) -> Truth:
        """Return where both hold."""
        return Truth(self.holds & other.holds, self.fails | other.fails)

    def __or__(self, other: Truth) -> Truth:
        """Return where one of them holds."""
        return Truth(self.holds | other.holds, self.fails & other.fails)


def matching(text: str, features: Features) -> Mask:
    """Return for which features a filter expression holds; an unknown value meets no comparison.

    Raises
    ------
    InvalidFilterError
        It is no CQL2 text, names an attribute or function that there is not, or compares what cannot be.
    """
    try:
        return _Reader(features).truth(_parsed(text)).holds
    except RecursionError as error:
        problem = "it is nested too deeply"
        raise InvalidFilterError(problem) from error


def _parsed(text: str) -> Node:
    words = len(_WORDS.findall(_QUOTED.sub("", text)))
    if len(text) > MAX_LENGTH or words > MAX_WORDS:
        problem = f"it is longer than {MAX_LENGTH} characters or {MAX_WORDS} words and signs"
        raise InvalidFilterError(problem)
    try:
        return cql2.parse_text(text).to_json()
    except Exception as error:
        # For a faulty geometry the parser raises nothing narrower.
        where = _WHERE.search(str(error))
        problem = f"no CQL2 text from character {where[1]} on" if where else "no CQL2 text"
        raise InvalidFilterError(problem) from error


class _Reader:
    """Works out the parts of an expression as the parser gives them: CQL2 as JSON."""

    def __init__(self, features: Features) -> None:
        self._features = features

    def truth(self, node: Node) -> Truth:
        """Return where a condition holds."""
        op, args = _operation(node)
        if op in _LOGICAL:
            return reduce(_LOGICAL[op], map(self.truth, args))
        if op == "not":
            return ~self.truth(_one(op, args))
        if op in _SPATIAL:
            return self._spatial(op, args)
        if op in _CONDITIONS:
            return _CONDITIONS[op](self, args)
        if op and op not in _FUNCTIONS:
            problem = f"there is no function {op!r} here"
            raise InvalidFilterError(problem)
        column = self.column(node)
        if column.kind != BOOLEAN:
            problem = f"a condition is asked for, and {_shown(node)} is {column.kind}"
            raise InvalidFilterError(problem)
        return _truth(column.values)

    def column(self, node: Node) -> Column:
        """Return the values of an expression."""
        op, args = _operation(node)
        if op in _FUNCTIONS:
            kind, function = _FUNCTIONS[op]
            given = (_one(op, args),) if kind == STRING else _two(op, args)
            return Column(kind, _each(function, [self._of_kind(arg, kind) for arg in given]))
        if op:
            # A condition is a value too: true or false.
            truth = self.truth(node)
            known = zip(truth.holds.tolist(), truth.fails.tolist(), strict=True)
            return Column(BOOLEAN, [holds if holds or fails else None for holds, fails in known])
        if isinstance(node, dict):
            return self._named(node)
        return Column(_kind_of(node), [node] * len(self._features))

    def _named(self, node: Mapping[str, Any]) -> Column:
        name = str(node.get("property", ""))
        if name == self._features.geometry_name:
            return Column(GEOMETRY, self._features.geometry.tolist())
        if name in self._features.columns:
            return self._features.columns[name]
        if "property" not in node:
            problem = "dates and geometries cannot be compared like this; years are numbers"
            raise InvalidFilterError(problem)
        problem = f"there is no attribute {name[:MAX_SHOWN]!r}; text stands in single quotes"
        raise InvalidFilterError(problem)

    def _of_kind(self, node: Node, kind: str) -> Sequence[Any]:
        column = self.column(node)
        if column.kind != kind:
            problem = f"{_shown(node)} is {column.kind}, not {kind}"
            raise InvalidFilterError(problem + (HINT if column.kind == STRINGS else ""))
        return column.values

    def compare(self, compare: Callable[[Any, Any], bool], args: Sequence[Node]) -> Truth:
        """Return where a comparison holds between two values of one kind."""
        first, second = _two("a comparison", args)
        columns = self.column(first), self.column(second)
        _check_alike(columns, (first, second))
        return _truth(_each(compare, [column.values for column in columns]))

    def between(self, args: Sequence[Node]) -> Truth:
        """Return where a number lies between two others or is one of them."""
        if len(args) != len(("value", "least", "most")):
            problem = "BETWEEN takes two bounds"
            raise InvalidFilterError(problem)
        columns = [self._of_kind(arg, NUMBER) for arg in args]
        return _truth(_each(lambda value, least, most: least <= value <= most, columns))

    def among(self, args: Sequence[Node]) -> Truth:
        """Return where a value is one of a list."""
        value, listed = _two("IN", args)
        if not isinstance(listed, list) or not listed:
            problem = "IN takes a list of values in parentheses"
            raise InvalidFilterError(problem)
        if any(isinstance(one, dict | list) for one in listed):
            return reduce(operator.or_, (self.compare(operator.eq, (value, one)) for one in listed))
        column = self.column(value)
        for one in listed:
            _check_alike((column, Column(_kind_of(one), ())), (value, one))
        wanted = set(listed)
        return _truth(_each(wanted.__contains__, [column.values]))

    def like(self, args: Sequence[Node]) -> Truth:
        """Return where text is of a form: `%` stands for any characters, `_` for one."""
        columns = [self._of_kind(arg, STRING) for arg in _two("LIKE", args)]
        forms = {form: _form(form) for form in set(columns[1]) - {None}}
        return _truth(_each(lambda value, form: forms[form].fullmatch(value) is not None, columns))

    def is_null(self, args: Sequence[Node]) -> Truth:
        """Return where a value is missing; that is always known."""
        values = self.column(_one("IS NULL", args)).values
        missing = np.fromiter((value is None for value in values), bool, len(values))
        return Truth(missing, ~missing)

    def lists(self, compare: Callable[[set[Any], set[Any]], bool], args: Sequence[Node]) -> Truth:
        """Return where a comparison of two lists holds, whatever their order."""
        columns = [self._of_kind(arg, STRINGS) for arg in _two("a comparison of lists", args)]
        return _truth(_each(lambda one, other: compare(set(one), set(other)), columns))

    def _spatial(self, op: str, args: Sequence[Node]) -> Truth:
        first, second = (self._geometry(arg) for arg in _two(op.upper(), args))
        try:
            holds = np.broadcast_to(_SPATIAL[op](first, second), len(self._features))
        except ShapelyError as error:
            problem = f"{op.upper()} cannot be worked out for these geometries"
            raise InvalidFilterError(problem) from error
        missing = np.broadcast_to(shapely.is_missing(first) | shapely.is_missing(second), len(self._features))
        return Truth(holds & ~missing, ~holds & ~missing)

    def _geometry(self, node: Node) -> Any:  # noqa: ANN401 - one geometry or an array of them
        if isinstance(node, dict) and node.get("property") == self._features.geometry_name:
            return self._features.geometry
        drawn = _drawn(node)
        if self._features.is_swapped:
            drawn = shapely.transform(drawn, lambda positions: positions[:, ::-1])
        if self._features.is_geographic:
            minx, miny, maxx, maxy = drawn.bounds
            if max(-minx, maxx) > LON or max(-miny, maxy) > LAT:
                problem = "a geometry reaches beyond 180 degrees of longitude or 90 of latitude"
                raise InvalidFilterError(problem)
        shapely.prepare(drawn)
        return drawn


def box_of(minx: float, miny: float, maxx: float, maxy: float) -> BaseGeometry:
    """Return a box, which may have shrunk to a line or a point."""
    if minx != maxx and miny != maxy:
        return box(minx, miny, maxx, maxy)
    return Point(minx, miny) if (minx, miny) == (maxx, maxy) else LineString([(minx, miny), (maxx, maxy)])


def _drawn(node: Node) -> BaseGeometry:
    try:
        if isinstance(node, dict) and "bbox" in node:
            sides = [float(side) for side in node["bbox"]]
            half = len(sides) // 2
            if len(sides) in {BOX_SIDES, SIDES_WITH_HEIGHT}:
                return box_of(sides[0], sides[1], sides[half], sides[half + 1])
        elif isinstance(node, dict) and "type" in node:
            drawn = shapely.force_2d(shape(node))
            if drawn.is_valid and not drawn.is_empty and np.isfinite(drawn.bounds).all():
                return drawn
    except (ShapelyError, ValueError, TypeError, LookupError) as error:
        problem = "a geometry in it has too few positions or is none"
        raise InvalidFilterError(problem) from error
    problem = "a spatial function takes geometry and a valid shape such as BBOX(114,30,115,31)"
    raise InvalidFilterError(problem)


def _operation(node: Node) -> tuple[str, Sequence[Node]]:
    if isinstance(node, dict) and "op" in node:
        return str(node["op"]).lower(), node.get("args", ())
    return "", ()


def _check_alike(columns: Sequence[Column], nodes: Sequence[Node]) -> None:
    kinds = [column.kind for column in columns]
    if kinds[0] == kinds[1] and kinds[0] not in {STRINGS, GEOMETRY}:
        return
    problem = " and ".join(f"{_shown(node)} is {kind}" for node, kind in zip(nodes, kinds, strict=True))
    raise InvalidFilterError(problem + (HINT if STRINGS in kinds else ""))


def _kind_of(value: object) -> str:
    if isinstance(value, bool):
        return BOOLEAN
    if isinstance(value, int | float):
        return NUMBER
    if isinstance(value, str):
        return STRING
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return STRINGS
    problem = "NULL is asked for with IS NULL" if value is None else "a list has texts only"
    raise InvalidFilterError(problem)



def _shown(node: Node) -> str:
    text = node.get("property", "this") if isinstance(node, dict) else repr(node)
    return str(text)[:MAX_SHOWN]


def _one(named: str, args: Sequence[Node]) -> Node:
    if len(args) != 1:
        problem = f"{named.upper()} takes one value"
        raise InvalidFilterError(problem)
    return args[0]


def _two(named: str, args: Sequence[Node]) -> tuple[Node, Node]:
    if len(args) != 2:  # noqa: PLR2004 - as the name says
        problem = f"{named} takes two values"
        raise InvalidFilterError(problem)
    return args[0], args[1]


def _each(function: Callable[..., Any], columns: Sequence[Sequence[Any]]) -> list[Any]:
    """Return the function of the values of each feature; None where one of them is missing."""
    return [None if None in row else function(*row) for row in zip(*columns, strict=True)]


def _truth(values: Sequence[bool | None]) -> Truth:
    holds = np.fromiter((value is True for value in values), bool, len(values))
    fails = np.fromiter((value is False for value in values), bool, len(values))
    return Truth(holds, fails)


def _form(text: str) -> re.Pattern[str]:
    # A backslash takes from the character behind it what it stands for.
    parts = re.findall(r"\\(.)|([%_])|(.)", text, re.DOTALL)
    wild = {"%": ".*", "_": "."}
    plain = (wild.get(sign) or re.escape(escaped or other) for escaped, sign, other in parts)
    return re.compile("".join(plain), re.DOTALL)


def _without_accents(text: str) -> str:
    apart = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(sign for sign in apart if not unicodedata.combining(sign)))


def _finite(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], float | None]:
    def worked_out(one: float, other: float) -> float | None:
        try:
            result = function(one, other)
        except (ArithmeticError, ValueError):
            return None
        return result if isinstance(result, int | float) and math.isfinite(result) else None

    return worked_out


def _comparison(compare: Callable[[Any, Any], bool]) -> Callable[[_Reader, Sequence[Node]], Truth]:
    return lambda reader, args: reader.compare(compare, args)


def _of_lists(compare: Callable[[set[Any], set[Any]], bool]) -> Callable[[_Reader, Sequence[Node]], Truth]:
    return lambda reader, args: reader.lists(compare, args)


_LOGICAL: Mapping[str, Callable[[Truth, Truth], Truth]] = {"and": operator.and_, "or": operator.or_}
_CONDITIONS: Mapping[str, Callable[[_Reader, Sequence[Node]], Truth]] = {
    "=": _comparison(operator.eq),
    "<>": _comparison(operator.ne),
    "<": _comparison(operator.lt),
    "<=": _comparison(operator.le),
    ">": _comparison(operator.gt),
    ">=": _comparison(operator.ge),
    "between": _Reader.between,
    "in": _Reader.among,
    "like": _Reader.like,
    "isnull": _Reader.is_null,
    "a_equals": _of_lists(operator.eq),
    "a_contains": _of_lists(operator.ge),
    "a_containedby": _of_lists(operator.le),
    "a_overlaps": _of_lists(lambda one, other: not one.isdisjoint(other)),
}
_FUNCTIONS: Mapping[str, tuple[str, Callable[..., Any]]] = {
    "casei": (STRING, str.casefold),
    "accenti": (STRING, _without_accents),
    "+": (NUMBER, _finite(operator.add)),
    "-": (NUMBER, _finite(operator.sub)),
    "*": (NUMBER, _finite(operator.mul)),
    "/": (NUMBER, _finite(operator.truediv)),
    "div": (NUMBER, _finite(lambda one, other: math.trunc(one / other))),
    "%": (NUMBER, _finite(math.fmod)),
    "^": (NUMBER, _finite(operator.pow)),
}
_SPATIAL: Mapping[str, Callable[[Any, Any], Any]] = {
    "s_intersects": shapely.intersects,
    "s_disjoint": shapely.disjoint,
    "s_contains": shapely.contains,
    "s_within": shapely.within,
    "s_touches": shapely.touches,
    "s_crosses": shapely.crosses,
    "s_overlaps": shapely.overlaps,
    "s_equals": shapely.equals,
}
FUNCTIONS = (*_SPATIAL, *(name for name in _CONDITIONS if name.startswith("a_")), "casei", "accenti")
