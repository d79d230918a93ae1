"""Publishing is whole or not at all: killed anywhere, without space or rights, or two at once."""

import fcntl
import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from layers.errors import CatalogueError, InvalidLayerError, PublishingError, UnreadableVersionError
from layers.stores.folder import FolderStore
from layers.stores.published import PublishedVersions
from layers.versions import Publication
from tests.builders import LONE, ROOT, feature, few_features, write_folder, write_layer

AT = datetime(2026, 5, 2, 23, 59, 58, tzinfo=UTC)
LATER = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
PUBLISHER = [sys.executable, "-m", "tests.layers.stores.publisher"]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.stem: path.read_bytes() for path in (folder / "versions" / "layers").glob("*.geojson")}


def halves(folder: Path) -> list[Path]:
    return [path for path in (folder / "versions").rglob("*") if path.name.endswith(".beside")]


def run(*arguments: str) -> str:
    done = subprocess.run(  # noqa: S603 - our own program
        [*PUBLISHER, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def told(*arguments: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run(*arguments).splitlines()]


@pytest.fixture
def twice(data_folder: Path) -> Path:
    """Return a folder of which one version was published, with another one ready."""
    FolderStore(data_folder).publish("first", AT)
    write_layer(data_folder, "site", [feature(LONE, name_zh="新名")])
    return data_folder


# --- what is there ---------------------------------------------------------------------------------


def test_each_content_stands_once_under_its_own_hash(twice: Path) -> None:
    store = FolderStore(twice)
    store.publish("second", LATER)
    kept = contents(twice)
    # Three layers, one of which has a second content.
    assert len(kept) == 4
    assert all(sha256(content).hexdigest() == name for name, content in kept.items())
    assert sorted(store.publications()[0].layers) == ["routes", "site", "sites"]
    assert {digest for entry in store.publications() for digest in entry.layers.values()} == set(kept)


def test_the_list_is_readable_by_people_and_programs(twice: Path) -> None:
    version = FolderStore(twice).publications()[0].version
    (row,) = json.loads((twice / "versions" / "published.json").read_text("utf-8"))
    assert list(row) == ["version", "at", "note", "layers"]
    assert (row["version"], row["at"], row["note"]) == (version, "2026-05-02T23:59:58Z", "first")


def test_another_process_sees_what_was_published_without_a_restart(twice: Path) -> None:
    watching = FolderStore(twice)
    assert [entry.note for entry in watching.publications()] == ["first"]
    FolderStore(twice).publish("second", LATER)
    assert [entry.note for entry in watching.publications()] == ["first", "second"]


# --- killed ----------------------------------------------------------------------------------------


def test_a_publisher_killed_at_any_call_leaves_the_list_as_it_was_or_with_all_of_the_new(twice: Path) -> None:
    before = FolderStore(twice).publications()
    points = told("killed", str(twice))
    assert [point["killed"] for point in points] == [True] * (len(points) - 1) + [False]
    # Lock, list, and for one content and the list each: open, write, flush, sync, rename, sync the folder.
    assert len(points) > 15
    lengths = [after_a_kill(Path(point["folder"]), before) for point in points]
    # Killed early it was not published, killed late it was, and never in between.
    assert lengths == sorted(lengths)
    assert (lengths[0], lengths[-1]) == (1, 2)


def test_a_first_publisher_killed_at_any_call_leaves_nothing_published_or_all(data_folder: Path) -> None:
    points = told("killed", str(data_folder))
    lengths = [after_a_kill(Path(point["folder"]), ()) for point in points]
    assert lengths == sorted(lengths)
    assert (lengths[0], lengths[-1]) == (0, 1)


def after_a_kill(folder: Path, before: tuple[Publication, ...]) -> int:
    """Return how many versions are published in a folder, once it is proved that each is whole."""
    store = FolderStore(folder)
    published = store.publications()
    assert published[: len(before)] == before
    assert len(published) - len(before) in {0, 1}
    for entry in published:
        snapshot = store.snapshot(entry.version)
        assert {
            name: sha256(layer.content).hexdigest() for name, layer in snapshot.layers.items()
        } == entry.layers
    for name, content in contents(folder).items():
        assert sha256(content).hexdigest() == name
    # The next publisher is held up by nothing and clears away what was left.
    after = store.publish("after", LATER)
    assert store.publications() == ((*before, after) if len(published) == len(before) else published)
    assert halves(folder) == []
    return len(published)


# --- no space, no rights ---------------------------------------------------------------------------


def test_a_disk_that_takes_no_more_leaves_nothing_half(twice: Path) -> None:
    before = FolderStore(twice).publications()
    sizes = ["0", "1", "100", "500", "700"]
    for point in told("limited", str(twice), *sizes):
        folder = Path(point["folder"])
        if not point["killed"]:
            assert point["said"].startswith("publishing: Publishing did not finish: versions/"), point
            assert "File too large" in point["said"]
            assert halves(folder) == []
        assert FolderStore(folder).publications() == before
        assert all(sha256(content).hexdigest() == name for name, content in contents(folder).items())
        after_a_kill(folder, before)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Return a data folder that everybody may read and nobody but root may write to."""
    base = Path(tempfile.mkdtemp())
    folder = write_folder(base / "data", few_features())
    base.chmod(0o755)
    folder.chmod(0o555)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(base)


def test_a_folder_that_may_not_be_written_to_is_told_and_served(open_folder: Path) -> None:
    said = run("unprivileged", str(open_folder))
    assert said.startswith("publishing: Publishing did not finish: versions: Permission denied.")
    assert str(open_folder) not in said
    assert FolderStore(open_folder).publications() == ()


def test_versions_of_a_folder_that_may_not_be_written_to_can_be_read(open_folder: Path) -> None:
    open_folder.chmod(0o755)
    version = FolderStore(open_folder).publish("first", AT).version
    open_folder.chmod(0o555)
    (open_folder / "versions").chmod(0o555)
    said = run("unprivileged", str(open_folder))
    assert said.startswith("publishing: Publishing did not finish: versions/.lock: Permission denied.")
    (open_folder / "versions").chmod(0o755)
    assert FolderStore(open_folder).snapshot(version).version == version


# --- two at once -----------------------------------------------------------------------------------


def test_two_processes_that_publish_at_once_lose_nothing(data_folder: Path) -> None:
    racers = [
        subprocess.Popen(  # noqa: S603 - our own program
            [*PUBLISHER, "racing", str(data_folder), name, "8"],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for name in ("one", "other")
    ]  # fmt: skip
    for racer in racers:
        assert racer.stdout is not None
        assert racer.stdout.readline() == "ready\n"
    for racer in racers:
        racer.communicate("go\n", timeout=120)
        assert racer.returncode == 0
    published = FolderStore(data_folder).publications()
    assert sorted(entry.note for entry in published) == ["one"] * 8 + ["other"] * 8
    assert len({entry.version for entry in published}) == 16
    assert len(contents(data_folder)) == 16
    assert halves(data_folder) == []


def test_two_that_publish_the_same_at_once_publish_it_once(data_folder: Path) -> None:
    stores = [FolderStore(data_folder) for _ in range(4)]
    found: list[Publication] = []
    threads = [
        threading.Thread(target=lambda store=store: found.append(store.publish("same", AT)))
        for store in stores
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(found) == 4
    assert len({entry.version for entry in found}) == 1
    assert len(stores[0].publications()) == 1


def test_one_who_waits_too_long_is_told_that_another_is_at_work(twice: Path) -> None:
    published = PublishedVersions(twice / "versions", wait_s=0.2)
    snapshot = FolderStore(twice).snapshot()
    with (twice / "versions" / ".lock").open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(
            PublishingError, match=r"versions/\.lock: another publisher is at work; waited 0\.2 s"
        ):
            published.publish(lambda: snapshot, "late", LATER)
    assert len(published.publications()) == 1
    published.publish(lambda: snapshot, "now", LATER)
    assert len(published.publications()) == 2


def test_one_who_waits_goes_on_when_the_other_is_done(twice: Path) -> None:
    snapshot = FolderStore(twice).snapshot()
    published = PublishedVersions(twice / "versions", wait_s=30)
    done = threading.Event()

    def publish() -> None:
        published.publish(lambda: snapshot, "waited", LATER)
        done.set()

    waiting = threading.Thread(target=publish)
    with (twice / "versions" / ".lock").open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        waiting.start()
        time.sleep(0.2)
        assert not done.is_set()
    waiting.join(timeout=30)
    assert done.is_set()


# --- damaged ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("damage", ["changed", "cut", "empty", "missing", "a folder"])
def test_a_damaged_content_is_refused_by_its_name_and_mended_by_publishing(twice: Path, damage: str) -> None:
    store = FolderStore(twice)
    first = store.publications()[0]
    path = twice / "versions" / "layers" / f"{first.layers['site']}.geojson"
    whole = path.read_bytes()
    path.unlink()
    if damage == "a folder":
        path.mkdir()
    elif damage != "missing":
        changed = {"changed": whole.replace(b"114.5", b"114.6"), "cut": whole[:-1], "empty": b""}
        path.write_bytes(changed[damage])
    with pytest.raises(UnreadableVersionError) as refused:
        store.snapshot(first.version)
    message = str(refused.value)
    assert f"versions/layers/{first.layers['site']}.geojson" in message
    assert store.version() in message
    assert str(twice) not in message
    # The current version and the other contents are served all the same.
    assert store.snapshot(store.version()) is store.snapshot()
    if damage != "a folder":
        write_layer(twice, "site", few_features()["site"])
        store.publish("again", LATER)
        assert path.read_bytes() == whole
        assert FolderStore(twice).snapshot(first.version).version == first.version


LISTS = {
    "no JSON": "[",
    "no list": "{}",
    "no publication": "[1]",
    "a key missing": '[{"version": "000000000000", "at": "2026-05-02T00:00:00Z", "note": ""}]',
    "a path for a hash": '[{"version": "000000000000", "at": "2026-05-02T00:00:00Z", "note": "", '
    '"layers": {"sites": "../../geojson/sites"}}]',
    "a path for a layer": '[{"version": "000000000000", "at": "2026-05-02T00:00:00Z", "note": "", '
    '"layers": {"../sites": "' + "0" * 64 + '"}}]',
    "not the version of its layers": '[{"version": "000000000000", "at": "2026-05-02T00:00:00Z", "note": "", '
    '"layers": {"sites": "' + "0" * 64 + '"}}]',
    "no time": '[{"version": "000000000000", "at": "yesterday", "note": "", "layers": {}}]',
}


@pytest.mark.parametrize("text", LISTS.values(), ids=list(LISTS))
def test_a_list_that_cannot_be_read_is_refused_and_never_written_over(twice: Path, text: str) -> None:
    path = twice / "versions" / "published.json"
    path.write_text(text, encoding="utf-8")
    store = FolderStore(twice)
    with pytest.raises(CatalogueError, match=r"versions/published\.json"):
        store.publications()
    with pytest.raises(CatalogueError, match=r"versions/published\.json"):
        store.publish("again", LATER)
    with pytest.raises(UnreadableVersionError, match=r"versions/published\.json"):
        store.snapshot("000000000000")
    assert store.snapshot().refused == {}
    assert path.read_text("utf-8") == text


def test_a_list_is_refused_where_a_folder_stands_in_its_place(data_folder: Path) -> None:
    (data_folder / "versions" / "published.json").mkdir(parents=True)
    with pytest.raises(CatalogueError, match="directory"):
        FolderStore(data_folder).publications()


def test_a_file_in_place_of_the_folder_of_versions_is_told(data_folder: Path) -> None:
    (data_folder / "versions").write_text("", encoding="utf-8")
    with pytest.raises(PublishingError, match="versions: File exists"):
        FolderStore(data_folder).publish("first", AT)


# --- what may be published ---------------------------------------------------------------------------


def test_data_with_a_refused_layer_are_not_published(twice: Path) -> None:
    store = FolderStore(twice)
    store.snapshot()
    # The last good content is still served, and yet it is not what stands in the folder.
    (twice / "geojson" / "site.geojson").write_text("{", encoding="utf-8")
    with pytest.raises(InvalidLayerError, match="'site' is not served"):
        store.publish("broken", LATER)
    assert len(store.publications()) == 1


def test_data_that_went_back_to_what_they_were_are_published_again(twice: Path) -> None:
    store = FolderStore(twice)
    first = store.publications()[0]
    store.publish("second", LATER)
    write_layer(twice, "site", few_features()["site"])
    again = store.publish("back", LATER)
    assert [entry.version for entry in store.publications()].count(first.version) == 2
    assert store.publications()[-1] == again
    assert len(contents(twice)) == 4


@pytest.mark.parametrize(
    ("note", "kept"),
    [
        ("  two\nlines\r\n ", "two lines"),
        ("\x1b[31mred\x07", "[31mred"),
        ("\u202egnirts", "gnirts"),
        ("半\ud800", "半"),
        ("x" * 10_000, "x" * 500),
        ("{{7*7}} </script> 𠮷", "{{7*7}} </script> 𠮷"),
    ],
)
def test_a_note_is_one_line_that_steers_no_terminal(data_folder: Path, note: str, kept: str) -> None:
    store = FolderStore(data_folder)
    store.publish(note, AT)
    assert FolderStore(data_folder).publications()[0].note == kept


def test_a_lock_left_behind_by_a_killed_publisher_holds_nobody_up(data_folder: Path) -> None:
    (data_folder / "versions").mkdir()
    (data_folder / "versions" / ".lock").write_text("", encoding="utf-8")
    assert FolderStore(data_folder).publish("first", AT).note == "first"
