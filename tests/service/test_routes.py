"""The paths beside Streamlit, answered over a small data folder."""

import gzip
import json
import re
from pathlib import Path
from urllib.parse import quote

import brotli
import pytest
from starlette.applications import Starlette

from geo.errors import GeocoderUnreachableError
from i18n.messages import LANGUAGES, messages
from layers.render.config import Operator
from layers.stores.folder import FolderStore
from service.routes import handlers, middleware, routes
from service.site import Site
from service.status import explained
from tests.builders import ISLAND, LAYER_IDS, feature, write_layer
from tests.layers.render.test_elements import Reader, unpacked
from tests.service.asgi import Client

FOR_EVER = "public, max-age=31536000, immutable"


def client_of(site: Site) -> Client:
    table, passed = routes(site), middleware(site)
    return Client(Starlette(routes=table, middleware=passed, exception_handlers=handlers()))


@pytest.fixture
def site(data_folder: Path) -> Site:
    """Open a site over the small data folder."""
    return Site(FolderStore(data_folder), Operator())


@pytest.fixture
def client(site: Site) -> Client:
    """Ask that site over HTTP."""
    return client_of(site)


def told(page: str) -> dict[str, object]:
    config: dict[str, object] = json.loads(Reader(page).block("atlas-config"))
    return config


def immutable(site: Site) -> list[str]:
    version = site.store.version()
    return [
        f"/data/{version}/sites.geojson",
        site.ground_path,
        site.assets.path("atlas.js"),
        site.assets.path("atlas.css"),
        site.assets.path("component.js"),
    ]


def asked_again(site: Site) -> list[str]:
    version = site.store.version()
    return [
        f"/frame/{site.assets.version}",
        f"/frame/{site.assets.version}/{version}.json",
        "/m",
        "/m.html",
        "/health",
    ]


# --- headers and caches --------------------------------------------------------------------------


def test_what_a_version_names_is_kept_for_ever_and_the_rest_is_asked_again(
    client: Client, site: Site
) -> None:
    for path in immutable(site):
        assert client.get(path).headers["cache-control"] == FOR_EVER, path
    for path in asked_again(site):
        assert client.get(path).headers["cache-control"] == "no-cache", path


def test_every_answer_keeps_its_type_its_origin_and_its_referrer_to_itself(
    client: Client, site: Site
) -> None:
    for path in (*immutable(site), *asked_again(site), "/data/x/y.geojson", "/assets/x/y.js"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["referrer-policy"] == "no-referrer", path
        assert headers["cross-origin-opener-policy"] == "same-origin", path


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("sites.geojson", "application/geo+json"),
        ("atlas.js", "text/javascript; charset=utf-8"),
        ("atlas.css", "text/css; charset=utf-8"),
        (".json", "application/json"),
    ],
)
def test_each_file_has_its_media_type(client: Client, site: Site, name: str, media_type: str) -> None:
    (path,) = [path for path in immutable(site) if path.endswith(name)]
    assert client.get(path).headers["content-type"] == media_type


def test_content_is_compressed_for_whoever_takes_it_and_the_same_content(client: Client, site: Site) -> None:
    for path in immutable(site):
        packed = client.get(path, accept_encoding="gzip")
        plain = client.get(path, accept_encoding="identity")
        assert packed.headers["content-encoding"] == "gzip"
        assert "content-encoding" not in plain.headers
        assert packed.content == plain.content
        assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
        assert int(packed.headers["content-length"]) < len(plain.content)
        assert packed.headers["content-length"] == str(len(gzip.compress(plain.content, 6, mtime=0)))


def test_whoever_takes_brotli_gets_data_and_scripts_more_tightly(client: Client, site: Site) -> None:
    data = f"/data/{site.store.version()}/sites.geojson"
    for path in (site.assets.path("atlas.js"), data, site.ground_path):
        tight = client.get(path, accept_encoding="gzip, deflate, br")
        assert tight.headers["content-encoding"] == "br"
        assert brotli.decompress(tight.sent) == client.get(path, accept_encoding="identity").content


