"""`/print/map.pdf` and its like answer with what the link asks for on the paper asked for, and no more."""

import asyncio
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader
from starlette.applications import Starlette
from starlette.routing import Route

from layers.render.config import Operator
from layers.render.paths import PRINTED, print_path
from layers.stores.folder import FolderStore
from service.print import MOST_WAITING, PrintAnswers
from service.routes import handlers
from service.site import Site
from tests.builders import DATA, feature, write_layer
from tests.service.asgi import Answer, Client

SHOWN = "l=sites,site,routes&at=114.5,30.45,11&on=2026-11-22&lang=zh"
MAP = f"{PRINTED}map.pdf?{SHOWN}"


def client_of(site: Site) -> Client:
    table = [Route(PRINTED + "{name}.{form}", PrintAnswers(site).answer)]
    return Client(Starlette(routes=table, exception_handlers=handlers()))


@pytest.fixture
def client(data_folder: Path) -> Client:
    """Ask a small site for prints."""
    return client_of(Site(FolderStore(data_folder), Operator()))


def text_of(answer: Answer) -> str:
    assert answer.status_code == 200, answer.text
    pages = PdfReader(io.BytesIO(answer.content)).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


def test_a_view_is_answered_with_its_print(client: Client) -> None:
    answer = client.get(MAP)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    saved = answer.headers["content-disposition"]
    assert saved.startswith('attachment; filename="corridor-atlas-map-a4.pdf";')
    assert answer.headers["cache-control"] == "public, max-age=3600"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "图层sites" in text_of(answer)
    again = client.get(MAP, if_none_match=answer.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("paper", "orient", "size"),
    [("a4", "portrait", (210, 297)), ("a4", "landscape", (297, 210)), ("a3", "landscape", (420, 297))],
)
def test_paper_and_orientation_are_those_asked_for(
    client: Client, paper: str, orient: str, size: tuple[int, int],
) -> None:
    answer = client.get(print_path("map", "pdf", f"{SHOWN}&paper={paper}&orient={orient}"))
    (page,) = PdfReader(io.BytesIO(answer.content)).pages
    sides = (float(page.mediabox.width), float(page.mediabox.height))
    assert [side / 72 * 25.4 for side in sides] == pytest.approx(size, abs=0.01)


def test_every_format_is_what_it_says(client: Client) -> None:
    asked = ("map", "png"), ("map", "svg"), ("atlas", "pdf")
    png, svg, atlas = (client.get(print_path(name, form, SHOWN)) for name, form in asked)
    # 297 by 210 mm at 300 dots an inch; half a dot is rounded up or down.
    assert Image.open(io.BytesIO(png.content)).size == pytest.approx((3507.9, 2480.3), abs=1)
    assert svg.headers["content-type"] == "image/svg+xml"
    assert svg.content.startswith(b"<svg ")
    # Without a basemap there are no cities: the overview and the index.
    assert len(PdfReader(io.BytesIO(atlas.content)).pages) == 2


@pytest.mark.parametrize(
    "path",
    [
        "poster.pdf?", "map.gif?", "map.exe?", "atlas.png?", "atlas.svg?", "map.pdf?paper=a0&",
        "map.pdf?orient=up&", "map.pdf?fit=all&", "map.pdf?window=0x0&", "map.pdf?window=99999x99999&",
        "map.pdf?paper=%FF&",
        "map.pdf?paper=&", "map.pdf?window=1e3x800&",
    ],
)  # fmt: skip
def test_a_print_that_there_is_not_is_refused_in_words(client: Client, path: str) -> None:
    answer = client.get(f"{PRINTED}{path}{SHOWN}")
    assert answer.status_code == 400
    assert answer.json()["code"] == "unknown_print"


@pytest.mark.parametrize(
    "query",
    [
        "l=&at=114.5,30.45,11&lang=zh", f"v=99&{SHOWN}", f"w=%FF:x&{SHOWN}", f"y=abc&{SHOWN}",
        f"{SHOWN}&" + "w=status:built&" * 200, "lang=zh&q=" + "x" * 70_000,
        f"v%3D1%26{SHOWN.replace('=', '%3D').replace('&', '%26')}",
    ],
)  # fmt: skip
def test_a_link_that_cannot_be_read_whole_prints_no_place(client: Client, query: str) -> None:
    text = text_of(client.get(f"{PRINTED}map.pdf?{query}", accept_language="zh"))
    assert "符合筛选共0处" in text
    assert "图层sites" not in text


