import json
from datetime import UTC, datetime
from hashlib import sha256

import pytest

from layers.errors import AmbiguousVersionError, UnknownVersionError
from layers.snapshot import Snapshot, version_of
from layers.versions import Publication, read_publications, version_named, written

AT = datetime(2026, 5, 2, 6, 0, 1, tzinfo=UTC)
ONE, OTHER = "0" * 64, "f" * 64


def publication(version: str) -> Publication:
    return Publication(version, AT, "", {})


PUBLISHED = (publication("aaaa11111111"), publication("aaaa22222222"), publication("bbbb33333333"))
CURRENT = "cccc44444444"


def test_publications_written_and_read_are_the_same() -> None:
    entries = (
        Publication.of({"sites": ONE, "site": OTHER}, "第一版 𠮷", AT),
        Publication.of({}, "", AT),
    )
    assert read_publications(json.loads(written(entries))) == entries
    assert read_publications(json.loads(written(()))) == ()


def test_the_version_of_hashes_is_that_of_the_layers(snapshot: Snapshot) -> None:
    hashes = {name: sha256(layer.content).hexdigest() for name, layer in snapshot.layers.items()}
    assert Publication.of(hashes, "", AT).version == version_of(snapshot.layers.values()) == snapshot.version


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("current", CURRENT),
        ("latest", "bbbb33333333"),
        ("aaaa22222222", "aaaa22222222"),
        ("aaaa2", "aaaa22222222"),
        ("b", "bbbb33333333"),
        ("cccc", CURRENT),
        (CURRENT, CURRENT),
    ],
)
def test_a_version_is_meant_by_itself_a_beginning_or_a_word(asked: str, meant: str) -> None:
    assert version_named(asked, PUBLISHED, CURRENT) == meant


def test_a_version_published_twice_and_current_is_one() -> None:
    assert version_named("aaaa1", (*PUBLISHED, PUBLISHED[0]), "aaaa11111111") == "aaaa11111111"


@pytest.mark.parametrize("asked", ["", "dddd", "aaaa111111111", "../x", "CURRENT", "%"])
def test_a_version_that_nobody_means_is_refused(asked: str) -> None:
    with pytest.raises(UnknownVersionError, match=CURRENT):
        version_named(asked, PUBLISHED, CURRENT)


def test_latest_is_refused_while_nothing_was_published() -> None:
    with pytest.raises(UnknownVersionError):
        version_named("latest", (), CURRENT)


def test_a_beginning_of_several_versions_names_them() -> None:
    with pytest.raises(AmbiguousVersionError, match="'aaaa': aaaa11111111, aaaa22222222"):
        version_named("aaaa", PUBLISHED, CURRENT)
