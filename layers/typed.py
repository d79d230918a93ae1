"""A view from what somebody types in a terminal: nothing that is not there is passed over."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from layers.errors import UnknownFieldError, UnknownLayerError, UnknownValueError, UnreadableFilterError
from layers.filters import CODED_FIELDS, NUMBER_FIELDS, PAST_WINDOW, Condition
from layers.links import FLAGS
from layers.renamed import as_named_in
from layers.summary import problems
from layers.view import FIRST_YEAR, LAST_YEAR, MapView

if TYPE_CHECKING:
    from collections.abc import Mapping

    from layers.catalogue import Catalogue
    from layers.snapshot import Snapshot

WHERE_FORM = "FIELD=VALUE,VALUE or FIELD!=VALUE, accuracy_m<=500 or accuracy_m>=500"
YEARS_FORM = "2023-2025 or 2024"
CENTRE_FORM = "longitude,latitude,zoom such as 114.45,30.48,11"
LINK_FORM = "a whole link to a map, with all behind its question mark"
_WHERE = re.compile(r"\s*(\w+)\s*(!=|<=|>=|=)\s*(.*\S)\s*", re.DOTALL)
_YEARS = re.compile(r"(\d{4})(?:-(\d{4}))?")
_OPS: Mapping[str, str] = {"=": "in", "!=": "not_in", "<=": "at_most", ">=": "at_least"}


@dataclass(frozen=True)
class Typed:
    """What was typed.

    Attributes
    ----------
    layers
        None for all.
    where
        Each of the form `WHERE_FORM`; a place must meet all of them.
    years
        Of the form `YEARS_FORM`, or empty.
    dated
        Whether places without any year are left out while years are asked for.
    link
        A link whose view is narrowed by the rest, or empty.
    """

    layers: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    years: str = ""
    dated: bool = False
    text: str = ""
    link: str = ""


def linked_view(link: str, start: MapView) -> MapView:
    """Return the view of a link.

    Raises
    ------
    UnreadableFilterError
        It has none, or a part of it that narrows the view cannot be read.
    """
    _, mark, query = link.strip().partition("?")
    view = MapView.from_query(query.partition("#")[0], start)
    if not mark or view.is_unreadable or not query:
        raise UnreadableFilterError(link, LINK_FORM)
    return view


def typed_view(typed: Typed, start: MapView, snapshot: Snapshot, catalogue: Catalogue) -> MapView:
    """Return the view that was typed.

    Parameters
    ----------
    start
        The view of a reader who asks for nothing: all layers.

    Raises
    ------
    UnreadableFilterError, UnknownFieldError
        A filter is of no form that can be read, or asks for a field that there is not.
    UnknownLayerError, InvalidLayerError, UnknownValueError
        A layer or a value asked for is not in the data; a layer cannot be served.
    """
    view = linked_view(typed.link, start) if typed.link else start
    for row in map(read_where, typed.where):
        view = replace(view, conditions=(*view.conditions, row))
    if typed.years:
        view = replace(view, years=read_years(typed.years), undated=not typed.dated)
    view = replace(view, layers=typed.layers or view.layers, text=typed.text or view.text)
    view = as_named_in(view, snapshot, catalogue)
    _refuse_unknown(view, snapshot, catalogue, typed)
    return view


def read_where(text: str) -> Condition:
    """Return the condition that a text such as `status=built,planned` asks for.

    Raises
    ------
    UnreadableFilterError, UnknownFieldError
        It asks for none.
    """
    found = _WHERE.fullmatch(text)
    if not found:
        raise UnreadableFilterError(text, WHERE_FORM)
    name, sign, values = found.groups()
    op = _OPS[sign]
    fields = NUMBER_FIELDS if op in {"at_most", "at_least"} else (*CODED_FIELDS, PAST_WINDOW)
    if name not in fields:
        raise UnknownFieldError(name, sign, fields)
    try:
        return Condition(name, op, tuple(_value(name, value.strip()) for value in values.split(",")))
    except (ValueError, KeyError) as error:
        raise UnreadableFilterError(text, WHERE_FORM) from error


def read_years(text: str) -> tuple[int, int]:
    """Return the first and the last year that a text such as `2023-2025` names.

    Raises
    ------
    UnreadableFilterError
        It names none, or the last before the first.
    """
    found = _YEARS.fullmatch(text.strip().replace("–", "-"))
    if found:
        first, last = int(found[1]), int(found[2] or found[1])
        if FIRST_YEAR <= first <= last <= LAST_YEAR:
            return first, last
    raise UnreadableFilterError(text, YEARS_FORM)


def read_centre(text: str, view: MapView) -> MapView:
    """Return a view with the middle and the zoom that a text such as `114.45,30.48,11` names.

    Raises
    ------
    UnreadableFilterError
        It names none.
    """
    placed = MapView.from_query(f"at={text}", replace(view, centre=(0.0, 0.0)))
    if placed.centre == (0.0, 0.0):
        raise UnreadableFilterError(text, CENTRE_FORM)
    return replace(view, centre=placed.centre, zoom=placed.zoom)


def _value(name: str, text: str) -> str | int | bool:
    if name in NUMBER_FIELDS:
        return int(text)
    return FLAGS[text] if name == PAST_WINDOW else text


def _refuse_unknown(view: MapView, snapshot: Snapshot, catalogue: Catalogue, typed: Typed) -> None:
    for problem in problems(snapshot, catalogue, view):
        if problem.code == "unknown_layer":
            raise UnknownLayerError(problem.asked, problem.known)
        if problem.code == "refused_layer" and typed.layers:
            raise snapshot.refused[problem.asked]
        if problem.code in {"unknown_value", "retired_feature"}:
            name, colon, value = problem.asked.partition(": ")
            raise UnknownValueError(*((name, value) if colon else ("id", name)), problem.known)
