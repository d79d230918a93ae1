"""A link goes out and comes back; whatever happens to it on the way, it never shows more than was asked."""

from dataclasses import replace
from datetime import date
from urllib.parse import parse_qsl, quote, urlencode

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from layers.filters import Condition
from layers.snapshot import Snapshot
from layers.view import MAX_FIELDS, MAX_QUERY, MapView
from tests.builders import ISLAND
from tests.views import NUMBERS, START, known_views, shown, views, words

BUILT = Condition("status", "in", ("built",))
WHOLE = MapView(
    layers=("sites", "routes"),
    on=date(2025, 1, 1),
    conditions=(BUILT, Condition("city", "not_in", ("ezhou", "huangshi"))),
    years=(2021, 2025),
    undated=False,
    text="光谷",
    outside=False,
    selected=ISLAND,
    version="3f9a1c20b7e4",
    since="0c5be1f2a7d3",
)


def read(query: str) -> MapView:
    return MapView.from_query(query, START)


# --- out and back --------------------------------------------------------------------------------


@settings(max_examples=300)
@given(view=views())
@example(view=WHOLE)
@example(view=replace(START, layers=("",), conditions=(Condition("id", "in", ("", ",", "~", "~e", "~~;")),)))
def test_a_link_gives_back_the_view_it_was_made_from(view: MapView) -> None:
    for start in (START, WHOLE):
        assert MapView.from_query(view.to_query(), replace(start, layer_numbers=NUMBERS)) == view


def test_two_hundred_ids_fit_into_a_link() -> None:
    ids = tuple(f"optics-valley-science-island-and-its-neighbour-{number:03}" for number in range(200))
    view = replace(START, conditions=(Condition("id", "in", ids),))
    assert read(view.to_query()) == view
    assert len(view.to_query()) < MAX_QUERY


def test_a_link_is_plain_ascii_without_characters_that_end_it_in_a_message() -> None:
    text = replace(WHOLE, text="光谷 <b>\"'`\n").to_query()
    assert text.isascii()
    assert not set(text) & set(" <>\"'`\n#\\{}|^[]")


def test_half_a_character_is_written_as_a_question_mark() -> None:
    assert read(replace(START, text="a\ud800b").to_query()).text == "a?b"


@given(view=views(), other=views())
def test_only_what_a_link_names_is_taken_from_it(view: MapView, other: MapView) -> None:
    assert MapView.from_query(view.to_query(), other) == view


def test_layers_are_counted_where_that_is_shorter() -> None:
    numbers = {layer_id: number for number, layer_id in enumerate(("lakes", "science_islands", "roads"), 1)}
    start = replace(START, layers=tuple(numbers), layer_numbers=numbers)
    texts = {("lakes", "science_islands", "roads"): "all=3", ("lakes", "science_islands"): "all=3,-roads"}
    texts |= {("science_islands",): "l=science_islands", ("lakes",): "l=lakes", (): "l="}
    for layers, text in texts.items():
        view = replace(start, layers=layers)
        assert f"&{text}&" in view.to_query()
        assert MapView.from_query(view.to_query(), start) == view


def test_a_layer_added_later_is_not_among_those_counted_before() -> None:
    before = replace(START, layer_numbers={"sites": 1, "site": 2})
    query = replace(before, layers=("sites", "site")).to_query()
    assert "&all=2&" in query
    after = replace(START, layer_numbers={"routes": 3, "site": 2, "sites": 1})
    assert MapView.from_query(query, after).layers == ("site", "sites")


@pytest.mark.parametrize(
    "text", ["4", "0", "-1", "", "two", "2,-routes", "3,-moon", "3,-site,-site", "3,site", "٣"]
)
def test_layers_counted_otherwise_than_here_show_nothing(snapshot: Snapshot, text: str) -> None:
    start = replace(START, layer_numbers={"sites": 1, "site": 2, "routes": 3})
    view = MapView.from_query(f"all={quote(text)}", start)
    assert shown(snapshot, view) == set()
    assert view.unread == (("all", text),)
    assert MapView.from_query(view.to_query(), start).is_unreadable


def test_a_reader_without_a_link_starts_at_the_start() -> None:
    assert read("") == START


def test_a_link_written_by_hand_needs_no_schema() -> None:
    assert read("l=site").layers == ("site",)
    assert read("l=sites,routes&w=status:built").conditions == (BUILT,)


def test_the_spelling_of_other_encoders_is_read() -> None:
    query = urlencode(parse_qsl(WHOLE.to_query(), keep_blank_values=True))
    assert read(query) == WHOLE


# --- cut short -----------------------------------------------------------------------------------


