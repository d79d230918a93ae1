"""Links of every schema ever issued are opened: what each shows was worked out by hand from the data."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette

from i18n.messages import LANGUAGES, messages
from layers.filters import Condition
from layers.links import LINK_SCHEMA, LINK_SCHEMAS
from layers.read_back import problem_text
from layers.renamed import as_named_in
from layers.render.config import Operator
from layers.stores.folder import FolderStore
from layers.summary import problems
from layers.view import MapView
from service.routes import routes
from service.site import Site
from tests.builders import DATA
from tests.layers.render.test_elements import Reader
from tests.service.asgi import Client
from tests.views import shown, shown_by

HERE = Path(__file__).parent
FIXTURES = {schema: json.loads((HERE / f"v{schema}.json").read_text("utf-8")) for schema in LINK_SCHEMAS}
LINKS = [
    pytest.param(link, id=f"v{schema}: {link['name']}")
    for schema, told in FIXTURES.items()
    for link in told["links"]
]


@pytest.fixture(scope="module")
def client(renamed_store: FolderStore) -> Client:
    return Client(Starlette(routes=routes(Site(renamed_store, Operator()))))


def start_of(store: FolderStore) -> MapView:
    catalogue = store.catalogue
    return MapView(
        layers=catalogue.layer_ids(), on=date(2026, 11, 21), layer_numbers=catalogue.layer_numbers,
    )  # fmt: skip


def opened(link: dict[str, Any], store: FolderStore) -> MapView:
    view = MapView.from_query(link["query"], start_of(store))
    return as_named_in(view, store.snapshot(), store.catalogue)


def test_every_schema_has_its_links() -> None:
    assert {told["schema"] for told in FIXTURES.values()} == set(LINK_SCHEMAS)
    assert {path.name for path in HERE.glob("v*.json")} == {f"v{schema}.json" for schema in LINK_SCHEMAS}


@pytest.mark.parametrize("link", LINKS)
def test_a_link_shows_what_it_showed(renamed_store: FolderStore, link: dict[str, Any]) -> None:
    snapshot, catalogue = renamed_store.snapshot(), renamed_store.catalogue
    view = opened(link, renamed_store)
    assert shown(snapshot, view) == set(link["shows"])
    found = problems(snapshot, catalogue, view)
    assert sorted(problem.code for problem in found) == sorted(link["problems"])
    # What is copied from the page shows the same.
    copied = opened({"query": view.to_query()}, renamed_store)
    assert shown(snapshot, copied) == set(link["shows"])


@pytest.mark.parametrize("link", LINKS)
def test_the_shared_map_shows_the_same_and_says_the_same(
    client: Client, renamed_store: FolderStore, link: dict[str, Any],
) -> None:
    answer = client.get(f"/m?{link['query']}")
    assert answer.status_code == 200
    config = json.loads(Reader(answer.text).block("atlas-config"))
    snapshot, catalogue = renamed_store.snapshot(), renamed_store.catalogue
    assert shown_by(config, snapshot) == set(link["shows"])
    found = problems(snapshot, catalogue, opened(link, renamed_store))
    for language in LANGUAGES:
        words = messages(language, "sentence")
        expected = [problem_text(problem, words, language) for problem in found]
        assert [told[language] for told in config["problems"]] == expected
        assert not any("{" in text for text in expected)


@pytest.mark.parametrize(
    "link", [link for link in FIXTURES[LINK_SCHEMA]["links"] if link["is_as_written"]],
    ids=lambda link: link["name"],
)
def test_links_are_still_written_in_the_last_schema(renamed_store: FolderStore, link: dict[str, Any]) -> None:
    # Where this fails the meaning of a link has changed: issue another schema, and keep these.
    assert MapView.from_query(link["query"], start_of(renamed_store)).to_query() == link["query"]


@pytest.mark.parametrize("schema", LINK_SCHEMAS)
@pytest.mark.parametrize("city", ["ezhou", "huangshi", "wuhan"])
def test_a_link_to_one_city_shows_the_places_whose_file_says_so(schema: str, city: str) -> None:
    store = FolderStore(DATA)
    raw = [
        feature["properties"]
        for layer_id in store.catalogue.layer_ids()
        for feature in json.loads((DATA / "geojson" / f"{layer_id}.geojson").read_text("utf-8"))["features"]
    ]
    (query,) = [link for link in REAL[schema] if f"city:{city}&" in link]
    view = MapView.from_query(query, start_of(store))
    assert shown(store.snapshot(), view) == {row["id"] for row in raw if city in row["city"]}
    found = problems(store.snapshot(), store.catalogue, view)
    assert {problem.code for problem in found} <= {"unknown_version"}


def test_the_layers_of_the_first_schemas_are_all_counted() -> None:
    # The numbers given with the second schema; a layer that comes gets the next one.
    numbers = FolderStore(DATA).catalogue.layer_numbers
    assert {layer_id: numbers.get(layer_id) for layer_id in FIRST_LAYERS} == {
        layer_id: number for number, layer_id in enumerate(FIRST_LAYERS, 1)
    }


def test_every_layer_has_a_number() -> None:
    catalogue = FolderStore(DATA).catalogue
    assert set(catalogue.layer_ids()) <= set(catalogue.layer_numbers)


def test_a_filtered_view_has_a_link_under_two_hundred_characters() -> None:
    catalogue = FolderStore(DATA).catalogue
    view = MapView(
        layers=catalogue.layer_ids(), layer_numbers=catalogue.layer_numbers, on=date(2026, 11, 22),
        conditions=(Condition("status", "in", ("under_construction", "planned")),), years=(2023, 2025),
        version="3f9a1c20b7e4", centre=(114.45231, 30.49782), zoom=10.75,
    )  # fmt: skip
    for asked in (view, replace(view, layers=view.layers[:-1]), view.asking("city", ["wuhan"])):
        assert len(f"https://atlas.example/m?{asked.to_query()}") < 200
    assert len(replace(view.asking("city", ["wuhan", "ezhou"]), layers=view.layers[:-1]).to_query()) < 200


def test_a_code_that_was_renamed_is_another_one_now() -> None:
    catalogue = FolderStore(DATA).catalogue
    for name, renamed in catalogue.former_codes.items():
        codes = {code.code for code in catalogue.codes.get(name, ())}
        codes |= {"layer": set(catalogue.layer_ids()), "document": set(catalogue.documents)}.get(name, set())
        assert codes, name
        assert codes.isdisjoint(renamed), name
        assert set(renamed.values()) <= codes | set(renamed), name


FIRST_LAYERS = [
    "corridor_cities", "science_islands", "offshore_parks", "enclave_parks", "research_facilities",
    "education", "industry_projects", "digital_infrastructure", "finance_and_transfer", "transport_links",
    "health", "culture_and_tourism", "green_and_water", "communities_and_housing", "utilities",
]  # fmt: skip
_BEHIND = "&at=114.9,30.2,8.5&base=offline&lang=zh"
_DAY = "out=1&on=2026-11-21&d=3f9a1c20b7e4"
REAL = {
    "1": [
        f"v=1&w=city:{city}&{_DAY}&l={','.join(FIRST_LAYERS)}{_BEHIND}"
        for city in ("ezhou", "huangshi", "wuhan")
    ],
    "2": [
        f"v=2&c={check}&w=city:{city}&{_DAY}&all=15{_BEHIND}"
        for city, check in (("ezhou", "q7i6"), ("huangshi", "2yl3"), ("wuhan", "ndo4"))
    ],
}
