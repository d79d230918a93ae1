"""`/preview.png` answers every query with a picture that shows no more than the link asked for."""

import asyncio
import io
import time
from pathlib import Path

import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.routing import Route

from layers.render.config import Operator
from layers.render.paths import PREVIEW
from layers.stores.folder import FolderStore
from service.preview import MOST_WAITING, PreviewAnswers
from service.site import Site
from tests.builders import DATA, feature, write_layer
from tests.service.asgi import Answer, Client

HUE = (0, 114, 178)
# The map's part of the picture.
MAP = (432, 0, 1200, 630)
SHOWN = "l=sites,site,routes&at=114.5,30.45,11&on=2026-11-22"
TWICE = f"v%3D1%26{SHOWN.replace('=', '%3D').replace('&', '%26')}"


def client_of(site: Site) -> Client:
    return Client(Starlette(routes=[Route(PREVIEW, PreviewAnswers(site).answer)]))


@pytest.fixture
def client(data_folder: Path) -> Client:
    """Ask a small site for pictures."""
    return client_of(Site(FolderStore(data_folder), Operator()))


def has_places(answer: Answer) -> bool:
    picture = Image.open(io.BytesIO(answer.content)).convert("RGB")
    assert picture.size == (1200, 630)
    colours = picture.crop(MAP).getcolors(maxcolors=1 << 24)
    assert colours is not None
    return HUE in {colour for _, colour in colours}


def test_a_view_is_answered_with_its_picture(client: Client) -> None:
    answer = client.get(f"{PREVIEW}?{SHOWN}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/png"
    assert has_places(answer)


@pytest.mark.parametrize(
    "query",
    [
        "l=no-such-layer&at=114.5,30.45,11", "l=&at=114.5,30.45,11", f"v=99&{SHOWN}", f"w=%FF:x&{SHOWN}",
        f"y=abc&{SHOWN}", f"{SHOWN}&w=city:nowhere", TWICE, f"on=yesterday&{SHOWN}",
        f"{SHOWN}&" + "w=status:built&" * 200, "q=" + "x" * 70_000,
    ],
)  # fmt: skip
def test_a_link_that_cannot_be_read_whole_shows_no_place(client: Client, query: str) -> None:
    answer = client.get(f"{PREVIEW}?{query}")
    assert answer.status_code == 200
    assert not has_places(answer)


@pytest.mark.parametrize(
    "query", ["", "utm_source=x", f"{SHOWN}&d=000000000000", f"{SHOWN}&s=no-such-place", f"{SHOWN}&fbclid=1"],
)
def test_what_narrows_nothing_takes_no_place_away(client: Client, query: str) -> None:
    assert has_places(client.get(f"{PREVIEW}?{query}"))


def test_pictures_may_be_kept_and_are_sent_once(client: Client) -> None:
    answer = client.get(f"{PREVIEW}?{SHOWN}")
    assert answer.headers["cache-control"] == "public, max-age=3600"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "Accept-Language" in answer.headers["vary"]
    again = client.get(f"{PREVIEW}?{SHOWN}", if_none_match=answer.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")


def test_the_language_is_that_of_the_link_or_else_of_the_asker(client: Client) -> None:
    chinese, english = (client.get(f"{PREVIEW}?{SHOWN}&lang={language}").content for language in ("zh", "en"))
    assert chinese != english
    assert client.get(f"{PREVIEW}?{SHOWN}", accept_language="en-GB,en;q=0.9").content == english
    assert client.get(f"{PREVIEW}?{SHOWN}&lang=zh", accept_language="en").content == chinese


def test_what_makes_no_difference_is_drawn_once(client: Client) -> None:
    first = client.get(f"{PREVIEW}?{SHOWN}").content
    start = time.perf_counter()
    others = [f"{SHOWN}{tail}" for tail in ("&base=tianditu", "&fbclid=1", "&d=")]
    for query in (*others, SHOWN.replace("114.5,", "114.50000001,")):
        assert client.get(f"{PREVIEW}?{query}").content == first
    # Drawing one takes longer than looking up four.
    assert time.perf_counter() - start < 1


def test_other_data_is_another_picture(client: Client, data_folder: Path) -> None:
    before = client.get(f"{PREVIEW}?{SHOWN}").content
    write_layer(data_folder, "sites", [feature("moved", {"type": "Point", "coordinates": [114.55, 30.5]})])
    assert client.get(f"{PREVIEW}?{SHOWN}").content != before


def test_many_askers_at_once_are_served_in_turn_or_told_to_come_back(client: Client) -> None:
    queries = [f"{PREVIEW}?{SHOWN}&q=x{number}".encode() for number in range(MOST_WAITING + 8)]

    async def ask_all() -> list[Answer]:
        return await asyncio.gather(*(client._ask("GET", query, {}) for query in queries))  # noqa: SLF001

    answers = asyncio.run(ask_all())
    statuses = [answer.status_code for answer in answers]
    assert set(statuses) <= {200, 503}
    assert statuses.count(200) >= MOST_WAITING
    for answer in answers:
        if answer.status_code == 503:
            assert answer.headers["retry-after"] == "5"
            assert answer.headers["cache-control"] == "no-store"


def test_the_whole_atlas_is_drawn_soon() -> None:
    client = client_of(Site(FolderStore(DATA), Operator()))
    client.get(PREVIEW)
    start = time.perf_counter()
    answer = client.get(f"{PREVIEW}?at=114.45,30.48,11&lang=en")
    # A fifth of a second on a free machine.
    assert time.perf_counter() - start < 2
    assert len(answer.content) < 600_000
