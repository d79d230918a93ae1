"""JSON that means the same to every reader: no key twice, no number that only some can hold."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from typing import Any

# Beyond these a browser's numbers are no longer exact: a code of 18 digits is text.
MAX_INTEGER = 2**53 - 1
_SURROGATE = re.compile(r"\\ud[89a-f]", re.IGNORECASE)


def parse(text: str) -> Any:  # noqa: ANN401 - whatever the text holds
    """Return what a JSON text holds.

    Raises
    ------
    ValueError
        No JSON, a key given twice in one object, NaN, Infinity or a number too large to be held
        exactly, half a character (a lone surrogate), or nested too deep.
    """
    try:
        value = json.loads(
            text,
            object_pairs_hook=_unique,
            parse_constant=_refuse_constant,
            parse_float=_finite,
            parse_int=_exact,
        )
        if _SURROGATE.search(text):
            json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        message = f"half a character: {error.object[error.start]!r}"
        raise ValueError(message) from error
    except RecursionError as error:
        message = "nested too deep"
        raise ValueError(message) from error
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        twice, _ = Counter(key for key, _ in pairs).most_common(1)[0]
        message = f"the key {twice!r} stands twice in one object"
        raise ValueError(message)
    return members


def _refuse_constant(name: str) -> None:
    message = f"{name} is no JSON number"
    raise ValueError(message)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        message = f"{digits[:30]} is too large a number"
        raise ValueError(message)
    return number


def _exact(digits: str) -> int:
    number = int(digits)
    if abs(number) > MAX_INTEGER:
        message = f"{digits[:30]} cannot be held exactly as a number; write it as text"
        raise ValueError(message)
    return number
