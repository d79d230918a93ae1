"""Whatever happens to a link on its way, what it then shows is part of what it showed."""

import re
from dataclasses import replace
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.snapshot import Snapshot
from layers.view import MapView
from tests.builders import LAYER_IDS
from tests.views import START, known_views, shown

# Layers that are counted in a link, as they are where each has a number.
COUNTED = replace(START, layer_numbers={layer_id: number for number, layer_id in enumerate(LAYER_IDS, 1)})
HEX = "0123456789ABCDEF"
OTHERS = "abcdefghijklmnopqrstuvwxyz0123456789-_,:~=&%+."


def read(query: str) -> MapView:
    return MapView.from_query(query, COUNTED)


def is_by_hand(query: str) -> bool:
    return {"v", "c"}.isdisjoint(key for key, _ in parse_qsl(query, keep_blank_values=True))


@st.composite
def mutated(draw: st.DrawFn, query: str) -> str:
    pairs = query.split("&")
    at = draw(st.integers(0, len(pairs) - 1))
    how = draw(st.sampled_from(["cut", "cut and added to", "escape", "letter", "drop", "repeat", "order"]))
    if how.startswith("cut"):
        cut = query[: draw(st.integers(0, len(query) - 1))]
        return cut + draw(st.sampled_from(["&from=timeline", "&newkey=1"])) * (how != "cut")
    if how == "escape":
        places = [found.start() + draw(st.integers(1, 2)) for found in re.finditer("%..", query)] or [0]
        place = draw(st.sampled_from(places))
        return query[:place] + draw(st.sampled_from(HEX)) + query[place + 1 :]
    if how == "letter":
        place = draw(st.integers(0, len(query) - 1))
        return query[:place] + draw(st.sampled_from(OTHERS)) + query[place + 1 :]
    if how == "drop":
        return "&".join(pairs[:at] + pairs[at + 1 :])
    if how == "repeat":
        return "&".join([*pairs, pairs[at]] if draw(st.booleans()) else [pairs[at], *pairs])
    return "&".join(draw(st.permutations(pairs)))


@settings(max_examples=600)
@given(data=st.data(), view=known_views(), times=st.integers(1, 2), is_counted=st.booleans())
def test_a_link_changed_on_its_way_shows_a_part_of_what_it_showed(
    snapshot: Snapshot, data: st.DataObject, view: MapView, times: int, is_counted: bool,  # noqa: FBT001 - drawn
) -> None:
    query = replace(view, layer_numbers=COUNTED.layer_numbers if is_counted else {}).to_query()
    whole = shown(snapshot, read(query))
    for _ in range(times):
        query = data.draw(mutated(query))
        if not query:
            return
    changed = read(query)
    assert shown(snapshot, changed) <= whole or is_by_hand(query), query
    if shown(snapshot, changed) != whole and not is_by_hand(query):
        assert changed.unread, query


@settings(max_examples=100)
@given(data=st.data(), view=known_views())
def test_the_order_of_a_links_parts_says_nothing(
    snapshot: Snapshot, data: st.DataObject, view: MapView,
) -> None:
    query = view.to_query()
    changed = read("&".join(data.draw(st.permutations(query.split("&")))))
    assert changed.unread == ()
    assert shown(snapshot, changed) == shown(snapshot, view)


@pytest.mark.parametrize("key", ["w", "y", "q", "out", "on", "d", "all", "l", "v", "c"])
def test_a_link_that_lost_one_of_its_filters_shows_nothing(snapshot: Snapshot, key: str) -> None:
    full = COUNTED.asking("status", ["built"])
    full = replace(full, years=(2020, 2030), text="光谷", version=snapshot.version)
    query = (full if key != "l" else replace(full, layers=("sites",))).to_query()
    kept = [pair for pair in query.split("&") if not pair.startswith(f"{key}=")]
    assert len(kept) == query.count("&")
    view = read("&".join(kept))
    assert shown(snapshot, view) == set()
    assert view.unread[0][0] == "changed"


@pytest.mark.parametrize(("was", "becomes"), [
    ("status:built", "status:planned"), ("y=2020", "y=1020"), ("all=3", "all=2"), ("%85%89", "%85%8A"),
    ("out=1", "out=0"), ("v=2", "v=1"), ("d=3f", "d=4f"), ("w=status", "x=status"),
])  # fmt: skip
def test_a_letter_changed_in_a_filter_is_noticed(snapshot: Snapshot, was: str, becomes: str) -> None:
    built = COUNTED.asking("status", ["built"])
    full = replace(built, years=(2020, 2030), text="光谷", version="3f9a1c20b7e4")
    query = full.to_query()
    assert query.count(was) == 1
    view = read(query.replace(was, becomes))
    assert shown(snapshot, view) == set()
    assert view.unread[0][0] == "changed"
    # It says so again where it is passed on.
    assert read(view.to_query()).is_unreadable


def test_whoever_takes_schema_and_check_out_of_a_link_may_edit_it(snapshot: Snapshot) -> None:
    query = COUNTED.asking("status", ["built"]).to_query()
    edited = re.sub("^v=2&c=....&", "", query).replace("built", "planned")
    assert shown(snapshot, read(edited)) == shown(snapshot, START.asking("status", ["planned"])) != set()
    assert read(edited).unread == ()


def test_a_link_in_a_schema_to_come_shows_nothing_and_names_it(snapshot: Snapshot) -> None:
    view = read(COUNTED.to_query().replace("v=2", "v=3"))
    assert shown(snapshot, view) == set()
    assert view.unread == (("v", "3"),)
