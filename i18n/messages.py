"""Reads the message files: one folder a language, one file a part of the program."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

LANGUAGES = ("zh", "en")


@cache
def messages(language: str, part: str) -> Mapping[str, str]:
    """Return the messages of one part of the program, by key.

    Parameters
    ----------
    language
        `zh` or `en`.
    part
        Name of a message file: `app`, `errors`, `map`, `sentence`.

    Raises
    ------
    ValueError
        There is no such language or part.
    """
    if language not in LANGUAGES:
        message = f"no language {language!r}; there are {LANGUAGES}"
        raise ValueError(message)
    file = files("i18n") / language / f"{part}.json"
    if not file.is_file():
        message = f"no messages {part!r} in {language!r}"
        raise ValueError(message)
    return MappingProxyType(json.loads(file.read_text(encoding="utf-8")))
