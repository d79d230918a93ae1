"""One suite for every store: what the faces rely on, whatever the layers are kept in."""

import json
import os
import shutil
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from layers.coverage import Reasons
from layers.errors import (
    CatalogueError,
    InvalidLayerError,
    InvalidTargetsError,
    UnknownLayerError,
    UnknownStoreError,
    UnknownVersionError,
)
from layers.snapshot import version_of
from layers.stores.address import open_store
from layers.stores.base import LayerStore
from layers.stores.folder import KEPT_VERSIONS, FolderStore
from tests.builders import (
    AVENUE,
    BRIDGE,
    ISLAND,
    LAB,
    LAYER_IDS,
    LONE,
    PARK,
    PLAN_2024,
    feature,
    few_features,
    target,
    write_folder,
    write_layer,
)

STORES: dict[str, Callable[[Path], LayerStore]] = {"folder": FolderStore}


@pytest.fixture(params=list(STORES))
def opened(request: pytest.FixtureRequest, data_folder: Path) -> LayerStore:
    """Open each kind of store over the same data."""
    return STORES[request.param](data_folder)


def ids(store: LayerStore) -> dict[str, list[str]]:
    return {layer_id: list(layer.features.index) for layer_id, layer in store.snapshot().layers.items()}


def layer_file(folder: Path, layer_id: str) -> Path:
    return folder / "geojson" / f"{layer_id}.geojson"


# --- what is read --------------------------------------------------------------------------------


def test_all_layers_come_in_the_order_of_display(opened: LayerStore) -> None:
    assert ids(opened) == {"sites": [ISLAND, PARK], "site": [LONE, LAB], "routes": [AVENUE, BRIDGE]}
    assert opened.snapshot().refused == {}
    assert opened.catalogue.layer_ids() == LAYER_IDS


def test_the_index_has_the_features_of_all_layers_in_that_order(opened: LayerStore) -> None:
    index = opened.snapshot().index
    assert list(index.ids) == [ISLAND, PARK, LONE, LAB, AVENUE, BRIDGE]
    assert index.is_located.tolist() == [True, True, True, False, True, True]


def test_a_layer_that_there_is_not_is_refused_by_name(opened: LayerStore) -> None:
    with pytest.raises(UnknownLayerError, match="'roads'"):
        opened.snapshot().layer("roads")


def test_the_same_snapshot_is_given_as_long_as_nothing_changes(opened: LayerStore) -> None:
    assert opened.snapshot() is opened.snapshot(opened.version())


# --- the version ---------------------------------------------------------------------------------


def test_the_version_is_twelve_hexadecimal_digits_of_the_content(opened: LayerStore) -> None:
    snapshot = opened.snapshot()
    assert snapshot.version == opened.version() == version_of(reversed(list(snapshot.layers.values())))
    assert len(snapshot.version) == 12
    int(snapshot.version, 16)


def test_formatting_and_the_order_of_keys_change_no_version(opened: LayerStore, data_folder: Path) -> None:
    before = opened.version()
    path = layer_file(data_folder, "sites")
    collection = json.loads(path.read_text("utf-8"))
    turned = {key: collection[key] for key in reversed(collection)}
    turned["features"] = [
        {"properties": dict(reversed(row["properties"].items())), **row} for row in collection["features"]
    ]
    path.write_text(json.dumps(turned, indent=3, ensure_ascii=True), encoding="utf-8")
    assert opened.version() == before


