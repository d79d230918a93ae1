"""The clauses of a document follow from its own numbering, and agree with what citations name."""

import os
from collections import Counter, defaultdict

import pytest

from layers.concordance import Concordance, Sources
from layers.coverage import Reasons
from layers.outline import FRONT, Section, depth_of, named, outline, recognised, section_of, title_of
from layers.provenance import Texts
from layers.settings import Settings
from layers.stores.folder import FolderStore
from tests.builders import DATA, ROOT

PLAN = [
    "某市人民政府文件",
    "一、基础",
    "(一)增长。全区增长5.1%。",
    "二、任务",
    "（一）创新",
    "1.建设科学城。加快建设。",
    "专栏 1 重点项目",
    "1.甲园；2.乙园；3.丙园",
    "2. 培育企业",
    "表 1 指标",
    "1\t研发经费\t12",
    "专栏2 人才",
    "1.甲计划",
    "2.乙计划",
    "3.完善机制。",
]
CLAUSES = [
    (2, "一"), (3, "一(一)"), (4, "二"), (5, "二(一)"), (6, "二(一)1"), (7, "专栏1"), (9, "二(一)2"),
    (10, "二(一)表1"), (12, "专栏2"),
]  # fmt: skip
# Where those who read the documents name a line otherwise than by the clause around it: titles and
# addresses before the first clause, a footnote that stands a page after its clause.
OTHERWISE = {
    ("donghu-five-year-plan-2021", 15), ("donghu-five-year-plan-2021", 396), ("corridor-action-plan-2023", 1),
    ("corridor-action-plan-2023", 5), ("corridor-action-plan-2023", 7), ("world-optics-valley-2023", 3),
}  # fmt: skip


def test_chapters_parts_items_boxes_and_tables_are_recognised() -> None:
    # The last line could be the box's third item or the part's third: a box goes on first.
    assert recognised(PLAN) == CLAUSES


def test_an_item_that_does_not_go_on_with_the_box_is_a_clause() -> None:
    lines = ["一、任务", "(一)创新", "1.建设", "专栏1", "1.甲园；2.乙园；3.丙园", "2.培育"]
    assert recognised(lines)[-1] == (6, "一(一)2")


def test_a_text_without_chapters_has_no_numbered_clauses() -> None:
    assert recognised(["(一)创新", "1.建设", "2月21日，会议召开。"]) == []


def test_a_clause_takes_the_lines_up_to_the_next_of_its_depth() -> None:
    found = {section.clause: section for section in outline(PLAN, (), {})}
    assert found[FRONT] == Section(FRONT, 1, 1, 1)
    assert (found["二"].first, found["二"].last) == (4, len(PLAN))
    assert (found["二(一)1"].first, found["二(一)1"].last) == (6, 8)
    assert (found["专栏1"].first, found["专栏1"].last) == (7, 8)


def test_the_innermost_clause_of_a_line_is_found() -> None:
    clauses = outline(PLAN, (), {})
    assert [getattr(section_of(line, clauses), "clause", None) for line in (1, 8, 9, 11, 99)] == [
        FRONT, "专栏1", "二(一)2", "二(一)表1", None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("clause", "depth"),
    [("四", 1), ("四(一)", 2), ("四(一)1", 3), ("四(一)表1", 3), ("专栏10", 4), ("正文", 1), ("", 1)],
)
def test_the_depth_follows_from_the_name(clause: str, depth: int) -> None:
    assert depth_of(clause) == depth


def test_sub_headings_begin_where_they_are_printed() -> None:
    lines = ["图注一句。", "锻造科创中心 集中度", "聚焦建设。", "推进。", "打造湿地城市", "清单。"]
    cited = {3: "锻造科创中心", 4: "锻造科创", 6: "打造湿地城市"}
    assert named(lines, cited) == [(2, "锻造科创中心"), (5, "打造湿地城市")]


def test_without_text_and_outline_the_cited_clauses_bring_those_around_them() -> None:
    clauses = outline((), (), {12: "四(一)1", 14: "专栏1", 20: "四(二)"})
    assert [(section.clause, section.first, section.last) for section in clauses] == [
        ("", 1, 11), ("四", 12, 20), ("四(一)", 12, 19), ("四(一)1", 12, 19), ("专栏1", 14, 19),
        ("四(二)", 20, 20),
    ]  # fmt: skip


def test_a_title_ends_with_the_first_sentence() -> None:
    assert title_of("(一)推进创新。推进黄石园。") == "(一)推进创新"
    assert len(title_of("长" * 80)) == 40


@pytest.fixture(scope="module")
def real() -> tuple[FolderStore, Texts]:
    """Return the corridor's store and its documents."""
    folder = Settings.read(os.environ, ROOT).documents
    store = FolderStore(DATA)
    texts = Texts.found(folder, store.catalogue)
    if len(texts.lines) < len(store.catalogue.plan_documents()):
        pytest.skip("the documents' texts are not here; name their folder in CORRIDOR_DOCUMENTS")
    return store, texts


def test_every_citation_names_the_clause_that_is_recognised_around_its_line(
    real: tuple[FolderStore, Texts],
) -> None:
    store, texts = real
    cited: dict[str, dict[int, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for layer in store.snapshot().layers.values():
        for row in layer.features[["history", "citations"]].to_dict("records"):
            for entry in (*row["history"], *row["citations"]):
                if entry["line"] is not None:
                    cited[entry["document"]][entry["line"]][entry["clause"]] += 1
    wrong = []
    for document_id, lines in cited.items():
        named_by = {line: clauses.most_common(1)[0][0] for line, clauses in lines.items()}
        clauses = outline(texts.lines[document_id], (), named_by)
        for line, clause in named_by.items():
            around = getattr(section_of(line, clauses), "clause", "")
            # A sub-heading may be cut at another word.
            is_same = around == clause or (depth_of(clause) == 1 and around and clause.startswith(around))
            if not is_same and (document_id, line) not in OTHERWISE:
                wrong.append((document_id, line, clause, around))
    assert wrong == []


def test_the_kept_outlines_are_those_of_the_texts(real: tuple[FolderStore, Texts]) -> None:
    store, texts = real
    concordance = Concordance(
        Sources(store.snapshot(), store.catalogue, store.targets(), Reasons(), texts, {}),
    )
    kept = store.outlines()
    for document in store.catalogue.plan_documents():
        found = concordance.sections(document.document_id)
        starts = [(section.first, section.clause) for section in found if section.clause != FRONT]
        assert list(kept[document.document_id]) == starts, document.document_id