def test_what_is_asked_of_the_print_does_not_count_as_the_view(client: Client) -> None:
    asked = f"paper=a4&{SHOWN}&orient=landscape&fit=view&window=1200x800"
    assert "链接另有" not in text_of(client.get(f"{PRINTED}map.pdf?{asked}"))
    assert "无法读取" not in text_of(client.get(f"{PRINTED}map.pdf?{asked}"))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", "2处地点中有1处自2026-05-02以来有变化：更名1处（图上未标出）"),
        ("en", "1of2placeschangedsince2026-05-02:1renamed(notmarkedonthismap)"),
    ],
)
def test_a_print_says_what_has_changed_and_that_the_map_does_not_mark_it(
    data_folder: Path, language: str, said: str,
) -> None:
    store = FolderStore(data_folder)
    write_layer(data_folder, "sites", [feature("renamed", name_zh="前名"), feature("kept")])
    old = store.publish("", datetime(2026, 5, 2, tzinfo=UTC)).version
    write_layer(data_folder, "sites", [feature("renamed", name_zh="后名"), feature("kept")])
    client = client_of(Site(FolderStore(data_folder), Operator()))
    asked = f"l=sites&at=114.5,30.45,11&on=2026-11-22&lang={language}"
    assert said in text_of(client.get(f"{PRINTED}map.pdf?{asked}&since={old}"))
    assert said not in text_of(client.get(f"{PRINTED}map.pdf?{asked}"))
    # A version that there never was is named, and nothing is said to have changed since.
    unknown = text_of(client.get(f"{PRINTED}map.pdf?{asked}&since=0123456789ab"))
    assert "0123456789ab" in unknown
    assert "2026-05-02" not in unknown


def test_the_code_leads_to_the_site_that_was_asked(client: Client) -> None:
    answer = client.get(f"{PRINTED}map.png?{SHOWN}")
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(answer.content)))
    assert code.text.startswith("http://atlas.example/m?v=")
    forged = client.get(f"{PRINTED}map.png?{SHOWN}&q=1", x_forwarded_host="evil.example")
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(forged.content)))
    assert code.text.startswith("http://atlas.example/m?v=")


def test_the_language_is_that_of_the_link_or_else_of_the_asker(client: Client) -> None:
    bare = SHOWN.replace("&lang=zh", "")
    assert "Layersites" in text_of(client.get(f"{PRINTED}map.pdf?{bare}", accept_language="en"))
    assert "图层sites" in text_of(client.get(f"{PRINTED}map.pdf?{bare}&lang=zh", accept_language="en"))


def test_other_data_is_another_print(client: Client, data_folder: Path) -> None:
    before = client.get(MAP).headers["etag"]
    assert client.get(MAP).headers["etag"] == before
    write_layer(data_folder, "sites", [feature("moved", {"type": "Point", "coordinates": [114.55, 30.5]})])
    assert client.get(MAP).headers["etag"] != before


def test_many_askers_at_once_are_served_in_turn_or_told_to_come_back(client: Client) -> None:
    queries = [f"{MAP}&q=x{number}".encode() for number in range(MOST_WAITING + 6)]

    async def ask_all() -> list[Answer]:
        return await asyncio.gather(*(client._ask("GET", query, {}) for query in queries))  # noqa: SLF001

    answers = asyncio.run(ask_all())
    statuses = [answer.status_code for answer in answers]
    assert set(statuses) == {200, 503}
    assert statuses.count(200) >= MOST_WAITING
    late = next(answer for answer in answers if answer.status_code == 503)
    assert late.headers["retry-after"] == "10"
    assert late.headers["cache-control"] == "no-store"


def test_the_whole_atlas_of_the_corridor_is_answered() -> None:
    client = client_of(Site(FolderStore(DATA), Operator()))
    answer = client.get(print_path("map", "pdf", "lang=en&at=114.45,30.48,11"))
    assert len(answer.content) < 1_000_000
    assert "CorridorAtlas" in text_of(answer)
