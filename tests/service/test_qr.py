"""A QR code is that of an address of this installation, and a reader of such codes reads it."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
import segno

from layers.render.config import Operator
from layers.stores.folder import FolderStore
from service.errors import TooLongError
from service.qr import MAX_ADDRESS, qr_svg
from service.site import Site
from tests.service.asgi import Client
from tests.service.test_routes import client_of, told
from tests.service.test_short_link_answers import made

ADDRESS = "https://atlas.example.cn/m?v=2&l=sites"
SIDE = 4


@pytest.fixture
def site(data_folder: Path, tmp_path: Path) -> Site:
    """Open a site at a public address."""
    store = FolderStore(data_folder)
    return Site(store, Operator(), address="https://atlas.example.cn", links=tmp_path / "links")


@pytest.fixture
def client(site: Site) -> Client:
    """Ask that site over HTTP."""
    return client_of(site)


def modules(svg: bytes) -> list[list[bool]]:
    """Return the dark modules that the picture's strokes draw, without the border."""
    text = svg.decode()
    size = int(re.search(r'viewBox="0 0 (\d+) \1"', text)[1])  # type: ignore[index]
    dark = [[False] * size for _ in range(size)]
    strokes = re.search(r'stroke="#000" d="([^"]+)"', text)
    assert strokes
    x = y = 0.0
    for command, numbers in re.findall(r"([Mmh])([^Mmh]+)", strokes[1]):
        values = [float(number) for number in re.findall(r"-?\d*\.?\d+", numbers)]
        if command == "h":
            for at in range(int(values[0])):
                dark[int(y)][int(x) + at] = True
            x += values[0]
        else:
            x, y = values if command == "M" else (x + values[0], y + values[1])
    return [row[SIDE:-SIDE] for row in dark[SIDE:-SIDE]]


def code_of(address: str) -> list[list[bool]]:
    code = segno.make_qr(address, error="m", boost_error=False)
    return [[bool(module) for module in row] for row in code.matrix]


def test_the_picture_draws_the_modules_of_the_code_inside_a_border_of_four() -> None:
    svg = qr_svg(ADDRESS)
    assert modules(svg) == code_of(ADDRESS)
    # Version and mask aside, each code has these three squares of seven.
    drawn = modules(svg)
    for top, left in ((0, 0), (0, len(drawn) - 7), (len(drawn) - 7, 0)):
        assert all(drawn[top][left : left + 7])
        assert all(drawn[top + 6][left : left + 7])


def test_it_leads_to_the_shared_map_with_its_data_version(client: Client, site: Site) -> None:
    links = told(client.get("/m?w=status:built&l=sites").text)["links"]
    assert isinstance(links, dict)
    assert f"d={site.store.version()}" in links["self"]
    answer = client.get("/qr.svg?w=status:built&l=sites")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/svg+xml"
    assert modules(answer.content) == code_of(site.address + links["self"])


def test_it_leads_to_a_short_link_that_is_there(client: Client, site: Site) -> None:
    path = made(client)
    answer = client.get(f"/qr.svg?s_key={path.removeprefix('/s/')}")
    assert modules(answer.content) == code_of(site.address + path)
    missing = client.get("/qr.svg?s_key=aaaaaaaaaaaaaaaa")
    assert (missing.status_code, missing.json()["code"]) == (404, "unknown_link")


def test_without_an_address_it_leads_where_the_reader_came(site: Site) -> None:
    client = client_of(replace(site, address=""))
    links = told(client.get("/m?l=sites").text)["links"]
    assert isinstance(links, dict)
    assert modules(client.get("/qr.svg?l=sites").content) == code_of("http://atlas.example" + links["self"])


def test_no_words_of_a_reader_become_a_code_of_ours(client: Client, site: Site) -> None:
    drawn = modules(client.get("/qr.svg?note=https://elsewhere.example&l=sites").content)
    links = told(client.get("/m?l=sites").text)["links"]
    assert isinstance(links, dict)
    assert drawn == code_of(site.address + links["self"])


@pytest.mark.parametrize("query", ["l=sites&q=" + "a" * MAX_ADDRESS, "l=sites&q=" + "科" * 90])
def test_an_address_too_long_for_a_telephone_to_read_is_refused_with_the_way_out(
    client: Client, query: str,
) -> None:
    answer = client.get(f"/qr.svg?{query}".encode())
    assert (answer.status_code, answer.json()["code"]) == (413, "too_long")
    assert "short link" in answer.json()["message"]["en"]


def test_the_longest_address_still_has_a_code() -> None:
    assert len(modules(qr_svg("a" * MAX_ADDRESS))) < 120
    with pytest.raises(TooLongError):
        qr_svg("a" * (MAX_ADDRESS + 1))


def test_the_picture_holds_no_text_script_or_link() -> None:
    svg = qr_svg("https://atlas.example.cn/m?q=%3Cscript%3E</svg><script>alert(1)</script>").decode()
    assert set(re.findall("<(/?[a-z]+)", svg)) == {"svg", "path", "/svg"}
    assert "href" not in svg
    assert "style" not in svg
