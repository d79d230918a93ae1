"""The flat attributes: named as in exports, whole where a feature is whole, empty where it is not."""

from typing import Any

from layers.attributes import ATTRIBUTES, BOOLEAN, BY_NAME, INTEGER, STRINGS, Labels, values_of
from layers.catalogue import Catalogue
from layers.fields import FEATURES, TEXT
from tests.builders import DATA

KINDS = {INTEGER: "integer", BOOLEAN: "boolean"}


def test_every_attribute_is_a_field_of_exports_of_the_same_kind() -> None:
    fields = {row.field_id: row.kind for row in Catalogue.read(DATA / "catalogue").fields.of(FEATURES)}
    told = {attribute.name: KINDS.get(attribute.kind, TEXT) for attribute in ATTRIBUTES}
    assert told == {name: fields[name] for name in told}
    assert len(told) == len(ATTRIBUTES)


def test_an_attribute_that_features_do_not_have_is_empty(catalogue: Catalogue) -> None:
    labels = Labels(catalogue)
    for attribute in ATTRIBUTES:
        (value,) = values_of(attribute, {}, labels, 1)
        assert value == ([] if attribute.kind == STRINGS else False if attribute.kind == BOOLEAN else None)


def test_codes_have_their_words_and_unknown_ones_stand_for_themselves() -> None:
    labels = Labels(Catalogue.read(DATA / "catalogue"))
    columns: dict[str, list[Any]] = {
        "city": [["wuhan", "atlantis"]], "history": [[{"document": "nowhere"}]], "status": ["built"],
    }  # fmt: skip
    expected = {
        "city": ["wuhan", "atlantis"], "city_zh": ["武汉", "atlantis"], "city_en": ["Wuhan", "atlantis"],
        "documents_zh": ["nowhere"], "status_zh": "已建成",
    }  # fmt: skip
    told = {name: values_of(BY_NAME[name], columns, labels, 1)[0] for name in expected}
    assert told == expected
