"""Views of every kind, drawn by hypothesis, and what each shows of six known places."""

from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import strategies as st

from layers.filters import CODED_FIELDS, NUMBER_FIELDS, PAST_WINDOW, Condition, Reading, matching
from layers.snapshot import Snapshot
from layers.view import LAST_YEAR, MapView
from tests.builders import AVENUE, CODES, DOCUMENTS, ISLAND, LAB, LAYER_IDS, PARK

START = MapView(layers=LAYER_IDS, on=date(2026, 11, 21))


def shown(snapshot: Snapshot, view: MapView) -> set[str]:
    """Return the ids of the places that a view shows."""
    return set(snapshot.index.ids[matching(snapshot.index, view.all_conditions(), view.reading)])


def shown_by(config: dict[str, Any], snapshot: Snapshot) -> set[str]:
    """Return the places that the filter sent to the browser leaves."""
    asked = config["filter"]
    rows = [
        Condition(row["field"], row["op"], tuple(row["values"]), undated=row.get("undated", True))
        for row in [{"field": "layer", "op": "in", "values": asked["layers"]}, *asked["rows"]]
    ]
    reading = Reading(on=date.fromisoformat(asked["on"]), outside=asked["outside"])
    return set(snapshot.index.ids[matching(snapshot.index, rows, reading)])


words = st.text(max_size=12) | st.sampled_from(
    ["光谷", "𠮷", "🌉👩‍🔬", "a,b", "~", "~;", "~e", "a=b&c", "%E5", "+", " "]
)
values = st.lists(words, min_size=1, max_size=4).map(tuple)
ops = st.sampled_from(["in", "not_in"])
any_conditions = st.one_of(
    st.builds(Condition, st.sampled_from(CODED_FIELDS), ops, values),
    st.builds(
        Condition, st.just(PAST_WINDOW), ops, st.lists(st.booleans(), min_size=1, max_size=2).map(tuple)
    ),
    st.builds(
        Condition,
        st.sampled_from(NUMBER_FIELDS),
        st.sampled_from(["at_most", "at_least"]),
        st.tuples(st.integers(-(10**9), 10**9)),
    ),
)
windows = st.tuples(st.integers(1000, LAST_YEAR), st.integers(1000, LAST_YEAR)).map(
    lambda years: (min(years), max(years)),
)
# Four layers that are numbered otherwise than they are displayed, and one that is gone.
NUMBERS = {"sites": 2, "a,b": 1, "~e": 4, "routes": 5, "gone": 3}
layer_lists = (
    st.lists(words, max_size=5).map(tuple)
    | st.sets(st.sampled_from(list(NUMBERS))).map(lambda ids: tuple(name for name in NUMBERS if name in ids))
)
# Undated places matter only where years are asked for; without them the link does not tell.
year_choices = st.just((None, True)) | st.tuples(windows, st.booleans())


@st.composite
def views(draw: st.DrawFn) -> MapView:
    years, undated = draw(year_choices)
    return MapView(
        layers=draw(layer_lists),
        on=draw(st.dates()),
        conditions=draw(st.lists(any_conditions, max_size=4).map(tuple)),
        years=years,
        undated=undated,
        text=draw(words),
        outside=draw(st.booleans()),
        centre=(draw(st.floats(-180, 180)), draw(st.floats(-90, 90))),
        zoom=draw(st.floats(7, 18)),
        basemap=draw(words),
        language=draw(st.sampled_from(["zh", "en"])),
        selected=draw(words),
        version=draw(words),
        since=draw(words),
        layer_numbers=NUMBERS,
    )


known_conditions = st.one_of(
    *(
        st.builds(
            Condition,
            st.just(field),
            ops,
            st.lists(st.sampled_from(codes), min_size=1, max_size=3).map(tuple),
        )
        for field, codes in {**CODES, "document": list(DOCUMENTS), "id": [ISLAND, PARK, AVENUE, LAB]}.items()
        if field in CODED_FIELDS
    ),
    st.builds(Condition, st.just(PAST_WINDOW), ops, st.tuples(st.booleans())),
    st.builds(
        Condition,
        st.just("accuracy_m"),
        st.sampled_from(["at_most", "at_least"]),
        st.tuples(st.integers(0, 2000)),
    ),
)


@st.composite
def known_views(draw: st.DrawFn) -> MapView:
    years, undated = draw(
        st.just((None, True)) | st.tuples(st.sampled_from([(2019, 2021), (2024, 2026)]), st.booleans())
    )
    return replace(
        START,
        layers=draw(st.lists(st.sampled_from(LAYER_IDS), unique=True).map(tuple)),
        on=draw(st.sampled_from([date(2022, 5, 1), date(2027, 5, 1)])),
        conditions=draw(st.lists(known_conditions, max_size=2).map(tuple)),
        years=years,
        undated=undated,
        text=draw(st.sampled_from(["", "光谷", "guanggu", "kexue dao"])),
        outside=draw(st.booleans()),
        selected=draw(st.sampled_from(["", ISLAND])),
        version=draw(st.sampled_from(["", "3f9a1c20b7e4"])),
    )