@settings(max_examples=60)
@given(view=known_views())
@example(view=replace(START, layers=("sites",)))
@example(view=replace(START, layers=("routes", "sites"), outside=False, conditions=(BUILT,)))
def test_a_link_cut_short_anywhere_never_shows_more(snapshot: Snapshot, view: MapView) -> None:
    query = view.to_query()
    whole = shown(snapshot, read(query))
    for length in range(1, len(query)):
        assert shown(snapshot, read(query[:length])) <= whole, query[:length]


def test_a_link_cut_within_its_filter_shows_nothing_and_says_so() -> None:
    query = replace(START, layers=("routes", "sites")).to_query()
    cut = read(query[: query.index("sites") + len("site")])
    assert cut.is_unreadable
    assert [key for key, _ in cut.unread] == ["changed"]


@pytest.mark.parametrize("lost", ["&lang=zh", "&base=offline&lang=zh", "zh", "ine&lang=zh"])
def test_a_link_cut_behind_its_filter_keeps_it_and_says_so(lost: str) -> None:
    cut = read(WHOLE.to_query().removesuffix(lost))
    assert (cut.conditions, cut.layers, cut.years, cut.text) == (
        WHOLE.conditions, WHOLE.layers, WHOLE.years, WHOLE.text,
    )  # fmt: skip
    assert not cut.is_unreadable
    assert cut.unread or cut.basemap != WHOLE.basemap


def test_the_beginning_of_a_last_key_is_no_second_list_of_layers(snapshot: Snapshot) -> None:
    query = WHOLE.to_query().removesuffix("ang=zh")
    assert query.endswith("&l")
    assert shown(snapshot, read(query)) == shown(snapshot, WHOLE)
    assert read(query).unread == (("cut_behind", ""),)


def test_a_place_whose_id_was_cut_is_not_opened() -> None:
    query = WHOLE.to_query()
    cut = read(query[: query.index(ISLAND) + len("science")])
    assert cut.selected == ""
    assert ("cut_behind", "") in cut.unread


@settings(max_examples=60)
@given(view=known_views())
def test_a_link_cut_before_an_added_parameter_never_shows_more(snapshot: Snapshot, view: MapView) -> None:
    query = view.to_query()
    whole = shown(snapshot, read(query))
    for length in range(1, query.index("&l=")):
        assert shown(snapshot, read(query[:length] + "&from=timeline")) <= whole


# --- changed on the way --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "added",
    [
        "from=timeline", "from=singlemessage&isappinstalled=0", "scene=1&clicktime=1700000000&enterid=1",
        "nsukey=a%2Bb%3D", "share_token=3f", "utm_source=wechat&utm_medium=social", "fbclid=IwAR0", "gclid=x",
        "spm=1.2.3", "embed=1",
    ],
)  # fmt: skip
def test_what_a_messenger_adds_is_neither_told_nor_passed_on(added: str) -> None:
    for query in (f"{WHOLE.to_query()}&{added}", f"{added}&{WHOLE.to_query()}"):
        view = read(query)
        assert view == WHOLE
        assert view.to_query() == WHOLE.to_query()
    assert read(added) == START


def test_a_parameter_that_nobody_knows_is_told_and_not_passed_on() -> None:
    view = read(f"{WHOLE.to_query()}&newkey=1")
    assert view == replace(WHOLE, unread=(("newkey", "1"),))
    assert view.to_query() == WHOLE.to_query()
    assert read("newkey=1") == replace(START, unread=(("newkey", "1"),))


@settings(max_examples=60)
@given(view=known_views())
def test_a_link_encoded_twice_never_shows_more(snapshot: Snapshot, view: MapView) -> None:
    query = view.to_query()
    whole = shown(snapshot, read(query))
    values_twice = "&".join(
        f"{key}={quote(quote(text))}" for key, text in parse_qsl(query, keep_blank_values=True)
    )
    for twice in (
        quote(query),
        quote(query, safe=""),
        quote(quote(query)),
        quote(query, safe="=&"),
        values_twice,
    ):
        assert shown(snapshot, read(twice)) <= whole, twice


@settings(max_examples=100)
@given(view=views(), times=st.integers(1, 2))
@example(view=replace(START, text="100%25", conditions=(Condition("id", "in", ("%2C", "a&b=c")),)), times=2)
def test_a_link_encoded_once_more_is_put_right_and_says_so(view: MapView, times: int) -> None:
    query = view.to_query()
    for _ in range(times):
        query = quote(query, safe="")
    start = replace(START, layer_numbers=NUMBERS)
    assert MapView.from_query(query, start) == replace(view, unread=(("encoded", ""),))
    assert MapView.from_query(f"{query}=", start) == replace(view, unread=(("encoded", ""),))