def test_a_copy_elsewhere_has_the_same_version(opened: LayerStore, data_folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "elsewhere"
    shutil.copytree(data_folder, copy)
    assert FolderStore(copy).version() == opened.version()


def test_a_file_that_was_only_touched_changes_no_version(opened: LayerStore, data_folder: Path) -> None:
    before = opened.snapshot()
    os.utime(layer_file(data_folder, "sites"), (2_000_000_000, 2_000_000_000))
    assert opened.version() == before.version


@pytest.mark.parametrize(
    "change",
    [
        {"name_zh": "光谷科学城"},
        {"aliases": ["x"]},
        {"city": ["ezhou"]},
        {"remarks": [{"zh": "一", "en": "one"}]},
    ],
)
def test_a_changed_fact_changes_the_version_at_once(
    opened: LayerStore,
    data_folder: Path,
    change: dict[str, Any],
) -> None:
    before = opened.version()
    write_layer(data_folder, "site", [feature(LONE, **change), few_features()["site"][1]])
    assert opened.version() != before


def test_a_moved_point_another_order_and_a_missing_feature_each_change_the_version(
    opened: LayerStore,
    data_folder: Path,
) -> None:
    one, other = few_features()["site"]
    moved = {**one, "geometry": {"type": "Point", "coordinates": [114.5, 30.5001]}}
    seen = {opened.version()}
    for features in ([moved, other], [other, one], [one]):
        write_layer(data_folder, "site", features)
        seen.add(opened.version())
    assert len(seen) == 4


def test_a_change_that_keeps_time_and_size_is_seen(opened: LayerStore, data_folder: Path) -> None:
    path = layer_file(data_folder, "site")
    before, status = opened.version(), path.stat()
    path.write_text(path.read_text("utf-8").replace("葛店", "阳逻"), encoding="utf-8")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert path.stat().st_size == status.st_size
    assert opened.version() != before


def test_a_version_of_before_can_still_be_read(opened: LayerStore, data_folder: Path) -> None:
    before = opened.snapshot()
    write_layer(data_folder, "site", [])
    assert opened.version() != before.version
    assert opened.snapshot(before.version) is before
    assert list(opened.snapshot(before.version).layer("site").features.index) == [LONE, LAB]


@pytest.mark.parametrize("version", ["000000000000", "../x", "nowhere", " "])
def test_an_unknown_version_is_refused_with_the_current_one(opened: LayerStore, version: str) -> None:
    with pytest.raises(UnknownVersionError) as refused:
        opened.snapshot(version)
    assert repr(version) in str(refused.value)
    assert opened.version() in str(refused.value)


def test_versions_of_before_are_not_kept_without_end(opened: LayerStore, data_folder: Path) -> None:
    first = opened.version()
    for number in range(KEPT_VERSIONS):
        write_layer(data_folder, "site", [feature(LONE, name_en=f"Number {number}")])
        opened.version()
    with pytest.raises(UnknownVersionError):
        opened.snapshot(first)


# --- published versions --------------------------------------------------------------------------


AT = datetime(2026, 5, 2, 14, 0, 1, 999_999, tzinfo=timezone(timedelta(hours=8)))


def test_a_store_of_which_nothing_was_published_says_so(opened: LayerStore) -> None:
    assert opened.publications() == ()


def test_a_publication_has_version_time_note_and_layers(opened: LayerStore) -> None:
    entry = opened.publish("first", AT)
    assert opened.publications() == (entry,)
    assert (entry.version, entry.note) == (opened.version(), "first")
    # Eight hours before, and to the second.
    assert entry.at == datetime(2026, 5, 2, 6, 0, 1, tzinfo=UTC)
    layers = opened.snapshot().layers.values()
    assert entry.layers == {layer.layer_id: sha256(layer.content).hexdigest() for layer in layers}


def test_the_time_of_a_publication_must_name_its_zone(opened: LayerStore) -> None:
    with pytest.raises(ValueError, match="zone"):
        opened.publish("first", AT.replace(tzinfo=None))
    assert opened.publications() == ()


def test_the_same_content_is_published_once(opened: LayerStore) -> None:
    entry = opened.publish("first", AT)
    assert opened.publish("again", AT + timedelta(days=1)) == entry
    assert opened.publications() == (entry,)


@pytest.mark.parametrize("kind", list(STORES))
def test_every_published_version_is_read_byte_for_byte_by_a_store_opened_later(
    kind: str, data_folder: Path
) -> None:
    store = STORES[kind](data_folder)
    served = {}
    for number in range(KEPT_VERSIONS + 2):
        write_layer(data_folder, "site", [feature(LONE, name_en=f"Number {number}")])
        snapshot = store.snapshot()
        served[snapshot.version] = {name: layer.content for name, layer in snapshot.layers.items()}
        store.publish(f"{number}", AT)
    later = STORES[kind](data_folder)
    assert [entry.version for entry in later.publications()] == list(served)
    for version, contents in served.items():
        snapshot = later.snapshot(version)
        assert snapshot.version == version_of(snapshot.layers.values()) == version
        assert {name: layer.content for name, layer in snapshot.layers.items()} == contents
        assert snapshot.refused == {}


@pytest.mark.parametrize("kind", list(STORES))
def test_a_version_of_before_is_filtered_as_it_was(kind: str, data_folder: Path) -> None:
    store = STORES[kind](data_folder)
    then = store.snapshot()
    store.publish("first", AT)
    write_layer(data_folder, "site", [])
    store.publish("second", AT)
    read = STORES[kind](data_folder).snapshot(then.version)
    assert list(read.index.ids) == list(then.index.ids)
    assert read.index.search == then.index.search
    assert read.index.is_located.tolist() == then.index.is_located.tolist()
    for field, column in then.index.coded.items():
        everywhere = np.ones(len(then.index), dtype=bool)
        assert read.index.coded[field].counted(everywhere) == column.counted(everywhere), field
        assert read.index.coded[field].rows.tolist() == column.rows.tolist(), field
    for field, numbers in then.index.numbers.items():
        np.testing.assert_array_equal(read.index.numbers[field], numbers)
    for layer_id, layer in then.layers.items():
        found = pd.DataFrame(read.layer(layer_id).features)
        pd.testing.assert_frame_equal(found, pd.DataFrame(layer.features))


def test_versions_share_the_layers_that_are_the_same(opened: LayerStore, data_folder: Path) -> None:
    first = opened.publish("first", AT).version
    write_layer(data_folder, "site", [])
    other = STORES["folder"](data_folder)
    now, then = other.snapshot(), other.snapshot(first)
    assert then.layers["sites"] is now.layers["sites"]
    assert then.layers["site"] is not now.layers["site"]
    assert other.snapshot(first) is then


def test_a_layer_that_the_catalogue_no_longer_has_is_served_in_versions_of_before(data_folder: Path) -> None:
    store = FolderStore(data_folder)
    then = store.snapshot()
    store.publish("first", AT)
    (data_folder / "catalogue" / "layers.json").write_text('["routes", "site"]', encoding="utf-8")
    codes = data_folder / "catalogue" / "codes.json"
    lists = json.loads(codes.read_text("utf-8"))
    # No code of the version of before is known any more, nor the documents that it rests on.
    codes.write_text(json.dumps({name: [] for name in lists}), encoding="utf-8")
    (data_folder / "catalogue" / "documents.json").write_text("[]", encoding="utf-8")
    later = FolderStore(data_folder)
    assert later.snapshot().layers == {}
    read = later.snapshot(then.version)
    assert list(read.layers) == ["routes", "site", "sites"]
    assert read.layer("sites").content == then.layer("sites").content
    assert read.index.coded["status"].has_any(["built"], len(read.index)).sum() == 2


# --- layers that cannot be served ----------------------------------------------------------------

BROKEN: dict[str, bytes] = {
    "empty": b"",
    "cut short": b'{"type": "FeatureCollection", "features": [{"type": "Fea',
    "UTF-16": '{"type": "FeatureCollection", "features": []}'.encode("utf-16"),
    "GBK": '{"type": "FeatureCollection", "name": "光谷", "features": []}'.encode("gbk"),
    "byte order mark": b'\xef\xbb\xbf{"type": "FeatureCollection", "features": []}',
    "NaN": b'{"type": "FeatureCollection", "features": [], "x": NaN}',
    "too large a number": b'{"type": "FeatureCollection", "features": [], "x": 1e999}',
    "half a character": b'{"type": "FeatureCollection", "features": [], "x": "\\ud800"}',
    "key given twice": b'{"type": "FeatureCollection", "features": [], "features": []}',
    "nested 1000 deep": b'{"type": "FeatureCollection", "features": ' + b"[" * 1_000 + b"]" * 1_000 + b"}",
    "crs member": b'{"type": "FeatureCollection", "features": [], "crs": null}',
    "OGR VRT": b"<OGRVRTDataset/>",
    "no collection": b'{"type": "Feature"}',
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=list(BROKEN))
@pytest.mark.parametrize("kind", list(STORES))
def test_a_file_that_cannot_be_read_refuses_its_layer_only(
    kind: str, data_folder: Path, content: bytes
) -> None:
    layer_file(data_folder, "site").write_bytes(content)
    store = STORES[kind](data_folder)
    assert list(ids(store)) == ["sites", "routes"]
    error = store.snapshot().refused["site"]
    assert error.file == "site.geojson"
    with pytest.raises(InvalidLayerError, match=r"'site' is not served: site\.geojson: .*Mend the file"):
        store.snapshot().layer("site")


def test_a_missing_file_refuses_its_layer_only(opened: LayerStore, data_folder: Path) -> None:
    layer_file(data_folder, "routes").unlink()
    assert list(ids(opened)) == ["sites", "site"]
    assert "routes.geojson" in str(opened.snapshot().refused["routes"])
    assert str(data_folder) not in str(opened.snapshot().refused["routes"])


@pytest.mark.parametrize("content", [None, "{", "3", '{"$ref": "urn:nowhere"}'])
def test_a_schema_that_cannot_be_used_refuses_its_layer_only(
    opened: LayerStore,
    data_folder: Path,
    content: str | None,
) -> None:
    path = data_folder / "schemas" / "site.json"
    path.unlink()
    if content is not None:
        path.write_text(content, encoding="utf-8")
    assert list(ids(opened)) == ["sites", "routes"]
    assert opened.snapshot().refused["site"].file == "site.json"


def test_an_invalid_feature_is_told_with_file_feature_and_field(
    opened: LayerStore, data_folder: Path
) -> None:
    write_layer(data_folder, "site", [feature("good"), feature("bad", category="castle")])
    message = str(opened.snapshot().refused["site"])
    for part in ("site.geojson", "bad", "properties.category", "'castle'"):
        assert part in message


HOSTILE = {
    "deep": {"extra": json.loads("[" * 400 + "]" * 400)},
    "long": {"name_zh": "x" * 10_000},
    "template": {"name_zh": "{{ ''.__class__ }}", "name_en": "{%print(7*7)%}"},
    "NUL": {"name_zh": "a\0b"},
    "key": {"</script>": "${7*7}", "{{7*7}}": 1},
}


@pytest.mark.parametrize("properties", HOSTILE.values(), ids=list(HOSTILE))
def test_a_hostile_property_takes_no_other_layer_down(
    opened: LayerStore,
    data_folder: Path,
    properties: dict[str, Any],
) -> None:
    write_layer(data_folder, "site", [feature("hostile", **properties)])
    assert {"sites", "routes"} <= set(ids(opened))


def test_an_id_that_another_layer_has_refuses_the_later_layer(opened: LayerStore, data_folder: Path) -> None:
    write_layer(data_folder, "routes", [feature(ISLAND)])
    assert list(ids(opened)) == ["sites", "site"]
    assert f"{ISLAND} id: repeated_id (also in sites)" in str(opened.snapshot().refused["routes"])


# --- layers that break while the program runs ----------------------------------------------------


@pytest.mark.parametrize("content", [*BROKEN.values(), None], ids=[*BROKEN, "missing"])
@pytest.mark.parametrize("kind", list(STORES))
def test_the_last_good_content_stays_in_service(kind: str, data_folder: Path, content: bytes | None) -> None:
    store = STORES[kind](data_folder)
    before = store.snapshot()
    layer_file(data_folder, "site").unlink()
    if content is not None:
        layer_file(data_folder, "site").write_bytes(content)
    after = store.snapshot()
    assert after.version == before.version
    assert after.layer("site").content == before.layer("site").content
    assert "site" in after.refused


def test_once_the_file_is_mended_it_is_served_again(opened: LayerStore, data_folder: Path) -> None:
    opened.snapshot()
    layer_file(data_folder, "site").write_text("{", encoding="utf-8")
    assert "site" in opened.snapshot().refused
    write_layer(data_folder, "site", [feature("new-place")])
    assert opened.snapshot().refused == {}
    assert ids(opened)["site"] == ["new-place"]


def test_a_feature_that_moved_away_from_a_broken_layer_does_not_stand_twice(
    opened: LayerStore,
    data_folder: Path,
) -> None:
    opened.snapshot()
    write_layer(data_folder, "sites", [feature(AVENUE)])
    layer_file(data_folder, "routes").write_text("{", encoding="utf-8")
    every = [feature_id for layer in ids(opened).values() for feature_id in layer]
    assert len(every) == len(set(every))
    assert "routes" in opened.snapshot().refused


def test_threads_that_read_while_a_file_is_replaced_see_whole_contents_only(
    opened: LayerStore,
    data_folder: Path,
) -> None:
    one, other = [feature("one")], [feature("other-1"), feature("other-2")]
    write_layer(data_folder, "site", one)
    allowed = {("one",), ("other-1", "other-2")}
    seen: set[tuple[str, ...]] = set()
    faults: list[BaseException] = []
    done = threading.Event()

    def keep_reading() -> None:
        try:
            while not done.is_set():
                snapshot = opened.snapshot()
                assert snapshot.version == version_of(snapshot.layers.values())
                assert not snapshot.refused
                assert opened.snapshot(snapshot.version).version == snapshot.version
                seen.add(tuple(snapshot.layer("site").features.index))
        except BaseException as error:  # noqa: BLE001 - told to the test's own thread
            faults.append(error)

    threads = [threading.Thread(target=keep_reading) for _ in range(2)]
    for thread in threads:
        thread.start()
    beside = write_folder(data_folder.parent / "beside", {"site": []})

    def replace_by(features: list[dict[str, Any]]) -> None:
        write_layer(beside, "site", features).replace(layer_file(data_folder, "site"))

    for turn in range(30):
        replace_by(other if turn % 2 == 0 else one)
        time.sleep(0.01)
    # What stays for a while is seen, however slow the readers are.
    for features, there in ((one, ("one",)), (other, ("other-1", "other-2"))):
        replace_by(features)
        end = time.monotonic() + 20
        while there not in seen and not faults and time.monotonic() < end:
            time.sleep(0.01)
    done.set()
    for thread in threads:
        thread.join(timeout=30)
    assert faults == []
    assert seen == allowed


# --- targets and reasons --------------------------------------------------------------------------


def test_a_store_without_targets_and_reasons_has_none(opened: LayerStore) -> None:
    assert opened.targets() == ()
    assert opened.reasons() == Reasons()


def test_targets_are_read_and_read_again_when_they_change(opened: LayerStore, data_folder: Path) -> None:
    path = data_folder / "targets.json"
    path.write_text(json.dumps([target()]), encoding="utf-8")
    assert [row.target_id for row in opened.targets()] == ["firms-2025"]
    assert opened.targets() is opened.targets()
    path.write_text(json.dumps([target(), target(id="labs-2025")]), encoding="utf-8")
    assert [row.target_id for row in opened.targets()] == ["firms-2025", "labs-2025"]


@pytest.mark.parametrize("content", ["[", "{}", '[{"id": "x"}]', json.dumps([target(kind="hope")])])
def test_targets_that_cannot_be_used_are_refused_and_layers_served(
    opened: LayerStore, data_folder: Path, content: str
) -> None:
    (data_folder / "targets.json").write_text(content, encoding="utf-8")
    with pytest.raises(InvalidTargetsError, match=r"targets\.json"):
        opened.targets()
    assert opened.snapshot().refused == {}


def test_targets_without_their_schema_are_refused_by_its_name(opened: LayerStore, data_folder: Path) -> None:
    (data_folder / "targets.json").write_text("[]", encoding="utf-8")
    (data_folder / "schemas" / "targets.json").unlink()
    with pytest.raises(CatalogueError, match=r"targets\.json"):
        opened.targets()


def test_reasons_are_read_by_document_and_line(opened: LayerStore, data_folder: Path) -> None:
    given = {"codes": {"event": {"zh": "活动", "en": "Event"}}, "lines": {PLAN_2024: {"12": "event"}}}
    (data_folder / "coverage.json").write_text(json.dumps(given), encoding="utf-8")
    assert opened.reasons().lines == {PLAN_2024: {12: "event"}}
    assert opened.reasons().codes["event"].en == "Event"


@pytest.mark.parametrize("content", ["[", "[]", "{}", '{"codes": {}, "lines": {"x": {"1": "event"}}}'])
def test_reasons_that_cannot_be_used_are_refused_by_name(
    opened: LayerStore, data_folder: Path, content: str
) -> None:
    (data_folder / "coverage.json").write_text(content, encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"coverage\.json"):
        opened.reasons()


# --- the offline basemap and the address ---------------------------------------------------------


def test_the_ground_without_files_is_empty_and_with_them_holds_both(
    opened: LayerStore, data_folder: Path
) -> None:
    nothing = {"type": "FeatureCollection", "features": []}
    folder = data_folder / "basemap"
    folder.mkdir()
    (folder / "water.geojson").write_text(json.dumps({**nothing, "name": "water"}), encoding="utf-8")
    assert json.loads(opened.ground) == {"counties": nothing, "water": {**nothing, "name": "water"}}


def test_an_address_opens_the_same_store_each_time(data_folder: Path) -> None:
    assert open_store(str(data_folder)) is open_store(str(data_folder))


@pytest.mark.parametrize(
    "address", ["", "/nowhere", "http://example.org/data", "/vsicurl/http://x", "postgresql://x/y"]
)
def test_an_address_where_no_store_is_is_refused(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UnknownStoreError):
        open_store(address)