def test_whoever_has_the_content_gets_no_body(client: Client, site: Site) -> None:
    # The health report is made anew each time.
    for path in (*immutable(site), *asked_again(site)[:-1]):
        tag = client.get(path).headers["etag"]
        for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
            answer = client.get(path, if_none_match=known)
            assert (answer.status_code, answer.content) == (304, b""), (path, known)
            assert answer.headers["etag"] == tag
        assert client.get(path, if_none_match='"other"').status_code == 200


def test_head_has_the_headers_without_the_body(client: Client, site: Site) -> None:
    for path in (*immutable(site), *asked_again(site)):
        head, get = client.request("HEAD", path), client.get(path)
        assert (head.status_code, head.content) == (200, b""), path
        assert head.headers["content-length"] == get.headers["content-length"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_written(client: Client, site: Site, method: str) -> None:
    for path in (*immutable(site), *asked_again(site)):
        assert client.request(method, path).status_code == 405


# --- data ----------------------------------------------------------------------------------------


def test_a_layer_is_its_canonical_content(client: Client, site: Site) -> None:
    snapshot = site.store.snapshot()
    for layer_id in LAYER_IDS:
        assert (
            client.get(f"/data/{snapshot.version}/{layer_id}.geojson").content
            == snapshot.layer(layer_id).content
        )


def test_a_version_of_before_is_served_as_it_was(client: Client, site: Site, data_folder: Path) -> None:
    before = site.store.snapshot()
    write_layer(data_folder, "site", [feature("new-place")])
    now = site.store.version()
    assert now != before.version
    assert client.get(f"/data/{before.version}/site.geojson").content == before.layer("site").content
    assert b"new-place" in client.get(f"/data/{now}/site.geojson").content


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/data/000000000000/sites.geojson", "unknown_version"),
        ("/data/{version}/roads.geojson", "unknown_layer"),
        ("/data/{version}/{{{{7*7}}}}.geojson", "unknown_layer"),
        ("/data/{version}/..%5C..%5Csecret.geojson", "unknown_layer"),
        ("/data/{version}/sites.geojson.geojson", "unknown_layer"),
        ("/data/..%00/sites.geojson", "unknown_version"),
    ],
)
def test_what_is_not_there_is_404_in_json_with_its_code(
    client: Client, site: Site, path: str, code: str
) -> None:
    answer = client.get(path.format(version=site.store.version()))
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.json()["code"] == code
    assert answer.json()["message"]


@pytest.mark.parametrize(
    "path",
    [
        "/data/{version}/..%2F..%2Fcatalogue%2Fproduct.json",
        "/data/{version}/..%2Fgeojson%2Fsites.geojson",
        "/data/../data/sites.geojson",
        "/data/%2e%2e/%2e%2e/etc/passwd",
        "/assets/{assets}/..%2F..%2Fapp.py",
        "/assets/{assets}/%2e%2e%2fapp.py",
        "/assets/{assets}/..\\app.py",
        "/assets/{assets}/",
        "/assets/{assets}/core.mjs",
        "/assets/000000000000/atlas.js",
        "/ground/000000000000.json",
        "/ground/..%2Fsecret.json",
        "/frame/000000000000",
        "/frame/000000000000/{version}.json",
        "/frame/{assets}/..%2F{version}.json",
        "//etc/passwd",
    ],
)
def test_no_path_leads_out(client: Client, site: Site, path: str) -> None:
    answer = client.get(path.format(version=site.store.version(), assets=site.assets.version))
    assert answer.status_code == 404
    assert b"root:" not in answer.content


def test_a_refused_layer_is_503_and_says_why_and_the_others_are_served(data_folder: Path) -> None:
    (data_folder / "geojson" / "site.geojson").write_text("{", encoding="utf-8")
    site = Site(FolderStore(data_folder), Operator())
    client, version = client_of(site), site.store.version()
    answer = client.get(f"/data/{version}/site.geojson")
    assert (answer.status_code, answer.json()["code"]) == (503, "invalid_layer")
    assert "site.geojson" in answer.json()["message"]
    assert str(data_folder) not in answer.text
    assert client.get(f"/data/{version}/sites.geojson").status_code == 200


# --- health --------------------------------------------------------------------------------------


def test_health_names_version_and_layers(client: Client, site: Site) -> None:
    answer = client.get("/health")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "data_version": site.store.version(),
        "layers": dict.fromkeys(LAYER_IDS, 2),
        "refused": {},
    }