def test_a_link_of_the_first_schema_encoded_twice_shows_nothing_and_says_so(snapshot: Snapshot) -> None:
    view = read(quote("v=1&out=1&on=2026-11-21&d=&l=sites&lang=zh", safe=""))
    assert shown(snapshot, view) == set()
    assert view.unread


def test_a_link_out_of_a_pages_source_is_read(snapshot: Snapshot) -> None:
    assert read(WHOLE.to_query().replace("&", "&amp;")) == WHOLE
    assert shown(snapshot, read("l=sites&amp;w=status:built")) == {ISLAND}


@settings(max_examples=60)
@given(view=known_views())
def test_html_escapes_in_a_link_never_show_more(snapshot: Snapshot, view: MapView) -> None:
    assert shown(snapshot, read(view.to_query().replace("&", "&amp;"))) <= shown(snapshot, view)


# --- what cannot be read -------------------------------------------------------------------------

NOTHING_READABLE = [
    "w=",
    "w=status",
    "w=status:",
    "w=:built",
    "w=~in:built",
    "w=nofield:built",
    "w=status~nooperator:built",
    "w=status~at_most:1",
    "w=status_documents:built",
    "w=accuracy_m:500",
    "w=accuracy_m~at_most:",
    "w=accuracy_m~at_most:1,2",
    "w=accuracy_m~at_most:x",
    "w=accuracy_m~at_most:nan",
    "w=accuracy_m~at_most:1e999",
    f"w=accuracy_m~at_most:{'9' * 400}",
    f"w=accuracy_m~at_most:{'9' * 5000}",
    "w=past_window:yes",
    "w=past_window:",
    "w=years~overlaps:a",
    "w=years~overlaps:2020,2021",
    "w=search~has:x",
    "w=__class__:x",
    "y=",
    "y=2025",
    "y=2025-2023",
    "y=a-b",
    "y=-5-10",
    "y=0-99999",
    "y=2023-2025,all",
    f"y=2023-{'9' * 5000}",
    "out=",
    "out=2",
    "out=true",
    "on=",
    "on=today",
    "on=2026-13-01",
    "on=99999-01-01",
    "v=",
    "v=0",
    "v=2",
    "v=1.0",
    "y=2020-2021&y=1900-2100",
    "q=a&q=",
    "q=&q=",
    "l=routes",
    "out=0&out=1",
    "on=2020-01-01&on=2030-01-01",
    "v=1&v=1",
]


@pytest.mark.parametrize("part", NOTHING_READABLE)
def test_where_what_narrows_cannot_be_read_nothing_is_shown_and_it_is_told(
    snapshot: Snapshot,
    part: str,
) -> None:
    view = read(f"l=sites,site,routes&{part}&lang=en")
    assert shown(snapshot, view) == set()
    assert view.is_unreadable
    assert view.unread
    assert view.filter_json()["layers"] == []
    # The link made from it shows nothing either.
    assert shown(snapshot, read(view.to_query())) == set()


@pytest.mark.parametrize(
    "part",
    [
        "at=",
        "at=1,2",
        "at=a,b,c",
        "at=nan,nan,nan",
        "at=200,30,9",
        "at=114,30,99",
        "at=114,30,9,1",
        "lang=",
        "lang=fr",
        "s=a&s=b",
        "lang=zh&lang=en",
        "d=1&d=2",
        "base=a&base=b",
        "new=1",
    ],
)
def test_where_only_the_look_cannot_be_read_the_filter_holds_and_it_is_told(
    snapshot: Snapshot, part: str
) -> None:
    view = read(f"w=status:built&{part}&l=sites")
    assert shown(snapshot, view) == {ISLAND}
    assert view.unread


def test_conditions_on_the_same_field_all_hold(snapshot: Snapshot) -> None:
    assert shown(snapshot, read("w=status:built&w=status:planned&l=sites,site,routes")) == set()


@pytest.mark.parametrize("layer", ["nowhere", "SITES", "sites ", "../sites", "*", "all"])
def test_an_unknown_layer_shows_nothing(snapshot: Snapshot, layer: str) -> None:
    assert shown(snapshot, read(f"l={quote(layer)}")) == set()
    assert read(f"l={quote(layer)}").layers == (layer,)


def test_an_unknown_status_shows_nothing_and_is_kept(snapshot: Snapshot) -> None:
    view = read("w=status:finished&l=sites,site,routes")
    assert shown(snapshot, view) == set()
    assert view.conditions == (Condition("status", "in", ("finished",)),)


