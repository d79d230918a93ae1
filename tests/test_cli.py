"""The terminal: what each command prints, and the code it ends with."""

import json
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import layers.errors
from cli import main
from cli.exit_codes import EXIT_CODES, FAULTS_FOUND, UNREAD, USAGE
from cli.program import ROOT
from layers.errors import LayersError
from layers.stores.address import open_store
from tests.builders import (
    AVENUE,
    BRIDGE,
    DATA,
    ISLAND,
    LAB,
    PLAN_2021,
    PLAN_2023,
    PLAN_2024,
    feature,
    target,
    write_layer,
)

TEXTS = {
    PLAN_2021: "题名\n" + "\n" * 37 + "光谷建设2021—2025\n",
    PLAN_2023: "光谷通知\n" + "\n" * 37 + "光谷建设2021—2025,2023—2024\n",
    PLAN_2024: "题名\n企业达到10000家,2025年\n光谷\n",
}
CITED = {"document": PLAN_2024, "clause": "一", "line": 2, "phrase": "达到10000家", "year_line": None}
REASONS = {
    "codes": {"heading": {"zh": "标题", "en": "Heading"}},
    "lines": {PLAN_2021: {"1": "heading"}, PLAN_2023: {"1": "heading"}, PLAN_2024: {"1": "heading"}},
}
STONE = {"reason": {"zh": "撤下", "en": "Withdrawn"}, "date": "2026-01-02"}