def test_health_is_degraded_while_a_layer_is_refused(client: Client, site: Site, data_folder: Path) -> None:
    site.store.snapshot()
    (data_folder / "geojson" / "site.geojson").write_text("{", encoding="utf-8")
    report = client.get("/health")
    assert report.status_code == 200
    assert report.json()["status"] == "degraded"
    assert "site.geojson" in report.json()["refused"]["site"]
    assert report.json()["layers"]["site"] == 2


def test_health_is_503_while_nothing_can_be_served(data_folder: Path) -> None:
    for layer_id in LAYER_IDS:
        (data_folder / "geojson" / f"{layer_id}.geojson").unlink()
    assert client_of(Site(FolderStore(data_folder), Operator())).get("/health").status_code == 503


# --- the shared map and the saved file -----------------------------------------------------------


def test_the_shared_map_without_a_query_shows_every_layer(client: Client, site: Site) -> None:
    answer = client.get("/m")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    config = told(answer.text)
    assert config["filter"]["layers"] == list(LAYER_IDS)  # type: ignore[index]
    assert config["problems"] == []
    assert config["dataVersion"] == site.store.version()


def test_title_and_language_are_those_of_the_link(client: Client, site: Site) -> None:
    names = site.store.catalogue.product["name"]
    for language in LANGUAGES:
        page = client.get(f"/m?lang={language}").text
        assert Reader(page).text_of("title") == [names[language]]
        assert told(page)["language"] == language


def test_the_policy_is_a_header_and_allows_no_inline_code(client: Client, site: Site) -> None:
    for path in ("/m", "/m.html", f"/frame/{site.assets.version}"):
        policy = client.get(path).headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; ")
        assert "unsafe" not in policy
    assert "script-src 'self'" in client.get("/m").headers["content-security-policy"]
    assert site.assets.csp_hash("atlas.js") in client.get("/m.html").headers["content-security-policy"]


def test_every_script_and_style_of_the_shared_map_is_served(client: Client) -> None:
    for _, attrs in Reader(client.get("/m").text).elements:
        for name in ("src", "href"):
            address = attrs.get(name)
            if address and not address.startswith("data:"):
                assert client.get(address).status_code == 200, address


def test_the_links_of_the_shared_map_pin_the_data_and_show_the_same(client: Client, site: Site) -> None:
    config = told(client.get("/m?w=status:built&l=sites").text)
    links = config["links"]
    assert isinstance(links, dict)
    assert f"d={site.store.version()}" in links["self"]
    assert told(client.get(links["self"]).text)["filter"] == config["filter"]
    assert links["app"] == links["self"].replace("/m?", "/?")


@pytest.mark.parametrize(
    "query",
    [
        "w=nofield:x&l=sites",
        "w=status:&l=sites",
        "w=status:finished&l=sites",
        "w=status~not_in:finished&l=sites",
        "w=accuracy_m~at_most:&l=sites",
        "w=accuracy_m~at_most:1e999&l=sites",
        "w=years~overlaps:1,2&l=sites",
        "w=search~has:x&l=sites",
        "w=past_window:&l=sites",
        "y=never&l=sites",
        "v=2&l=sites",
        "l=roads",
        "l=",
        "l=sites&s=retired",
        "l=sites&base=moon",
        "l=sites&d=000000000000",
        "l=sites&newkey=1",
        "newkey=1",
        "l=sites&l=site",
        quote("v=1&l=sites", safe=""),
        "q=" + "a" * 513 * 1024,
        "&".join(["w=status:built"] * 1001),
        "l=sites&x=%FF%FE",
        "l=%00",
        "l=sites&s=%F0%A0%AE%B7",
    ],
)
def test_what_cannot_be_met_is_told_in_both_languages(client: Client, query: str) -> None:
    for path in ("/m", "/m.html"):
        answer = client.get(f"{path}?{query}")
        assert answer.status_code == 200
        problems = told(answer.text)["problems"]
        assert isinstance(problems, list)
        assert problems
        for problem in problems:
            assert set(problem) == set(LANGUAGES)
            assert all(problem.values())
            assert not any(re.search(r"\{(asked|known|field|number)\}", text) for text in problem.values())


