"""The filter panel and the bar over the map: a component of ours that gets numbers and says wishes.

Why no widgets of Streamlit: each rerun sends every widget of its fragment anew with all its labels,
and labels that carry counts change at each rerun; see docs/filter-panel.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from i18n.messages import LANGUAGES
from layers import summary
from layers.filters import CODED_FIELDS, NUMBER_FIELDS, PAST_WINDOW, YEARS
from layers.read_back import problem_text, sentence
from layers.render.paths import config_path
from pages.components import cache, state
from pages.components.explain import explain
from pages.components.scripts import module

if TYPE_CHECKING:
    from layers.summary import Facet
    from layers.view import MapView

KEY = "panel"
CHANGE = "change"
# Asks for the view of the address bar: the session is a new one and was told an older address.
OPEN = "open"
ABOUT, CHANGES, DOCUMENTS, EXPORT, MAP = "about", "changes", "documents", "export", "map"
# The fields with codes, each with the code list that gives the order of its numbers.
CODE_LISTS = {
    "status": "status", "city": "city", "serves": "city", "category": "category",
    "membership": "membership", "lead_unit": "unit", "method": "method",
}  # fmt: skip
# Those of no list: whether a place is past its window, whether it has a year.
OWN_ORDERS = {PAST_WINDOW: ("1", "0"), YEARS: ("undated", "dated")}
COUNTED = ("layer", "document", *CODE_LISTS, PAST_WINDOW, YEARS)
REFUSED = "refused_layer"
MAX_PROBLEMS = 6
MAX_TEXT = 200
MAX_VALUES = 500


def show(page: str) -> None:
    """Show the bar, and on the map's page the panel.

    Parameters
    ----------
    page
        `map`, `export`, `documents`, `changes` or `about`.
    """
    session = state.current()
    view = session.view
    snapshot = cache.snapshot(view.version)
    component = st.components.v2.component(
        "corridor_panel",
        html='<div class="panel-host"></div>',
        js=module("panel.js"),
        isolate_styles=False,
    )
    data = {
        "config": config_path(cache.assets_version(), snapshot.version),
        "page": page,
        "session": session.born,
        "ack": session.ack,
        "language": view.language,
        "theme": session.theme,
    }
    if session.is_address_new:
        # Otherwise it stands in the address bar already.
        data["query"] = view.to_query()
    if page == MAP:
        data |= _of_map(view)
    component(key=KEY, data=data, on_change_change=_declared)


def listen() -> None:
    """Take what the reader has asked for into the session."""
    asked = state.heard(KEY, CHANGE)
    session = state.current()
    # What was said to another session has been taken there, or is said again to this one.
    if not isinstance(asked, Mapping) or asked.get("session") != session.born:
        return
    wanted = asked.get("set")
    if not isinstance(wanted, Mapping):
        return
    number = asked.get("n")
    session.ack = number if isinstance(number, int) else session.ack
    state.choose_theme(str(wanted.get("theme", "")))
    if isinstance(wanted.get(OPEN), str):
        state.reopen(wanted[OPEN])
    if wanted.get("reset") is True:
        state.reset()
    view = session.view
    changed = changed_view(view, wanted)
    if changed != view:
        state.change(changed)


def changed_view(view: MapView, wanted: Mapping[str, Any]) -> MapView:
    """Return a view with what the panel asks for; what makes no sense is left as it was.

    Parameters
    ----------
    wanted
        By field: the values chosen, empty for no condition; what a field is not named for stays.
        `drop` names conditions to take away, as field and operator.
    """
    for field, value in wanted.items():
        if field in _SETTERS:
            view = _SETTERS[field](view, value)
        elif field in CODED_FIELDS:
            view = view.asking(field, _texts(value))
    return view


def _of_map(view: MapView) -> dict[str, Any]:
    catalogue = cache.catalogue()
    totals, facets = cache.counts(view, COUNTED)
    counts, others = _numbers(facets)
    return {
        "hidden": [layer_id for layer_id in catalogue.layer_ids() if layer_id not in view.layers],
        "rows": [[row.field, row.op, list(row.values)] for row in view.conditions],
        "years": list(view.years) if view.years else None,
        "undated": view.undated,
        "span": cache.year_range(view.version),
        "text": view.text,
        "outside": view.outside,
        "unreadable": view.is_unreadable,
        "totals": [totals.shown, totals.hidden, totals.undated, totals.unlocated],
        "counts": counts,
        "others": others,
        "sentence": sentence(view, catalogue, cache.words("sentence", view.language), view.language),
        "problems": told(view),
    }


def told(view: MapView) -> list[str]:
    """Return in words what the view asks for and cannot have, and the layers that are refused."""
    catalogue, snapshot = cache.catalogue(), cache.snapshot(view.version)
    words = cache.words("sentence", view.language)
    has_since = cache.has_version(view.since)
    texts = [explain(error, view.language) for error in snapshot.refused.values()]
    # A refused layer has been told already, with what is wrong in it.
    texts += [
        problem_text(problem, words, view.language)
        for problem in summary.problems(snapshot, catalogue, view, has_since=has_since)
        if problem.code != REFUSED
    ]
    rest = len(texts) - MAX_PROBLEMS
    return [*texts[:MAX_PROBLEMS], *([f"+ {rest}"] if rest > 0 else [])]


def _numbers(facets: Sequence[Facet]) -> tuple[dict[str, str], dict[str, dict[str, int]]]:
    """Return the counts in the order of the code lists, and apart those of values that no list has.

    They go out at each change: as short text, with nothing for none, they are half as long as a list.
    """
    counts, others = {}, {}
    orders = {**cache.orders(), **OWN_ORDERS}
    for facet in facets:
        order = orders.get(CODE_LISTS.get(facet.field, facet.field), ())
        counts[facet.field] = ",".join(str(facet.counts.get(code) or "") for code in order)
        unlisted = facet.counts.keys() - set(order)
        if unlisted:
            others[facet.field] = {code: facet.counts[code] for code in sorted(unlisted)}
    return counts, others


def _declared() -> None:
    # Streamlit takes the names of a component's values from its callbacks; `listen` reads them.
    return


def _texts(value: Any) -> tuple[str, ...]:  # noqa: ANN401 - from the browser
    if not isinstance(value, Sequence) or isinstance(value, str):
        return ()
    return tuple(dict.fromkeys(part for part in value if isinstance(part, str)))[:MAX_VALUES]


def _set_layers(view: MapView, value: Any) -> MapView:  # noqa: ANN401 - from the browser
    asked = set(_texts(value))
    return replace(
        view, layers=tuple(layer_id for layer_id in cache.catalogue().layer_ids() if layer_id in asked),
    )


def _set_years(view: MapView, value: Any) -> MapView:  # noqa: ANN401 - from the browser
    if value is None:
        return replace(view, years=None)
    try:
        first, last = sorted(int(year) for year in value)
    except (TypeError, ValueError):
        return view
    is_readable = first >= 1000 and last <= 9999  # noqa: PLR2004 - four digits, as a link writes them
    return replace(view, years=(first, last)) if is_readable else view


def _set_flag(name: str) -> Any:  # noqa: ANN401 - a function
    return lambda view, value: replace(view, **{name: value}) if isinstance(value, bool) else view


def _set_text(view: MapView, value: Any) -> MapView:  # noqa: ANN401 - from the browser
    return replace(view, text=value[:MAX_TEXT]) if isinstance(value, str) else view


def _set_language(view: MapView, value: Any) -> MapView:  # noqa: ANN401 - from the browser
    return replace(view, language=value) if value in LANGUAGES else view


def _set_accuracy(view: MapView, value: Any) -> MapView:  # noqa: ANN401 - from the browser
    values = [value] if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else []
    return view.asking(NUMBER_FIELDS[0], values, "at_most")


def _set_past_window(view: MapView, value: Any) -> MapView:  # noqa: ANN401 - from the browser
    return view.asking(PAST_WINDOW, [True] if value is True else [])


def _drop(view: MapView, value: Any) -> MapView:  # noqa: ANN401 - from the browser
    for pair in value if isinstance(value, Sequence) else ():
        kept = tuple(row for row in view.conditions if [row.field, row.op] != list(pair))
        view = replace(view, conditions=kept)
    return view


_SETTERS = {
    "layers": _set_layers,
    "years": _set_years,
    "undated": _set_flag("undated"),
    "outside": _set_flag("outside"),
    "text": _set_text,
    "language": _set_language,
    NUMBER_FIELDS[0]: _set_accuracy,
    PAST_WINDOW: _set_past_window,
    "drop": _drop,
}
