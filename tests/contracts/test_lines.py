"""Every line of the documents was read: places and targets cite it, or a reason says why none does."""

import json
import os
import re
from functools import lru_cache

import pytest

from layers.alike import alike_pairs, idle_reviews, unreviewed
from layers.coverage import DocumentCoverage, coverage, printed_lines, totals_of
from layers.provenance import Texts
from layers.settings import Settings
from layers.stores.folder import FolderStore
from layers.targets import unknown_places, unproved_targets
from tests.builders import DATA, ROOT

STORE = FolderStore(DATA)


@lru_cache(maxsize=1)
def read_texts() -> Texts | None:
    folder = Settings.read(os.environ, ROOT).documents
    return Texts.read(folder, STORE.catalogue) if folder is not None and folder.is_dir() else None


@pytest.fixture
def texts() -> Texts:
    """Return the lines of each planning document."""
    read = read_texts()
    if read is None:
        pytest.skip("the documents' texts are not here; name their folder in CORRIDOR_DOCUMENTS")
    return read


@pytest.fixture
def documents(texts: Texts) -> tuple[DocumentCoverage, ...]:
    """Return what rests on each line of each document."""
    return coverage(STORE.snapshot(), STORE.targets(), printed_lines(texts), STORE.reasons())


# --- lines ---------------------------------------------------------------------------------------


def test_every_line_is_cited_or_has_a_reason_and_none_both(documents: tuple[DocumentCoverage, ...]) -> None:
    faulty = [
        (document.document_id, line.number, line.state)
        for document in documents
        for line in document.lines
        if line.is_fault
    ]
    assert faulty == []


def test_the_totals_are_those_of_a_plain_count(documents: tuple[DocumentCoverage, ...], texts: Texts) -> None:
    # Counted from the files themselves, without the code that is proved here.
    entries = [
        entry
        for layer_id in STORE.catalogue.layer_ids()
        for row in json.loads((DATA / "geojson" / f"{layer_id}.geojson").read_text("utf-8"))["features"]
        for entry in (*row["properties"]["history"], *row["properties"]["citations"])
    ]
    entries += [row["citation"] for row in json.loads((DATA / "targets.json").read_text("utf-8"))]
    cited = {
        (entry["document"], entry[field])
        for entry in entries
        for field in ("line", "words_line", "year_line")
        if entry["document"] in texts.lines and entry.get(field)
    }
    totals = totals_of(documents)
    assert totals.cited == len(cited)
    assert totals.printed == sum(bool(line.strip()) for lines in texts.lines.values() for line in lines)
    assert totals.cited + totals.reasoned == totals.printed


def test_a_line_taken_out_of_the_reasons_is_found(texts: Texts) -> None:
    given = STORE.reasons()
    (document_id, lines), *_ = given.lines.items()
    number = next(iter(lines))
    fewer = {**given.lines, document_id: {line: code for line, code in lines.items() if line != number}}
    found = coverage(STORE.snapshot(), STORE.targets(), printed_lines(texts), type(given)(given.codes, fewer))
    assert totals_of(found).uncovered == 1


# --- reasons -------------------------------------------------------------------------------------


def test_every_reason_has_words_in_both_languages_and_is_used() -> None:
    given = STORE.reasons()
    assert {code for lines in given.lines.values() for code in lines.values()} == set(given.codes)
    for code, words in given.codes.items():
        assert re.fullmatch("[a-z]+(_[a-z]+)*", code)
        assert re.search("[\u4e00-\u9fff]", words.zh), code
        assert words.en, code
        assert not re.search("[\u4e00-\u9fff]", words.en), code


def test_reasons_speak_of_planning_documents_in_their_order() -> None:
    plans = {document.document_id for document in STORE.catalogue.plan_documents()}
    for document_id, lines in STORE.reasons().lines.items():
        assert document_id in plans
        assert list(lines) == sorted(lines)


def test_a_reason_quotes_no_document() -> None:
    assert set(json.loads((DATA / "coverage.json").read_text("utf-8"))) == {"codes", "lines"}


# --- targets -------------------------------------------------------------------------------------


def test_there_are_targets_of_every_kind() -> None:
    assert {target.kind for target in STORE.targets()} == {"target", "baseline", "milestone"}


def test_every_phrase_value_and_year_of_a_target_stands_at_its_line(texts: Texts) -> None:
    assert unproved_targets(STORE.targets(), texts) == []


def test_the_proof_of_targets_can_fail(texts: Texts) -> None:
    shifted = Texts({name: ("", *lines) for name, lines in texts.lines.items()})
    assert len(unproved_targets(STORE.targets(), shifted)) > len(STORE.targets())


def test_every_place_that_a_target_is_of_is_in_a_layer() -> None:
    assert unknown_places(STORE.targets(), list(STORE.snapshot().index.ids)) == []


# --- places entered twice ------------------------------------------------------------------------


def test_every_pair_of_places_with_names_alike_was_reviewed() -> None:
    pairs = alike_pairs(STORE.snapshot())
    assert [str(pair) for pair in unreviewed(pairs, STORE.catalogue.distinct)] == []
    assert idle_reviews(pairs, STORE.catalogue.distinct) == []


def test_every_review_says_why_in_both_languages() -> None:
    for pair, why in STORE.catalogue.distinct.items():
        assert re.search("[\u4e00-\u9fff]", why.zh), pair
        assert why.en, pair
        assert why.zh.endswith("。"), pair
        assert why.en.endswith("."), pair
        # Names of the documents stay as printed; the sentence is English.
        assert not re.search("[。，；]", why.en), pair
