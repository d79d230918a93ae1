"""In which language a reader without one in the link is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from i18n.messages import LANGUAGES

if TYPE_CHECKING:
    from starlette.requests import Request

# A browser names some five languages.
MOST_NAMED = 20


def preferred_language(request: Request) -> str:
    """Return the language of ours that the reader's browser likes best, the first one where it names none."""
    named = request.headers.get("accept-language", "").split(",")[:MOST_NAMED]
    liked: dict[str, float] = {}
    for one in named:
        tag, _, weight = one.partition(";")
        language = tag.strip().lower().partition("-")[0]
        if language in LANGUAGES and _weight(weight) > liked.get(language, 0.0):
            liked[language] = _weight(weight)
    return max(liked, key=lambda language: liked[language], default=LANGUAGES[0])


def asked_language(request: Request) -> str:
    """Return the language that `lang` names, or the preferred one where it names none of ours."""
    asked = request.query_params.get("lang", "")
    return asked if asked in LANGUAGES else preferred_language(request)


def _weight(text: str) -> float:
    name, _, number = text.strip().partition("=")
    if not name:
        return 1.0
    try:
        weight = float(number)
    except ValueError:
        return 0.0
    return weight if name.strip() == "q" and 0 <= weight <= 1 else 0.0
