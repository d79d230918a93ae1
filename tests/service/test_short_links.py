"""A short link opens what it was made to, until its day is over, and nothing else ever opens."""

import hashlib
import json
import re
import stat
import threading
from base64 import b32encode
from datetime import date, timedelta
from pathlib import Path

import pytest

from layers.stores import whole_file
from service.errors import (
    DamagedLinkError,
    ExpiredLinkError,
    LinksFullError,
    LinksNotKeptError,
    UnknownLinkError,
)
from service.short_links import KEPT_EXPIRED, ShortLinks

QUERY = "v=2&w=status:built&d=3f9a1c20b7e4&l=sites&lang=zh"
OTHER = QUERY.replace("built", "planned")


class Days:
    """A calendar that a test turns over."""

    def __init__(self) -> None:
        self.today = date(2026, 11, 22)

    def __call__(self) -> date:
        """Return today."""
        return self.today


@pytest.fixture
def days() -> Days:
    """Return a calendar that stands still."""
    return Days()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Name a folder that is not there yet."""
    return tmp_path / "kept" / "links"


@pytest.fixture
def links(folder: Path, days: Days) -> ShortLinks:
    """Keep links in that folder."""
    return ShortLinks(folder, days)


def test_a_link_opens_what_it_was_made_to_and_so_it_does_for_another_process(
    links: ShortLinks, folder: Path, days: Days,
) -> None:
    made = links.make(QUERY)
    assert (links.find(made.key).query, made.expires) == (QUERY, None)
    days.today += timedelta(days=20_000)
    assert ShortLinks(folder, days).find(made.key) == made


def test_the_key_is_the_hash_of_the_file_and_the_same_query_has_the_same(
    links: ShortLinks, folder: Path,
) -> None:
    made = links.make(QUERY)
    assert links.make(QUERY) == made
    assert links.make(OTHER).key != made.key
    content = (folder / f"{made.key}.json").read_bytes()
    digest = b32encode(hashlib.sha256(content).digest()).decode().lower()
    assert made.key == digest[:16]
    assert re.fullmatch("[a-z2-7]{16}", made.key)


def test_the_file_holds_query_day_and_salt_and_nothing_of_who_made_it(
    links: ShortLinks, folder: Path,
) -> None:
    plain, lasting = links.make(QUERY), links.make(QUERY, 7)
    assert json.loads((folder / f"{plain.key}.json").read_text("utf-8")) == {"query": QUERY}
    told = json.loads((folder / f"{lasting.key}.json").read_text("utf-8"))
    assert told.keys() == {"query", "expires", "salt"}
    assert (told["query"], told["expires"]) == (QUERY, "2026-11-29")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_where_an_expiry_is_set_nobody_can_work_out_the_key_from_the_view(
    links: ShortLinks, folder: Path,
) -> None:
    keys = {links.make(QUERY, 7).key for _ in range(50)}
    assert len(keys) == 50
    # 128 bits and more, of five bits a letter.
    assert {len(key) for key in keys} == {26}
    salts = {json.loads(path.read_text("utf-8"))["salt"] for path in folder.iterdir()}
    assert len(salts) == 50
    assert {len(bytes.fromhex(salt)) * 8 for salt in salts} == {128}


def test_a_link_opens_on_its_last_day_and_no_more_on_the_next(links: ShortLinks, days: Days) -> None:
    made = links.make(QUERY, 7)
    assert made.expires == date(2026, 11, 29)
    days.today = date(2026, 11, 29)
    assert links.find(made.key).query == QUERY
    days.today = date(2026, 11, 30)
    with pytest.raises(ExpiredLinkError) as caught:
        links.find(made.key)
    assert caught.value.expires == date(2026, 11, 29)
    # A clock that was wrong takes nothing away.
    days.today = date(2026, 11, 28)
    assert links.find(made.key).query == QUERY


@pytest.mark.parametrize("behind", ["", ".", "。", ")", "》", "”，", " ", "\n", "...", ">"])
def test_what_stands_behind_an_address_in_a_sentence_does_no_harm(links: ShortLinks, behind: str) -> None:
    made = links.make(QUERY)
    assert links.find(made.key + behind) == made
    assert links.find(made.key.upper() + behind) == made


@pytest.mark.parametrize(
    "key",
    [
        "", "a", "a" * 15, "a" * 16, "a" * 17, "a" * 26, "1" * 16, "../../etc/passwd", "..%2f..",
        "a" * 16 + ".json", "aaaaaaaa/aaaaaaaa", "aaaaaaa\0aaaaaaaa", "ａ" * 16, "科" * 16, "\ud800" * 16,
        "a" * 100_000,
    ],
)  # fmt: skip
def test_an_address_that_was_never_given_out_opens_nothing(links: ShortLinks, key: str) -> None:
    links.make(QUERY)
    with pytest.raises(UnknownLinkError) as caught:
        links.find(key)
    assert len(str(caught.value)) < 300


def test_a_key_cut_short_or_changed_in_one_letter_opens_nothing(links: ShortLinks) -> None:
    key = links.make(QUERY).key
    wrong = [key[:-1], key[1:], key + "a"]
    wrong += [key[:at] + ("a" if key[at] != "a" else "b") + key[at + 1 :] for at in range(len(key))]
    for asked in wrong:
        with pytest.raises(UnknownLinkError):
            links.find(asked)


@pytest.mark.parametrize("content", [b"", b"{", b'{"query":"v=2&l=routes"}', b"\xff", b"[]", b"null"])
def test_a_damaged_file_opens_nothing_else_and_is_mended_by_making_the_link_again(
    links: ShortLinks, folder: Path, content: bytes,
) -> None:
    made = links.make(QUERY)
    (folder / f"{made.key}.json").write_bytes(content)
    with pytest.raises(DamagedLinkError):
        links.find(made.key)
    assert links.make(QUERY) == made
    assert links.find(made.key) == made


def test_a_file_put_there_by_hand_under_the_hash_of_no_link_is_no_link(
    links: ShortLinks, folder: Path,
) -> None:
    links.make(QUERY)
    for content in (b"{}", b"[]", b'{"query":1,"expires":7}', b'{"query":"v=2","expires":"soon"}'):
        key = b32encode(hashlib.sha256(content).digest()).decode().lower()[:16]
        (folder / f"{key}.json").write_bytes(content)
        with pytest.raises(DamagedLinkError):
            links.find(key)


def test_a_full_folder_takes_no_more_but_opens_what_it_has(folder: Path, days: Days) -> None:
    links = ShortLinks(folder, days, most=3)
    made = [links.make(f"{QUERY}&at={number}") for number in range(3)]
    with pytest.raises(LinksFullError):
        links.make(OTHER)
    assert [links.find(one.key) for one in made] == made
    assert links.make(f"{QUERY}&at=1") == made[1]
    with pytest.raises(LinksFullError):
        ShortLinks(folder, days, most=3).make(OTHER)


def test_links_long_expired_make_room_and_others_never_do(folder: Path, days: Days) -> None:
    links = ShortLinks(folder, days, most=2)
    lasting, short = links.make(QUERY), links.make(QUERY, 7)
    days.today = date(2026, 11, 29) + KEPT_EXPIRED
    with pytest.raises(LinksFullError):
        links.make(OTHER)
    with pytest.raises(ExpiredLinkError):
        links.find(short.key)
    days.today += timedelta(days=1)
    made = links.make(OTHER)
    assert (links.find(lasting.key), links.find(made.key)) == (lasting, made)
    with pytest.raises(UnknownLinkError):
        links.find(short.key)


def test_what_a_killed_writer_left_is_no_link(links: ShortLinks, folder: Path, days: Days) -> None:
    made = links.make(QUERY)
    half = folder / f".{made.key}.json.1{whole_file.BESIDE}"
    half.write_text("{", encoding="utf-8")
    assert ShortLinks(folder, days, most=1).make(QUERY) == made
    with pytest.raises(UnknownLinkError):
        links.find(half.name)


def test_where_nothing_can_be_written_it_is_said_and_nothing_is_left(tmp_path: Path, days: Days) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    links = ShortLinks(tmp_path / "file" / "links", days)
    with pytest.raises(LinksNotKeptError) as caught:
        links.make(QUERY)
    assert str(tmp_path) not in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_folder_that_does_not_exist_yet_can_be_written_if_one_above_it_can(
    links: ShortLinks, folder: Path,
) -> None:
    assert links.is_writable
    assert not folder.exists()
    links.make(QUERY)
    assert links.is_writable


def test_many_makers_at_once_make_each_link_once(links: ShortLinks, folder: Path) -> None:
    made: list[str] = []

    def make() -> None:
        made.extend(links.make(f"{QUERY}&at={number}").key for number in range(20))

    makers = [threading.Thread(target=make) for _ in range(8)]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    assert len(made) == 160
    assert {f"{key}.json" for key in made} == {path.name for path in folder.iterdir()}
    assert len(set(made)) == 20