def test_bytes_that_are_no_utf_8_are_no_crash(client: Client) -> None:
    for path in (b"/m?l=sites&q=\xff\xfe", b"/m.html?\xff=\xfe", b"/m?l=\xe5\x85"):
        assert client.get(path).status_code == 200


def test_ten_thousand_unknown_values_do_not_swell_the_page(client: Client) -> None:
    plain = len(client.get("/m?l=sites").content)
    many = ",".join(f"x{number}" for number in range(10_000))
    swollen = len(client.get(f"/m?w=id:{many}&l=sites").content)
    # The link itself stands in the page four times: in the filter, the sentence's count and two links.
    assert swollen - plain < 6 * len(many)


def test_a_refused_layer_is_told_on_the_shared_map_with_its_file(data_folder: Path) -> None:
    (data_folder / "geojson" / "site.geojson").write_text("{", encoding="utf-8")
    config = told(client_of(Site(FolderStore(data_folder), Operator())).get("/m").text)
    assert json.dumps(config["problems"]).count("site.geojson") == len(LANGUAGES)


def test_the_saved_file_is_an_attachment_with_a_name_in_every_encoding(client: Client, site: Site) -> None:
    disposition = client.get("/m.html").headers["content-disposition"]
    name = quote(site.store.catalogue.product["name"]["zh"], safe="")
    assert disposition == f"attachment; filename=\"corridor-atlas.html\"; filename*=UTF-8''{name}.html"
    assert disposition.isascii()


@pytest.mark.parametrize(
    "name", ["走廊", 'a"; x=y', "../../etc", "a\r\nSet-Cookie: x=1", "{{7*7}}", "\\server\\x"]
)
def test_a_hostile_product_name_stays_within_the_files_name(data_folder: Path, name: str) -> None:
    path = data_folder / "catalogue" / "product.json"
    product = {**json.loads(path.read_text("utf-8")), "name": {"zh": name, "en": name}}
    path.write_text(json.dumps(product), encoding="utf-8")
    answer = client_of(Site(FolderStore(data_folder), Operator())).get("/m.html")
    assert answer.status_code == 200
    assert re.fullmatch(
        r"attachment; filename=\"[a-z0-9_-]+\.html\"; filename\*=UTF-8''[A-Za-z0-9%._~-]+\.html",
        answer.headers["content-disposition"],
    )
    assert "set-cookie" not in answer.headers


def test_the_saved_file_holds_the_data_of_its_version(client: Client, site: Site) -> None:
    reader = Reader(client.get("/m.html?l=sites").text)
    saved = unpacked(reader, "atlas-data")["sites"]
    assert saved == json.loads(site.store.snapshot().layer("sites").content)
    assert ISLAND in [row["id"] for row in saved["features"]]


def test_a_tile_key_of_the_operator_is_in_no_saved_file(data_folder: Path) -> None:
    client = client_of(Site(FolderStore(data_folder), Operator(keys={"TIANDITU_KEY": "s3cret"})))
    assert "s3cret" not in client.get("/m.html").text
    assert "https://t0.tianditu.gov.cn" in client.get("/m").headers["content-security-policy"]


# --- the frame -----------------------------------------------------------------------------------


def test_the_frames_configuration_has_the_words_of_map_and_page(client: Client, site: Site) -> None:
    config = client.get(f"/frame/{site.assets.version}/{site.store.version()}.json").json()
    assert set(config["words"]) == set(LANGUAGES)
    for language in LANGUAGES:
        assert messages(language, "map").items() <= config["words"][language].items()
    assert client.get(config["basemapUrl"]).status_code == 200


def test_the_frame_may_be_framed_by_us_only(client: Client, site: Site) -> None:
    for path in (f"/frame/{site.assets.version}", "/m"):
        assert "frame-ancestors 'self'" in client.get(path).headers["content-security-policy"]


# --- errors --------------------------------------------------------------------------------------


def test_an_error_of_the_core_is_answered_with_its_status_and_code() -> None:
    answer = explained(None, GeocoderUnreachableError("places.example", "光谷"))  # type: ignore[arg-type]
    assert answer.status_code == 502
    assert json.loads(bytes(answer.body))["code"] == "geocoder_unreachable"
