"""Turns the errors of the core into words for the reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from i18n.messages import LANGUAGES
from layers.errors import SHOWN_ISSUES, InvalidLayerError, InvalidTargetsError
from layers.findings import SHOWN_VALUE
from layers.read_back import fill
from pages.components import cache

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.errors import GeoError
    from layers.errors import LayersError
    from layers.findings import Issue


def explain(error: LayersError | GeoError, language: str) -> str:
    """Return an error in words: what was asked, what there is, what to do."""
    words = cache.words("errors", language)
    if isinstance(error, InvalidLayerError | InvalidTargetsError):
        code = f"{error.code}.one" if len(error.issues) == 1 else error.code
        return fill(
            words[code],
            layer_id=getattr(error, "layer_id", ""),
            file=error.file,
            count=f"{len(error.issues):,}",
            issues=_issues(error.issues, words),
        )
    values = {name: _written(value) for name, value in vars(error).items()}
    return fill(words[error.code], **values, message=str(error))


def show(error: LayersError | GeoError) -> None:
    """Show an error in place of the page, in every language: the reader's is not known here."""
    for language in LANGUAGES:
        st.error(explain(error, language))


def _written(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _issues(issues: tuple[Issue, ...], words: Mapping[str, str]) -> str:
    shown = [
        fill(
            words["issue"],
            where=" ".join(part for part in (issue.feature_id, issue.field) if part) or words["issue.file"],
            fault=words.get(f"issue.{issue.code}", issue.code),
            value=issue.value[:SHOWN_VALUE] + "…" * (len(issue.value) > SHOWN_VALUE),
        )
        for issue in issues[:SHOWN_ISSUES]
    ]
    rest = len(issues) - SHOWN_ISSUES
    return "".join(shown) + (fill(words["issue.more"], number=rest) if rest > 0 else "")
