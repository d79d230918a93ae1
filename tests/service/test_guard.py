"""Each route's answer says who may frame it, what it may load and that nobody learns where a reader was."""

import base64
import hashlib
import re
import time
from collections.abc import AsyncIterator
from importlib.resources import files

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from layers.render.config import Operator
from layers.stores.folder import FolderStore
from service.headers import POLICY, SAFE
from service.routes import handlers, middleware, routes
from service.site import Site
from tests.builders import DATA, ISLAND, PLAN_2021, few_features, write_folder
from tests.service.asgi import Answer, Client
from tests.service.test_short_link_answers import post

HOST = "https://portal.example.cn"
FRAMING = f"frame-ancestors 'self' {HOST}"
FAULT, HALFWAY = RuntimeError("a secret of /srv/atlas"), RuntimeError("the disk went away")
PAGE = b"<script>run()</script><script src=x></script><script>\nmore()\n</script>"
# Every row of the table, with the one method that reads or makes something.
TABLE = [
    (route.path, "POST" if "POST" in (route.methods or ()) else "GET")
    for route in routes(Site(FolderStore(DATA), Operator()))
]


async def streamlit(_: object) -> Response:
    return PlainTextResponse("as Streamlit answers, without a header of ours")


class Server:
    """Runs an application and keeps the errors that a server writes into its log."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.log: list[Exception] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request."""
        try:
            await self._app(scope, receive, send)
        except RuntimeError as error:
            self.log.append(error)


async def failing(_: object) -> Response:
    raise FAULT


async def failing_halfway(_: object) -> Response:
    async def parts() -> AsyncIterator[bytes]:
        yield b"the beginning"
        raise HALFWAY

    return StreamingResponse(parts())


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Open a site that one other site may frame."""
    folder = tmp_path_factory.mktemp("guarded")
    store = FolderStore(write_folder(folder / "data", few_features()))
    return Site(store, Operator(), frame_hosts=(HOST,), links=folder / "links")


@pytest.fixture(scope="module")
def server(site: Site) -> Server:
    """Serve that site, with a page of Streamlit's and two that fail beside the routes."""
    table = [
        *routes(site), Route("/streamlit", streamlit), Route("/failing", failing),
        Route("/halfway", failing_halfway),
    ]  # fmt: skip
    return Server(Starlette(routes=table, middleware=middleware(site, PAGE), exception_handlers=handlers()))


@pytest.fixture(scope="module")
def client(server: Server) -> Client:
    """Ask that server."""
    return Client(server)


_NAMES = {"/print/{name}.{form}": "map", "/export/{name}": "atlas.csv"}


def exported(client: Client) -> str:
    """Return the key of an export that has been made."""
    key: str = post(client, {"query": "l=sites&format=csv"}, path="/exports").json()["key"]
    while client.get(f"/exports/{key}").json()["state"] != "done":
        time.sleep(0.01)
    return key


def filled(template: str, site: Site, key: str, export: str = "nothing") -> str:
    """Return a path of the table that is there."""
    if template.startswith("/ground/"):
        return site.ground_path
    version = site.assets.version if template.startswith("/assets/") else site.store.version()
    gaps = {
        "version": version, "assets": site.assets.version, "layer_id": "sites", "collection_id": "sites",
        "name": _NAMES.get(template, "atlas.js"), "form": "pdf", "key": export,
        "document_id": PLAN_2021, "old": version, "new": version, "extension": "json", "shown": "now",
        "reading": "all", "asked:rest": ISLAND, "key:rest": key, "feature_id:rest": ISLAND,
        "rest:rest": "nothing",
    }  # fmt: skip
    return re.sub(r"\{(.*?)\}", lambda gap: gaps[gap[1]], template)


def answer_of(client: Client, site: Site, template: str, method: str) -> Answer:
    if method == "POST":
        return post(client, {"query": "l=sites&format=csv"}, path=template)
    assert site.short_links is not None
    export = exported(client) if template.startswith("/exports/") else ""
    return client.get(filled(template, site, site.short_links.make("l=sites").key, export))


def policy_of(answer: Answer) -> dict[str, list[str]]:
    rules = [rule.split() for rule in answer.headers["content-security-policy"].split(";")]
    assert len({rule[0] for rule in rules}) == len(rules), "no rule stands twice: the second would not count"
    return {rule[0]: rule[1:] for rule in rules}


