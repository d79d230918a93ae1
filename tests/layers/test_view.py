"""A link goes out and comes back; whatever happens to it on the way, it never shows more than was asked."""

from dataclasses import replace
from datetime import date
from urllib.parse import parse_qsl, quote, urlencode

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from layers.filters import CODED_FIELDS, NUMBER_FIELDS, PAST_WINDOW, Condition, matching
from layers.snapshot import Snapshot
from layers.view import LAST_YEAR, MAX_FIELDS, MAX_QUERY, MapView
from tests.builders import AVENUE, CODES, DOCUMENTS, ISLAND, LAB, LAYER_IDS, PARK

START = MapView(layers=LAYER_IDS, on=date(2026, 11, 21))
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
)


def read(query: str) -> MapView:
    return MapView.from_query(query, START)


def shown(snapshot: Snapshot, view: MapView) -> set[str]:
    return set(snapshot.index.ids[matching(snapshot.index, view.all_conditions(), view.reading)])


# --- strategies ----------------------------------------------------------------------------------

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
# Undated places matter only where years are asked for; without them the link does not tell.
year_choices = st.just((None, True)) | st.tuples(windows, st.booleans())


@st.composite
def views(draw: st.DrawFn) -> MapView:
    years, undated = draw(year_choices)
    return MapView(
        layers=draw(st.lists(words, max_size=5).map(tuple)),
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


# --- out and back --------------------------------------------------------------------------------


@settings(max_examples=300)
@given(view=views())
@example(view=WHOLE)
@example(view=replace(START, layers=("",), conditions=(Condition("id", "in", ("", ",", "~", "~e", "~~;")),)))
def test_a_link_gives_back_the_view_it_was_made_from(view: MapView) -> None:
    assert MapView.from_query(view.to_query(), START) == view
    assert MapView.from_query(view.to_query(), WHOLE) == view


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


def test_a_layers_id_that_was_cut_is_told_and_left_out() -> None:
    query = replace(START, layers=("routes", "sites")).to_query()
    cut = read(query[: query.index("sites") + len("site")])
    assert cut.layers == ("routes",)
    assert ("cut", "site") in cut.unread


@settings(max_examples=60)
@given(view=known_views())
def test_a_link_cut_before_an_added_parameter_never_shows_more(snapshot: Snapshot, view: MapView) -> None:
    query = view.to_query()
    whole = shown(snapshot, read(query))
    for length in range(1, query.index("&l=")):
        assert shown(snapshot, read(query[:length] + "&from=timeline")) <= whole


# --- changed on the way --------------------------------------------------------------------------


def test_a_parameter_that_a_messenger_adds_changes_nothing_but_is_told() -> None:
    for query in (f"{WHOLE.to_query()}&from=timeline", f"from=timeline&{WHOLE.to_query()}"):
        view = read(query)
        assert view.unread == (("from", "timeline"),)
        assert replace(view, unread=()) == WHOLE


def test_a_messengers_parameter_alone_leaves_the_start() -> None:
    assert read("from=timeline") == replace(START, unread=(("from", "timeline"),))


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


def test_a_link_encoded_as_one_piece_shows_nothing_and_says_so(snapshot: Snapshot) -> None:
    view = read(quote(START.to_query(), safe=""))
    assert shown(snapshot, view) == set()
    assert view.unread


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
