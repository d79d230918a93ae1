"""The OGC API over a small data folder: documents, pages, parameters, versions, hostile data."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from starlette.applications import Starlette

from i18n.messages import LANGUAGES
from layers.expressions import MAX_LENGTH
from layers.render.config import Operator
from layers.stores.folder import FolderStore
from service.ogc.references import CRS84
from service.routes import handlers, middleware, routes
from service.site import Site
from tests.builders import AVENUE, BRIDGE, ISLAND, LAB, LONE, PARK, feature, write_layer
from tests.service.asgi import Answer, Client

BASE = "http://atlas.example/ogc"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/{}"
ONE_OF = {"sites": ISLAND, "sites.points": PARK, "sites.polygons": ISLAND, "site": LONE, "routes": AVENUE}
AT = datetime(2026, 11, 22, tzinfo=UTC)
PAYLOADS = (
    "{{7*7}}", "${7*7}`\\", "</script><script>document.title='X'</script>", "<img src=x onerror=alert(1)>",
    "=1+1", "\u2028\u202e\u200b𠮷", "' OR 1=1 --", 'a"b&c;d', "x" * 10_000,
)  # fmt: skip


@pytest.fixture
def site(data_folder: Path) -> Site:
    """Open a site over the small data folder."""
    return Site(FolderStore(data_folder), Operator())


@pytest.fixture
def client(site: Site) -> Client:
    """Ask that site over HTTP, as the whole process answers."""
    app = Starlette(routes=routes(site), middleware=middleware(site), exception_handlers=handlers())
    return Client(app)


def items(client: Client, layer_id: str, query: str = "") -> Any:  # noqa: ANN401 - JSON
    answer = client.get(f"/ogc/collections/{layer_id}/items?{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def ids(client: Client, layer_id: str, query: str = "") -> list[str]:
    return [found["id"] for found in items(client, layer_id, query)["features"]]


def refusal(answer: Answer, status: int) -> str:
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json"
    told = answer.json()
    assert set(told) == {"code", "description"}
    return str(told["description"])


def link(told: Any, rel: str) -> str:  # noqa: ANN401 - JSON
    (href,) = [one["href"] for one in told["links"] if one["rel"] == rel]
    return str(href)


def followed(client: Client, href: str) -> Answer:
    assert href.startswith(BASE)
    return client.get(href.removeprefix("http://atlas.example"))


# --- documents -----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/ogc", "/ogc/"])
def test_the_landing_page_leads_to_everything(client: Client, path: str) -> None:
    told = client.get(path).json()
    for rel in ("service-desc", "conformance", "data"):
        assert followed(client, link(told, rel)).status_code == 200
    assert link(told, "alternate") == "http://atlas.example/"


def test_every_layer_is_a_collection_with_its_extent_and_systems(client: Client, site: Site) -> None:
    told = client.get("/ogc/collections").json()
    # One layer has an area and a point.
    names = ["sites", "sites.points", "sites.polygons", "site", "routes"]
    assert [one["id"] for one in told["collections"]] == names
    routes_told = told["collections"][-1]
    assert routes_told["extent"]["spatial"]["bbox"] == [[114.4, 30.4, 114.6, 30.45]]
    interval = ["2023-01-01T00:00:00Z", "2024-12-31T23:59:59Z"]
    assert routes_told["extent"]["temporal"]["interval"] == [interval]
    # The product's box reaches into the zones of 114 and 117 degrees.
    assert routes_told["crs"] == [
        CRS84, *(EPSG.format(code) for code in (4326, 4490, 3857, 4547, 4526, 4548, 4527)),
    ]  # fmt: skip
    assert routes_told["dataVersion"] == site.store.version()
    assert client.get("/ogc/collections/routes").json()["extent"] == routes_told["extent"]


def test_titles_come_in_the_language_that_is_asked_for_or_preferred(client: Client) -> None:
    path = "/ogc/collections/routes"
    assert client.get(path).json()["title"] == "图层routes"
    assert client.get(path, accept_language="en-GB,en;q=0.9").json()["title"] == "Layer routes"
    assert client.get(f"{path}?lang=en").json()["title"] == "Layer routes"
    assert "Accept-Language" in client.get(path).headers["vary"]


@pytest.mark.parametrize("part", ["queryables", "schema"])
def test_attributes_have_types_titles_and_codes(client: Client, part: str) -> None:
    answer = client.get(f"/ogc/collections/routes/{part}")
    assert answer.headers["content-type"] == "application/schema+json"
    told = answer.json()
    assert told["$id"] == f"{BASE}/collections/routes/{part}"
    properties = told["properties"]
    assert properties["year_start"] == {"title": "起始年份", "type": "integer"}
    assert properties["city"]["items"]["enum"] == ["wuhan", "ezhou", "huangshi"]
    assert properties["status_zh"] == {"title": "状态", "type": "string"}
    assert properties["geometry"]["format"] == "geometry-any"
    assert ("url" in properties) is (part == "schema")


def test_the_definition_describes_each_path_and_refers_to_nothing_elsewhere(client: Client) -> None:
    answer = client.get("/ogc/openapi")
    assert answer.headers["content-type"] == "application/vnd.oai.openapi+json;version=3.0"
    told = answer.json()
    assert told["servers"] == [{"url": BASE}]
    parts = ("", "/queryables", "/schema", "/feature-schema", "/items", "/items/{featureId}")
    collections = {f"/collections/{name}{part}" for name in ONE_OF for part in parts}
    assert set(told["paths"]) == {"/", "/conformance", "/openapi", "/collections", *collections}
    for path in told["paths"]:
        name = path.removeprefix("/collections/").partition("/")[0]
        asked = path.replace("{featureId}", ONE_OF.get(name, ""))
        assert client.get(f"/ogc{asked}").status_code == 200, path
    references = [part.split('"')[0] for part in answer.text.split('"$ref":"')[1:]]
    assert references
    assert all(reference.startswith("#/components/schemas/") for reference in references)


def test_the_definition_is_in_both_languages(client: Client) -> None:
    zh, en = (client.get(f"/ogc/openapi?lang={language}").json() for language in LANGUAGES)
    assert zh["info"]["description"] != en["info"]["description"]
    assert zh["paths"].keys() == en["paths"].keys()


# --- features ------------------------------------------------------------------------------------


def test_features_name_their_page_their_version_and_their_system(client: Client, site: Site) -> None:
    answer = client.get("/ogc/collections/sites/items")
    assert answer.headers["content-type"] == "application/geo+json"
    assert answer.headers["content-crs"] == f"<{CRS84}>"
    assert answer.headers["data-version"] == answer.json()["dataVersion"] == site.store.version()
    told = answer.json()
    assert (told["numberMatched"], told["numberReturned"]) == (2, 2)
    assert [found["properties"]["url"] for found in told["features"]] == [
        f"http://atlas.example/f/{ISLAND}", f"http://atlas.example/f/{PARK}",
    ]  # fmt: skip
    one = followed(client, f"{BASE}/collections/sites/items/{PARK}").json()
    assert one["properties"] == told["features"][1]["properties"]
    assert link(one, "alternate") == f"http://atlas.example/f/{PARK}"


def test_pages_follow_one_another_and_stay_on_their_data_version(client: Client, data_folder: Path) -> None:
    write_layer(data_folder, "sites", [feature(f"place-{number}") for number in range(5)])
    first = items(client, "sites", "limit=2&status=planned")
    write_layer(data_folder, "sites", [])
    second = followed(client, link(first, "next")).json()
    third = followed(client, link(second, "next")).json()
    found = [one["id"] for page in (first, second, third) for one in page["features"]]
    assert found == [f"place-{number}" for number in range(5)]
    assert [page["numberMatched"] for page in (first, second, third)] == [5, 5, 5]
    assert not [one for one in third["links"] if one["rel"] == "next"]
    assert followed(client, link(third, "prev")).json()["features"] == second["features"]


@pytest.mark.parametrize(
    ("query", "count"), [("limit=99999999999999999999", 2), ("offset=2", 0), ("offset=9999999999999999", 0)]
)
def test_no_page_is_too_long_or_too_far(client: Client, query: str, count: int) -> None:
    told = items(client, "sites", query)
    assert (len(told["features"]), told["numberMatched"]) == (count, 2)


@pytest.mark.parametrize(
    ("layer_id", "query", "expected"),
    [
        ("sites", "bbox=114.4,30.4,114.6,30.45", [ISLAND]),
        ("sites", "bbox=114.4,30.4,0,114.6,30.45,100", [ISLAND]),
        ("site", "bbox=-180,-90,180,90", [LONE]),
        ("routes", "datetime=2023-06-30", [AVENUE, BRIDGE]),
        ("routes", "datetime=2025-01-01T00:00:00Z/..", [BRIDGE]),
        ("routes", "datetime=../2022-12-31", [BRIDGE]),
        ("routes", "datetime=2024-12-31T23:59:59%2B08:00/", [AVENUE, BRIDGE]),
        ("routes", "city=ezhou", [AVENUE]),
        ("routes", "year_start=2023&conflict=false", [AVENUE]),
        ("routes", "status=nonsense", []),
        ("routes", "filter=year_end%3E2000", [AVENUE]),
        ("site", "filter=geometry+IS+NULL&filter-lang=cql2-text", [LAB]),
        ("sites", "filter=S_INTERSECTS(geometry,POINT(30.5+114.5))&filter-crs=" + EPSG.format(4490), [PARK]),
        ("sites", "name_zh=" + quote("鄂州离岸科创园"), [PARK]),
        ("sites", "bbox=114.4,30.4,114.6,30.6&datetime=2021-01-01&memberships=clusters", [PARK]),
    ],
)
def test_what_is_asked_is_all_that_is_answered(
    client: Client, layer_id: str, query: str, expected: list[str]
) -> None:
    assert ids(client, layer_id, query) == expected


def test_coordinates_come_in_the_system_that_is_asked_for(client: Client) -> None:
    uri = EPSG.format(4490)
    answer = client.get(f"/ogc/collections/sites/items/{PARK}?crs={uri}")
    assert answer.headers["content-crs"] == f"<{uri}>"
    assert answer.json()["geometry"]["coordinates"] == [30.5, 114.5]


@pytest.mark.parametrize(
    "query",
    [
        "ooga=booga", "limit=unlimited", "limit=0", "limit=-1", "limit=1.5", "limit=", "offset=-1",
        "bbox=1,2,3", "bbox=1,2,3,4,5", "bbox=1,2,3,nan", "bbox=1,2,3,inf", "bbox=1,2,3,4_0", "bbox=",
        "datetime=2023", "datetime=2023-02-30", "datetime=2023-13-01", "datetime=yesterday",
        "datetime=2023-01-01/2024-01-01/..", "datetime=2023-01-01T00:00:00", "crs=EPSG:4547", "bbox-crs=x",
        "filter-crs=x", "filter-lang=cql2-json", "f=html", "lang=fr", "limit=1&limit=2", "year_start=x",
        "conflict=1", "filter=", "filter=ooga%3D1", "filter=status", "data-version=x",
        "crs=" + EPSG.format(2435), "crs=" + EPSG.format(2381), "limit=%D9%A1", "year_start=%D9%A1",
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_and_never_answered_with_more(client: Client, query: str) -> None:
    told = refusal(client.get(f"/ogc/collections/sites/items?{query}"), 400)
    assert told, "says what was wrong"


def test_methods_that_write_are_refused(client: Client) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        answer = client.request(method, "/ogc/collections/sites/items")
        assert answer.status_code == 405
        assert "GET" in answer.headers["allow"]
    assert client.request("HEAD", "/ogc/collections/sites/items").status_code == 200


# --- ids, layers and versions --------------------------------------------------------------------


def test_unknown_paths_layers_and_features_are_told_as_json(client: Client) -> None:
    assert "'nope'" in refusal(client.get("/ogc/collections/nope"), 404)
    assert "'nope'" in refusal(client.get("/ogc/collections/nope/items"), 404)
    refusal(client.get("/ogc/collections/sites/items/nope"), 404)
    refusal(client.get("/ogc/collections/sites/items/"), 404)
    refusal(client.get("/ogc/nope"), 404)
    refusal(client.get("/ogc/no%0Ape"), 404)
    refusal(client.get("/ogc/collections/sites/items/a%0Ab%00c"), 404)
    refusal(client.get("/ogc/collections/..%2f..%2fetc/items"), 404)


def test_a_feature_leads_on_to_its_new_id_and_its_new_layer(data_folder: Path) -> None:
    aliases = {"aliases": {"old": PARK}, "tombstones": {"gone": tombstone()}}
    (data_folder / "catalogue" / "aliases.json").write_text(json.dumps(aliases), encoding="utf-8")
    client = Client(Starlette(routes=routes(Site(FolderStore(data_folder), Operator()))))
    path = f"/ogc/collections/sites/items/{PARK}"
    for asked in ("/ogc/collections/sites/items/old", f"/ogc/collections/routes/items/{PARK}"):
        answer = client.get(f"{asked}?lang=en")
        assert answer.status_code == 301
        assert answer.headers["location"] == f"http://atlas.example{path}?lang=en"
    assert "gone" in refusal(client.get("/ogc/collections/sites/items/gone"), 410)


def tombstone() -> dict[str, Any]:
    return {"reason": {"zh": "重复", "en": "A duplicate"}, "date": "2026-01-01"}


def test_a_layer_of_several_kinds_of_geometry_is_there_in_parts_too(client: Client) -> None:
    assert ids(client, "sites.points") == [PARK]
    assert ids(client, "sites.polygons") == [ISLAND]
    assert ids(client, "sites.lines") == []
    told = client.get("/ogc/collections/sites.points?lang=en").json()
    assert told["title"] == "Layer sites · points"
    assert told["extent"]["spatial"]["bbox"] == [[114.5, 30.5, 114.5, 30.5]]
    # Of another kind, it stands in the whole layer.
    answer = client.get(f"/ogc/collections/sites.points/items/{ISLAND}")
    assert answer.headers["location"] == f"{BASE}/collections/sites/items/{ISLAND}"
    refusal(client.get("/ogc/collections/sites.circles"), 404)
    refusal(client.get("/ogc/collections/nope.points"), 404)


def test_a_refused_layer_is_told_as_such_and_the_others_are_served(data_folder: Path) -> None:
    (data_folder / "geojson" / "sites.geojson").write_text("{", encoding="utf-8")
    client = Client(Starlette(routes=routes(Site(FolderStore(data_folder), Operator()))))
    told = client.get("/ogc/collections").json()
    assert [one["id"] for one in told["collections"]] == ["site", "routes"]
    for path in ("sites", "sites/items", "sites.points/items", "sites/queryables", f"sites/items/{PARK}"):
        assert "not served" in refusal(client.get(f"/ogc/collections/{path}"), 503)
    assert "/collections/sites" not in client.get("/ogc/openapi").json()["paths"]
    assert ids(client, "routes") == [AVENUE, BRIDGE]


def test_new_data_are_answered_at_once_and_those_of_before_by_their_version(
    client: Client, site: Site, data_folder: Path
) -> None:
    before = site.store.publish("", AT).version
    assert ids(client, "sites") == [ISLAND, PARK]
    write_layer(data_folder, "sites", [feature("new", {"type": "Point", "coordinates": [115.0, 31.0]})])
    after = site.store.publish("", AT).version
    told = items(client, "sites")
    assert ([found["id"] for found in told["features"]], told["dataVersion"]) == (["new"], after)
    extent = client.get("/ogc/collections/sites").json()["extent"]["spatial"]["bbox"]
    assert extent == [[115.0, 31.0, 115.0, 31.0]]
    assert ids(client, "sites", f"data-version={before}") == [ISLAND, PARK]
    old = client.get(f"/ogc/collections/sites?data-version={before}").json()
    assert old["extent"]["spatial"]["bbox"] == [[114.5, 30.4, 114.6, 30.5]]
    refusal(client.get("/ogc/collections/sites/items?data-version=000000000000"), 404)


# --- headers and hostile data --------------------------------------------------------------------


@pytest.mark.parametrize("path", ["", "/collections", "/collections/sites/items", "/openapi", "/nope"])
def test_nothing_is_a_page_and_no_browser_makes_one_of_it(client: Client, path: str) -> None:
    answer = client.get(f"/ogc{path}", accept="text/html")
    assert "html" not in answer.headers["content-type"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "sandbox" in policy
    assert "access-control-allow-origin" not in answer.headers


def test_the_same_answer_is_not_sent_twice(client: Client, data_folder: Path) -> None:
    path = "/ogc/collections/sites/items"
    tag = client.get(path).headers["etag"]
    assert client.get(path, if_none_match=tag).status_code == 304
    write_layer(data_folder, "sites", [])
    assert client.get(path, if_none_match=tag).status_code == 200


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_hostile_text_goes_out_and_comes_back_as_it_is(
    client: Client, data_folder: Path, payload: str
) -> None:
    write_layer(data_folder, "sites", [feature("one", name_zh=payload, aliases=[payload]), feature("two")])
    told = items(client, "sites", "limit=1")["features"][0]["properties"]
    assert (told["name_zh"], told["aliases"]) == (payload, [payload])
    assert ids(client, "sites", f"name_zh={quote(payload)}") == ["one"]
    if len(payload) < MAX_LENGTH:
        text = payload.replace("'", "''")
        assert ids(client, "sites", "filter=" + quote(f"name_zh = '{text}'")) == ["one"]


def test_the_operators_address_stands_in_every_link(data_folder: Path) -> None:
    site = Site(FolderStore(data_folder), Operator(), address="https://maps.example.cn")
    client = Client(Starlette(routes=routes(site)))
    for path in ("", "/collections", "/collections/sites/items", f"/collections/sites/items/{PARK}"):
        told = client.get(f"/ogc{path}").json()
        assert all(one["href"].startswith("https://maps.example.cn/") for one in told["links"])