@pytest.mark.parametrize(
    "query",
    ["l=", "l", "v", "v=", "v=1", "v=1&w=status:built", "v=1&at=114,30,9", "v=1&d=3f9a", "v=1&s=x"],
)
def test_a_link_of_ours_without_layers_shows_nothing(snapshot: Snapshot, query: str) -> None:
    assert shown(snapshot, read(query)) == set()


def test_a_link_by_hand_is_taken_at_its_word(snapshot: Snapshot) -> None:
    assert shown(snapshot, read("lang=en")) == shown(snapshot, read(""))
    assert shown(snapshot, read("w=city:ezhou")) < shown(snapshot, read(""))
    assert shown(snapshot, read("w=city:nowhere")) == set()


def test_a_link_of_half_a_million_characters_is_not_read(snapshot: Snapshot) -> None:
    view = read("l=sites&q=" + "a" * 513 * 1024)
    assert shown(snapshot, view) == set()
    assert view.unread == (("too_long", str(513 * 1024 + len("l=sites&q="))),)
    assert shown(snapshot, read(view.to_query())) == set()


@pytest.mark.parametrize("field", ["w=status:built", "x=1", "l=sites", "from=timeline"])
def test_a_link_of_a_thousand_fields_shows_nothing_now_and_when_passed_on(
    snapshot: Snapshot, field: str
) -> None:
    view = read("l=sites&" + "&".join([field] * 1001))
    assert shown(snapshot, view) == set()
    assert ("too_many", "1002") in view.unread
    assert len(view.unread) <= MAX_FIELDS + 1
    assert shown(snapshot, read(view.to_query())) == set()


def test_a_thousand_parameters_of_others_are_cut_to_the_first() -> None:
    assert len(read("&".join(f"x{n}=1" for n in range(1001))).unread) == MAX_FIELDS


@settings(max_examples=200)
@given(
    pairs=st.lists(
        st.tuples(
            st.sampled_from(
                ["w", "y", "q", "l", "s", "at", "base", "lang", "out", "on", "d", "v", "x", "too_many"]
            ),
            st.sampled_from(
                [
                    "",
                    "1",
                    "0",
                    "sites",
                    "site,routes",
                    "status:built",
                    "status~not_in:built",
                    "2020-2022",
                    "光谷",
                    "~",
                    "2026-01-01",
                    "114,30,9",
                    "zh",
                    "{{7*7}}",
                    "${7*7}",
                    "\0",
                    "\u202e",
                ],
            )
            | words,
        ),
        max_size=8,
    ),
)
def test_any_link_can_be_read_and_never_shows_more_when_passed_on(
    snapshot: Snapshot,
    pairs: list[tuple[str, str]],
) -> None:
    view = read(urlencode(pairs))
    again = read(view.to_query())
    assert shown(snapshot, again) <= shown(snapshot, view)
    assert read(again.to_query()).is_unreadable == again.is_unreadable


@given(st.text(max_size=200))
def test_any_text_at_all_can_be_read(text: str) -> None:
    view = read(text)
    assert read(view.to_query()).layers in {view.layers, ()}


# --- changing a view -----------------------------------------------------------------------------


def test_asking_a_field_replaces_what_was_asked_and_leaves_the_view_given() -> None:
    view = START.asking("status", ["built"]).asking("city", ["wuhan"]).asking("status", ["planned"])
    assert view.values_of("status") == ("planned",)
    assert view.values_of("city") == ("wuhan",)
    assert view.asking("status", []).values_of("status") == ()
    assert START.conditions == ()


def test_the_whole_filter_is_layers_conditions_years_and_text() -> None:
    rows = [(row.field, row.op, row.values) for row in WHOLE.all_conditions()]
    assert rows == [
        ("layer", "in", ("sites", "routes")),
        ("status", "in", ("built",)),
        ("city", "not_in", ("ezhou", "huangshi")),
        ("years", "overlaps", (2021, 2025)),
        ("search", "has", ("光谷",)),
    ]


def test_the_browser_gets_the_same_filter() -> None:
    assert WHOLE.filter_json(seq=3) == {
        "seq": 3,
        "layers": ["sites", "routes"],
        "outside": False,
        "on": "2025-01-01",
        "rows": [
            {"field": "status", "op": "in", "values": ["built"]},
            {"field": "city", "op": "not_in", "values": ["ezhou", "huangshi"]},
            {"field": "years", "op": "overlaps", "values": [2021, 2025], "undated": False},
            {"field": "search", "op": "has", "values": ["光谷"]},
        ],
    }
