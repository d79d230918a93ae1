"""The terminal: what each command prints, and the code it ends with."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import cli
import layers.errors
from layers.errors import LayersError
from layers.stores.address import open_store
from tests.builders import BRIDGE, ISLAND, LAB, PLAN_2021, PLAN_2023, PLAN_2024, feature, target, write_layer

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

    def run_command(*arguments: str, root: Path = cli.ROOT) -> tuple[int, str, str]:
        code = cli.main(arguments, root)
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
    kinds = list(cli.EXIT_CODES)
    assert len(set(cli.EXIT_CODES.values())) == len(kinds)
    assert not {0, cli.FAULTS_FOUND, cli.USAGE, cli.UNREAD} & set(cli.EXIT_CODES.values())
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
        cli.main(arguments)
    assert ended.value.code == 2
    assert "usage: corridor" in capsys.readouterr().err