@pytest.mark.parametrize(("template", "method"), TABLE)
def test_each_route_loads_nothing_by_default_and_is_framed_where_configured(
    client: Client, site: Site, template: str, method: str,
) -> None:
    answer = answer_of(client, site, template, method)
    # Where something is made, nothing can be read; the rest of a folder is nothing.
    others = {("/s", "GET"): 404, ("/s", "POST"): 201, ("/exports", "POST"): 202}
    assert answer.status_code == others.get((template, method), 404 if "{rest:rest}" in template else 200)
    policy = policy_of(answer)
    assert policy["default-src"] == ["'none'"]
    assert policy["frame-ancestors"] == ["'self'", HOST]
    assert policy["base-uri"] == policy["form-action"] == ["'none'"]
    assert not [rule for rule in policy.values() if {"'unsafe-inline'", "'unsafe-eval'", "*"} & set(rule)]
    assert "x-frame-options" not in answer.headers


@pytest.mark.parametrize(("template", "method"), TABLE)
def test_each_route_keeps_its_address_its_type_and_its_window_to_itself(
    client: Client, site: Site, template: str, method: str,
) -> None:
    headers = answer_of(client, site, template, method).headers
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "geolocation=()" in headers["permissions-policy"]
    assert "cache-control" in headers
    assert not {"set-cookie", "access-control-allow-origin", "server", "x-powered-by"} & headers.keys()


@pytest.mark.parametrize(("template", "method"), TABLE)
def test_each_route_keeps_them_where_there_is_nothing_or_nothing_new(
    client: Client, site: Site, template: str, method: str,
) -> None:
    path = filled(template, site, "aaaaaaaaaaaaaaaa")
    asked = [
        client.request("DELETE", path),
        post(client, {}, path=path) if method == "POST" else client.get(path, if_none_match="*"),
        client.get(re.sub(r"\{.*?\}", "nothing", template)),
    ]
    for answer in asked:
        assert FRAMING in answer.headers["content-security-policy"]
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_streamlits_own_answers_are_framed_where_configured_and_tell_nobody(client: Client) -> None:
    for path in ("/streamlit", "/nothing/here"):
        answer = client.get(path)
        policy = policy_of(answer)
        assert policy["frame-ancestors"] == ["'self'", HOST]
        assert policy["default-src"] == ["'self'"]
        assert policy["object-src"] == ["'none'"]
        kept = {name.lower(): value for name, value in SAFE.items() if name != POLICY}
        assert kept.items() <= answer.headers.items()


def test_an_answer_to_what_nobody_expected_is_guarded_and_says_nothing_of_it(
    client: Client, server: Server,
) -> None:
    answer = client.get("/failing")
    assert server.log[-1] is FAULT
    assert answer.status_code == 500
    policy = policy_of(answer)
    assert policy["default-src"] == policy["base-uri"] == policy["form-action"] == ["'none'"]
    assert policy["frame-ancestors"] == ["'self'", HOST]
    kept = {name.lower(): value for name, value in SAFE.items() if name != POLICY}
    assert kept.items() <= answer.headers.items()
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-type"].startswith("text/plain")
    assert str(FAULT) not in answer.text
    assert "服务器出错" in answer.text
    assert "Something failed on the server" in answer.text


def test_an_answer_that_fails_halfway_is_not_begun_again(client: Client, server: Server) -> None:
    answer = client.get("/halfway")
    assert server.log[-1] is HALFWAY
    assert (answer.status_code, answer.content) == (200, b"the beginning")
    assert answer.headers["referrer-policy"] == "no-referrer"


def test_of_inline_scripts_only_those_of_streamlits_page_run(client: Client) -> None:
    hashes = [
        f"'sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode()}'"
        for script in (b"run()", b"\nmore()\n")
    ]
    assert policy_of(client.get("/streamlit"))["script-src"] == ["'self'", "blob:", *hashes]


def test_the_installed_page_of_streamlit_has_scripts_of_the_form_that_is_looked_for() -> None:
    page = (files("streamlit") / "static" / "index.html").read_text("utf-8")
    inline = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", page)
    assert inline == ["<script>"] * len(inline)


def test_without_configured_sites_only_our_own_pages_may_frame(site: Site) -> None:
    alone = Site(site.store, Operator())
    client = Client(Starlette(routes=routes(alone), middleware=middleware(alone)))
    for path in ("/m", "/health", "/nothing"):
        assert policy_of(client.get(path))["frame-ancestors"] == ["'self'"]


def test_the_map_may_show_itself_in_a_frame_and_send_to_its_own_site_only(client: Client) -> None:
    policy = policy_of(client.get("/m"))
    assert policy["frame-src"] == policy["connect-src"] == ["'self'"]
    assert policy["script-src"] == ["'self'"]
