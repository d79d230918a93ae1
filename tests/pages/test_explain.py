"""Every error of the core has words in both languages."""

import string
from collections.abc import Iterator

import pytest

from geo.errors import GeocoderRefusedError, GeocoderUnreachableError, GeoError, MissingCRSError
from i18n.messages import LANGUAGES, messages
from layers.errors import (
    CatalogueError,
    InvalidLayerError,
    LayersError,
    RetiredPlaceError,
    ShiftedDatumError,
    UnknownFieldError,
    UnknownLayerError,
    UnknownOperatorError,
    UnknownPlaceError,
    UnknownStoreError,
    UnknownVersionError,
)
from layers.findings import Issue
from pages.components.explain import explain

ISSUES = tuple(Issue(f"park-{number}", "properties.city", "unknown_code", "'mars'") for number in range(5))
ERRORS = (
    LayersError("nothing works"),
    GeoError("nothing works"),
    UnknownLayerError("moon", ("sites", "routes")),
    InvalidLayerError("sites", "sites.geojson", ISSUES),
    InvalidLayerError("sites", "sites.geojson", ISSUES[:1]),
    UnknownVersionError("0123", "4567"),
    UnknownPlaceError("moon-base", ("park-1",)),
    RetiredPlaceError("old-park", "2026-01-01", "merged", "park-1"),
    UnknownOperatorError("near", ("in", "not_in")),
    UnknownFieldError("colour", "in", ("status", "city")),
    CatalogueError("theme.json", "is no JSON"),
    ShiftedDatumError("amap", "GCJ-02"),
    UnknownStoreError("ftp://x"),
    MissingCRSError("Buffer"),
    GeocoderRefusedError("http://x", ("example.org",)),
    GeocoderUnreachableError("example.org", "光谷"),
)


def kinds(root: type[Exception]) -> Iterator[type[Exception]]:
    yield root
    for kind in root.__subclasses__():
        yield from kinds(kind)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_class_of_error_has_words(language: str) -> None:
    codes = {getattr(kind, "code", "") for root in (LayersError, GeoError) for kind in kinds(root)}
    assert codes <= messages(language, "errors").keys()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_error_is_told_with_its_values(error: LayersError | GeoError, language: str) -> None:
    text = explain(error, language)
    assert "{" not in text
    template = messages(language, "errors")[error.code]
    for name in (field for _, field, _, _ in string.Formatter().parse(template) if field):
        value = getattr(error, name, None)
        assert not isinstance(value, str) or value in text


def test_a_refused_layer_names_the_first_faults_and_counts_the_others() -> None:
    text = explain(InvalidLayerError("sites", "sites.geojson", ISSUES), "en")
    assert "park-0 properties.city" in text
    assert "and 2 more" in text


def test_both_languages_have_the_same_words() -> None:
    for part in ("app", "errors"):
        assert messages("zh", part).keys() == messages("en", part).keys()