def write(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")


@pytest.fixture
def folder(data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a data folder whose documents, targets and reasons fit, as the program's own."""
    texts = data_folder.parent / "documents"
    texts.mkdir()
    documents = json.loads((data_folder / "catalogue" / "documents.json").read_text("utf-8"))
    for row in documents:
        if row["kind"] == "plan":
            row["file"] = f"{row['id']}.txt"
            (texts / row["file"]).write_text(TEXTS[row["id"]], encoding="utf-8")
    write(data_folder / "catalogue" / "documents.json", documents)
    write(data_folder / "targets.json", [target(citation=CITED)])
    write(data_folder / "coverage.json", REASONS)
    why = {"zh": "两处", "en": "Two"}
    write(data_folder / "catalogue" / "distinct.json", {"pairs": [[BRIDGE, LAB, why]]})
    monkeypatch.setenv("CORRIDOR_DATA", str(data_folder))
    monkeypatch.setenv("CORRIDOR_DOCUMENTS", str(texts))
    return data_folder


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs a command: exit code, output, messages."""

    def run_command(*arguments: str, root: Path = ROOT) -> tuple[int, str, str]:
        code = main(arguments, root)
        told = capsys.readouterr()
        return code, told.out, told.err

    return run_command


# --- layers --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("folder")
def test_layers_lists_each_layer_with_its_places_and_the_version(run: Run) -> None:
    code, out, _ = run("layers")
    assert code == 0
    listed = [line.split()[:2] for line in out.splitlines()[:3]]
    assert listed == [["sites", "2"], ["site", "2"], ["routes", "2"]]
    assert "图层sites · Layer sites" in out
    assert out.splitlines()[-1].startswith("data version ")


def test_layers_says_which_layer_is_refused(folder: Path, run: Run) -> None:
    (folder / "geojson" / "site.geojson").write_text("[", encoding="utf-8")
    code, out, _ = run("layers")
    assert code == 0
    assert out.splitlines()[1].split()[:2] == ["site", "refused"]


# --- validate ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("folder")
def test_validate_finds_no_fault_in_good_data(run: Run) -> None:
    assert run("validate") == (0, "", "corridor: 0 faults\n")


def test_validate_finds_what_breaks_a_schema(folder: Path, run: Run) -> None:
    write_layer(folder, "routes", [feature("hostile", category="castle")])
    code, out, err = run("validate")
    assert code == 1
    assert "routes: hostile properties.category: unknown_code ('castle')" in out
    assert err == f"corridor: {len(out.splitlines())} faults\n"


def test_validate_finds_a_phrase_that_is_not_at_its_line(folder: Path, run: Run) -> None:
    (folder.parent / "documents" / f"{PLAN_2024}.txt").write_text("题名\n企业达到10000家,2025年\n", "utf-8")
    code, out, _ = run("validate")
    assert code == 1
    assert "properties.citations.0.phrase: not_at_line (光谷)" in out


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"value": 20000}, "targets: firms-2025 value: not_at_line (20000)"),
        ({"scope_ids": ["atlantis"]}, "targets: firms-2025 scope_ids: unknown_place (atlantis)"),
        ({"kind": "hope"}, "targets: firms-2025 0.kind: schema"),
    ],
)
def test_validate_finds_faulty_targets(folder: Path, run: Run, change: dict[str, Any], said: str) -> None:
    write(folder / "targets.json", [target(**{"citation": CITED, **change})])
    code, out, _ = run("validate")
    assert code == 1
    assert out.startswith(said)


def test_validate_finds_targets_that_cannot_be_read(folder: Path, run: Run) -> None:
    (folder / "targets.json").write_text("[", encoding="utf-8")
    code, out, _ = run("validate")
    assert code == 1
    assert out.startswith("targets: file: unreadable")


def test_validate_finds_places_that_may_be_one_until_somebody_reviews_them(folder: Path, run: Run) -> None:
    write_layer(folder, "site", [feature("twin", name_zh="光谷科學島")])
    code, out, _ = run("validate")
    assert code == 1
    assert out.startswith(f"alike: {ISLAND} 光谷科学岛 | twin 光谷科學島: alike 1.00, ")
    pairs = [["twin", ISLAND, {"zh": "两处", "en": "Two"}]]
    write(folder / "catalogue" / "distinct.json", {"pairs": pairs})
    open_store.cache_clear()
    assert run("validate")[0] == 0


@pytest.mark.usefixtures("folder")
def test_validate_without_documents_says_that_citations_are_not_checked(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("CORRIDOR_DOCUMENTS")
    code, _, err = run("validate", root=tmp_path / "elsewhere" / "program")
    assert code == 0
    assert "citations are not checked: set CORRIDOR_DOCUMENTS" in err


# --- coverage ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("folder")
def test_coverage_shows_every_line_with_what_rests_on_it(run: Run) -> None:
    code, out, _ = run("coverage")
    assert code == 0
    lines = out.splitlines()
    assert f"{PLAN_2024}  文件{PLAN_2024} · Document {PLAN_2024}" in lines
    assert [line.split() for line in lines if line.strip().startswith("2  ")] == [
        ["2", "1", "target", "企业达到10000家,2025年"]
    ]
    assert any(line.split()[:3] == ["39", "5", "places"] for line in lines)
    assert [line.split() for line in lines if line.startswith("all ")] == [["all", "7", "4", "3", "0"]]
    assert "3  heading                  标题 · Heading" in out


def test_coverage_ends_with_one_where_a_line_has_neither_citation_nor_reason(folder: Path, run: Run) -> None:
    write(folder / "coverage.json", {**REASONS, "lines": {**REASONS["lines"], PLAN_2024: {}}})
    code, out, _ = run("coverage", "--uncovered")
    assert code == 1
    assert out.splitlines()[1].split() == ["1", "!UNCOVERED", "题名"]
    assert PLAN_2021 not in out.partition("\n\n")[0]


def test_coverage_ends_with_one_where_a_cited_line_has_a_reason(folder: Path, run: Run) -> None:
    lines = {**REASONS["lines"], PLAN_2024: {"1": "heading", "2": "heading"}}
    write(folder / "coverage.json", {**REASONS, "lines": lines})
    code, out, _ = run("coverage", "--uncovered")
    assert code == 1
    assert out.splitlines()[1].split()[:5] == ["2", "!CONTRADICTED", "1", "target,", "heading"]
    # Another document's lines are whole.
    assert run("coverage", "--document", PLAN_2021)[0] == 0


@pytest.mark.usefixtures("folder")
def test_coverage_as_json_has_ids_by_line_and_no_text(run: Run) -> None:
    code, out, _ = run("coverage", "--json", "--document", PLAN_2024)
    assert code == 0
    told = json.loads(out)
    (document,) = told["documents"]
    assert document["id"] == PLAN_2024
    assert document["lines"][1] == {
        "line": 2, "state": "cited", "places": [], "targets": ["firms-2025"], "reason": None,
    }  # fmt: skip
    assert told["totals"] == document["totals"]
    assert document["reasons"] == {"heading": 1}
    assert "企业达到" not in out


@pytest.mark.usefixtures("folder")
def test_coverage_of_an_unknown_document_names_those_that_there_are(run: Run) -> None:
    code, out, err = run("coverage", "--document", "hearsay")
    assert (code, out) == (2, "")
    assert err == f"corridor: no document 'hearsay'; there are {PLAN_2021}, {PLAN_2023}, {PLAN_2024}\n"


@pytest.mark.usefixtures("folder")
def test_coverage_without_documents_says_what_to_set(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("CORRIDOR_DOCUMENTS")
    code, out, err = run("coverage", root=tmp_path / "elsewhere" / "program")
    assert (code, out) == (2, "")
    assert "set CORRIDOR_DOCUMENTS" in err


# --- publish, versions, diff -----------------------------------------------------------------------


def digits(out: str) -> str:
    """Return the version that `publish` names."""
    found = re.search(r"[0-9a-f]{12}", out)
    assert found, out
    return found[0]


@pytest.mark.usefixtures("folder")
def test_publish_publishes_once_and_says_so(run: Run) -> None:
    code, out, _ = run("publish", "--note", "first")
    assert (code, out) == (0, f"published {digits(out)}: 3 layers\n")
    code, again, _ = run("publish")
    assert code == 0
    assert re.fullmatch(rf"already published: {digits(out)}, \d{{4}}-\d\d-\d\d \d\d:\d\d UTC\n", again)


def test_publish_refuses_data_with_a_refused_layer(folder: Path, run: Run) -> None:
    (folder / "geojson" / "site.geojson").write_text("[", encoding="utf-8")
    code, out, err = run("publish")
    assert (code, out) == (6, "")
    assert "'site' is not served" in err
    assert not (folder / "versions" / "published.json").exists()


def test_publish_tells_where_it_cannot_write(folder: Path, run: Run) -> None:
    (folder / "versions" / ".lock").mkdir(parents=True)
    code, out, err = run("publish")
    assert (code, out) == (9, "")
    assert err.startswith("corridor: Publishing did not finish: versions/.lock: Is a directory.")


def test_versions_lists_the_newest_first_and_which_is_served(folder: Path, run: Run) -> None:
    assert run("versions")[1].split() == [open_store(str(folder)).version(), "not", "published"]
    first = digits(run("publish", "--note", "第一版")[1])
    write_layer(folder, "routes", [feature("new-road", category="road")])
    second = digits(run("publish")[1])
    code, out, _ = run("versions")
    assert code == 0
    newest, oldest = out.splitlines()
    assert newest.startswith(second)
    assert newest.endswith("(served)")
    assert oldest.startswith(first)
    assert oldest.endswith("3 layers  第一版")
    write_layer(folder, "routes", [])
    assert run("versions")[1].splitlines()[0].endswith("not published")


def test_diff_names_versions_by_beginning_and_word(folder: Path, run: Run) -> None:
    first = digits(run("publish")[1])
    write_layer(folder, "routes", [feature("new-road", category="road")])
    for old, new in ((first, "current"), (first[:5], "current"), ("latest", "current")):
        code, out, _ = run("diff", old, new)
        assert code == 0
        assert out.splitlines()[-1].startswith(f"{first} (")
        assert out.splitlines()[-1].endswith("(not published): 3 places differ: 1 added, 2 removed")
    assert run("diff", "latest", "latest")[1].endswith("0 places differ\n")


@pytest.mark.parametrize("form", ["json", "geojson", "csv"])
def test_diff_is_written_for_programs(folder: Path, run: Run, form: str) -> None:
    run("publish")
    write_layer(folder, "routes", [feature("new-road", category="road")])
    code, out, err = run("diff", "latest", "current", "--format", form)
    assert (code, err) == (0, "")
    assert "new-road" in out
    if form != "csv":
        assert json.loads(out)["counts"] == {"added": 1, "removed": 2}


def test_diff_of_a_version_that_there_is_not_names_the_current_one(folder: Path, run: Run) -> None:
    current = open_store(str(folder)).version()
    for asked in ("zzzz", "latest"):
        code, out, err = run("diff", asked, "current")
        assert (code, out) == (8, "")
        assert err == f"corridor: No data version '{asked}' here; the current one is '{current}'.\n"


def test_diff_of_a_beginning_of_two_versions_names_both(folder: Path, run: Run) -> None:
    beginnings: dict[str, str] = {}
    for number in range(20):
        write_layer(folder, "routes", [feature(f"road-{number}", category="road")])
        version = digits(run("publish")[1])
        if version[0] in beginnings:
            code, _, err = run("diff", version[0], "current")
            assert code == 13
            assert beginnings[version[0]] in err
            assert version in err
            return
        beginnings[version[0]] = version
    pytest.fail("seventeen versions cannot begin with sixteen digits")


def test_diff_of_a_damaged_version_names_the_file(folder: Path, run: Run) -> None:
    run("publish")
    write_layer(folder, "routes", [])
    run("publish")
    kept = (folder / "versions" / "layers").iterdir()
    path = next(path for path in kept if AVENUE.encode() in path.read_bytes())
    path.write_bytes(b"{}")
    oldest = json.loads((folder / "versions" / "published.json").read_text("utf-8"))[0]["version"]
    open_store.cache_clear()
    code, _, err = run("diff", oldest, "current")
    assert code == 12
    assert f"versions/layers/{path.name}: its content is not the one that was published" in err


# --- export, show, link ----------------------------------------------------------------------------


@pytest.mark.usefixtures("folder")
def test_export_writes_what_is_asked_for_and_is_quiet_in_a_pipe(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "built.csv"
    asked = ("sites", "--to", str(path), "--where", "status=built", "--crs", "4547", "--encoding", "GBK")
    assert run("export", *asked, "--names", "zh") == (0, "", "")
    head, *rows = path.read_text("gbk").splitlines()
    assert head.startswith("编号,图层代码,图层,")
    assert [row.partition(",")[0] for row in rows] == [ISLAND]
    manifest = json.loads((tmp_path / "built.csv.manifest.json").read_text("utf-8"))
    assert manifest["crs"][0]["id"] == "EPSG:4547"


@pytest.mark.usefixtures("folder")
def test_export_tells_programs_the_manifest_and_everybody_what_is_left_out(run: Run, tmp_path: Path) -> None:
    area = {"type": "Polygon", "coordinates": [[[114.4, 30.4], [114.6, 30.4], [114.6, 30.6], [114.4, 30.4]]]}
    write(tmp_path / "area.json", area)
    path = tmp_path / "all.zip"
    code, out, err = run(
        "export", "--to", str(path), "--format", "csv", "--area", str(tmp_path / "area.json"), "--json",
        "--years", "2021-2026",
    )  # fmt: skip
    assert code == 0
    assert json.loads(out)["files"][0]["name"] == "all.csv"
    assert err == "corridor: 1 places left out: Without a position, which this format or area cannot hold\n"


@pytest.mark.usefixtures("folder")
def test_export_of_a_published_version_has_its_places(folder: Path, run: Run, tmp_path: Path) -> None:
    first = digits(run("publish")[1])
    write_layer(folder, "routes", [feature("new-road", category="road")])
    for version, count in ((first[:6], 2), ("current", 1)):
        path = tmp_path / f"{version}.geojson"
        assert run("export", "routes", "--to", str(path), "--data-version", version)[0] == 0
        assert len(json.loads(path.read_text("utf-8"))["features"]) == count


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("nowhere",), 3, "No layer 'nowhere'"),
        (("--where", "status"), 14, "FIELD=VALUE"),
        (("--where", "colour=red"), 15, "No field 'colour'"),
        (("--where", "status=bilt"), 16, "No status 'bilt'"),
        (("--ids", "nobody"), 17, "No place 'nobody'"),
        (("--format", "docx"), 19, "No export format 'docx'"),
        (("--encoding", "latin-1"), 20, "it takes utf-8"),
        (("--area", "/no/such/file"), 21, "file: No such file"),
        (("--where", "status=built", "--where", "status!=built"), 22, "Nothing is left"),
        (("--crs", "EPSG:32650"), 26, "EPSG:4534 to 4554"),
        (("--crs", "EPSG:4214"), 27, "Beijing 1954"),
        (("--crs", "EPSG:4546"), 28, "Use EPSG:4547"),
    ],
)
def test_export_ends_with_the_code_of_what_is_wrong(
    run: Run, tmp_path: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    ended, out, err = run("export", "--to", str(tmp_path / "x.csv"), *arguments)
    assert (ended, out) == (code, "")
    assert err.startswith("corridor: ")
    assert said in err
    assert not (tmp_path / "x.csv").exists()


@pytest.mark.usefixtures("folder")
def test_export_that_cannot_be_written_or_encoded_has_codes_of_its_own(
    folder: Path, run: Run, tmp_path: Path
) -> None:
    assert run("export", "--to", str(tmp_path / "no" / "x.csv"))[0] == 24
    write_layer(folder, "sites", [feature("tower", name_zh="𠮷野塔")])
    code, _, err = run("export", "--to", str(tmp_path / "x.csv"), "--encoding", "gbk")
    assert code == 23
    assert "tower name_zh (𠮷)" in err


def test_ctrl_c_and_a_request_to_end_leave_no_file(folder: Path, tmp_path: Path) -> None:
    layers = [feature(f"place-{number}") for number in range(3_000)]
    write_layer(folder, "sites", layers)
    for name in ("SIGINT", "SIGTERM"):
        arguments = [sys.executable, "-m", "cli", "export", "--to", str(tmp_path / "all.xlsx")]
        with subprocess.Popen(arguments, cwd=ROOT, stderr=subprocess.PIPE, text=True) as running:  # noqa: S603 - our own
            while running.poll() is None and not list(tmp_path.glob(".*.beside")):
                time.sleep(0.01)
            running.send_signal(getattr(signal, name))
            _, told = running.communicate(timeout=60)
        assert running.returncode == 130
        assert told == "corridor: The export was cancelled; nothing was written.\n"
        assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "documents"]


@pytest.mark.usefixtures("folder")
def test_show_tells_a_place_by_its_id_and_by_a_former_one(folder: Path, run: Run) -> None:
    code, out, _ = run("show", ISLAND)
    assert code == 0
    assert out.splitlines()[0] == "光谷科学岛 · Optics Valley Science Island"
    assert "2023-04-08  under_construction “建设”  2021–2025  Document plan-2023  四(三)  line 39" in out
    aliases = {"aliases": {"old-island": ISLAND}, "tombstones": {"gone": STONE}}
    write(folder / "catalogue" / "aliases.json", aliases)
    open_store.cache_clear()
    assert run("show", "old-island") == (0, out, "")
    assert run("show", "gone")[0] == 18
    code, _, err = run("show", "science-iland")
    assert code == 17
    assert ISLAND in err


@pytest.mark.usefixtures("folder")
def test_show_as_json_is_the_feature_as_it_is_served(run: Run) -> None:
    code, out, _ = run("show", LAB, "--json")
    assert code == 0
    told = json.loads(out)
    assert (told["type"], told["id"], told["geometry"]) == ("Feature", LAB, None)


def test_link_prints_an_address_that_shows_what_was_asked_for(folder: Path, run: Run) -> None:
    code, out, _ = run("link", "sites", "--where", "status=built", "--address", "https://atlas.example.cn")
    assert code == 0
    assert out.startswith("https://atlas.example.cn/m?v=2&c=")
    assert f"&d={open_store(str(folder)).version()}&" in out
    code, again, _ = run("link", "--link", out, "--json")
    told = json.loads(again)
    assert f"https://atlas.example.cn{told['link']}\n" == out
    assert "built" in told["filter"]["en"]


@pytest.mark.parametrize("command", ["export", "show", "link", "print"])
def test_help_has_examples_that_work(
    command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    told = capsys.readouterr().out.splitlines()
    examples = [shlex.split(line) for line in told if line.startswith(f"  corridor {command} ")]
    assert examples
    monkeypatch.setenv("CORRIDOR_DATA", str(DATA))
    monkeypatch.chdir(tmp_path)
    corridor = {"type": "Polygon", "coordinates": [[[113, 29], [117, 29], [117, 32], [113, 29]]]}
    write(tmp_path / "drawn.geojson", corridor)
    for _, *arguments in examples:
        assert main(arguments) == 0, arguments
        if "--to" in arguments:
            assert (tmp_path / arguments[arguments.index("--to") + 1]).stat().st_size


# --- exit codes ----------------------------------------------------------------------------------


def test_an_unknown_store_has_a_code_of_its_own(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORRIDOR_DATA", "/nowhere")
    code, out, err = run("layers")
    assert (code, out) == (4, "")
    assert err.startswith("corridor: No store can be opened at '/nowhere'")


def test_reasons_that_cannot_be_used_have_a_code_of_their_own(folder: Path, run: Run) -> None:
    write(folder / "coverage.json", {"codes": {}, "lines": {PLAN_2024: {"1": "heading"}}})
    code, _, err = run("coverage")
    assert code == 5
    assert "'coverage.json' cannot be used" in err


def test_targets_that_cannot_be_used_have_a_code_of_their_own(folder: Path, run: Run) -> None:
    write(folder / "targets.json", [target(kind="hope")])
    code, _, err = run("coverage")
    assert code == 7
    assert "targets.json: firms-2025 0.kind: schema" in err


def test_every_error_has_a_code_and_a_class_comes_before_its_root() -> None:
    kinds = list(EXIT_CODES)
    assert len(set(EXIT_CODES.values())) == len(kinds)
    assert not {0, FAULTS_FOUND, USAGE, UNREAD} & set(EXIT_CODES.values())
    for position, kind in enumerate(kinds):
        assert not any(issubclass(later, kind) for later in kinds[position + 1 :]), kind
    raised = [kind for kind in vars(layers.errors).values() if isinstance(kind, type)]
    for kind in raised:
        if issubclass(kind, LayersError):
            assert any(issubclass(kind, row) for row in kinds)


@pytest.mark.parametrize("arguments", [[], ["fly"], ["coverage", "--what"]])
def test_a_command_that_there_is_not_ends_as_a_usage_error(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage: corridor" in capsys.readouterr().err
