"""How a link is written: its lists, its layers, its check, and what others add to it."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, unquote

from layers.filters import PAST_WINDOW, SEARCH, YEARS, Condition

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# Links of every schema ever issued are read; new ones are written in the last.
LINK_SCHEMA = "2"
LINK_SCHEMAS = ("1", LINK_SCHEMA)
# Left as they are in a link, so that a person can read it; all other characters are escaped.
READABLE = ",:;~!*()"
FLAGS = {"1": True, "0": False}
# 20 bits: of a million links changed on their way one is not noticed.
CHECK_DIGITS = 4
# Under these names a view tells what befell the link as a whole.
TOO_LONG, TOO_MANY, CUT, CUT_BEHIND, CHANGED = "too_long", "too_many", "cut", "cut_behind", "changed"
ENCODED = "encoded"
# So often may a link have been encoded on its way.
MOST_ENCODED = 3
# The keys without which a view would show more: where one cannot be read, it shows nothing. A link
# made from a view that could not be read whole says so again.
NARROWING = frozenset({"w", "y", "q", "l", "all", "out", "on", "v", "c", TOO_LONG, TOO_MANY, CHANGED})
_CHECKED = NARROWING - {"c"} | {"d"}
# Added by messengers, mail and advertising; they say who passed a link on, not what it shows.
_ADDED_PREFIXES = ("utm_", "share_", "sharer_", "hsa_", "mc_", "pk_", "mtm_")
_ADDED = frozenset({
    "from", "isappinstalled", "scene", "clicktime", "enterid", "nsukey", "ascene", "subscene",
    "sessionid", "srcid", "chksm", "wxfrom", "wx_header", "exportkey", "pass_ticket", "devicetype",
    "nettype", "abtest_cookie", "tt_from", "_wv", "_wwv", "ADTAG", "sudaref", "spm", "spm_id_from",
    "vd_source", "ddtab", "dd_nav_bgcolor", "fbclid", "mibextid", "igsh", "igshid", "gclid",
    "gbraid", "wbraid", "dclid", "gad_source", "gad_campaignid", "srsltid", "usp", "_ga", "_gl",
    "msclkid", "yclid", "ttclid", "twclid", "li_fat_id", "trk", "trkEmail", "_hsenc", "_hsmi",
    "mkt_tok",
})  # fmt: skip
# What the routes and Streamlit take from an address for themselves.
_OF_ROUTES = frozenset({"embed", "embed_options", "s_key"})
# Years and text have a key each, so no condition asks for them.
_OWN_KEYS = {YEARS, SEARCH}
# In a list a comma is written ~; and a tilde ~~ and an empty value ~e, which no messenger decodes.
_MEANT = {";": ",", "~": "~", "e": ""}
_ESCAPE = re.compile("~([;~e])")
_COUNT = re.compile(r"[1-9][0-9]{0,3}")


class UnreadError(ValueError):
    """A part of a link cannot be read."""


def pairs_of(query: str) -> list[tuple[str, str]]:
    """Return a query's keys and texts, without what others add to links and what routes take.

    A link copied out of a page's source has `&amp;` for `&`.
    """
    pairs = parse_qsl(query, keep_blank_values=True, errors="replace")
    named = ((key.removeprefix("amp;"), text) for key, text in pairs)
    return [(key, text) for key, text in named if not _is_added(key)]


def decoded(query: str) -> str:
    """Return a query as it was made where it was encoded once more on its way, otherwise as it is.

    It is taken for what was made where that has a check that is met.
    """
    tried = query
    for _ in range(MOST_ENCODED):
        pairs = pairs_of(tried)
        if ("c", check_of(pairs)) in pairs:
            return tried
        # Whoever reads a query without any `=` as a key writes one behind it.
        tried = unquote(tried.removesuffix("="), errors="replace")
    return query


def query_of(pairs: Iterable[tuple[str, str]]) -> str:
    """Return keys and texts as the query of a link, in ASCII."""
    return "&".join(f"{_quoted(key, '')}={_quoted(text, READABLE)}" for key, text in pairs)


def check_of(pairs: Iterable[tuple[str, str]]) -> str:
    """Return four characters that change when anything does that decides which places are shown.

    The order of the pairs and the way they are escaped do not count.
    """
    lines = sorted(f"{key}={text}\n".encode("utf-8", "replace") for key, text in pairs if key in _CHECKED)
    digest = hashlib.sha256(b"".join(lines)).digest()
    return base64.b32encode(digest)[:CHECK_DIGITS].decode().lower()


def is_narrowing(key: str) -> bool:
    """Return whether a view shows nothing where this key cannot be read."""
    # A link encoded twice is one long key, `v%3D1%26w%3D...`; what it asks must not read as nothing.
    return key in NARROWING or "=" in key or "%3D" in key.upper()


def written_condition(row: Condition) -> str:
    """Return a condition as the text of `w`."""
    subject = row.field if row.op == "in" else f"{row.field}~{row.op}"
    values = (str(int(value)) if isinstance(value, bool) else str(value) for value in row.values)
    return f"{subject}:{written_list(values)}"


def read_condition(text: str) -> Condition:
    """Return the condition that the text of a `w` asks for.

    Raises
    ------
    UnreadError, ValueError, KeyError, LayersError
        It asks for none.
    """
    subject, colon, values = text.partition(":")
    name, tilde, op = subject.partition("~")
    if not colon or name in _OWN_KEYS or not values:
        raise UnreadError
    return Condition(name, op if tilde else "in", tuple(_value(name, part) for part in read_list(values)))


def written_list(values: Iterable[str]) -> str:
    """Return values with commas between them."""
    return ",".join(value.replace("~", "~~").replace(",", "~;") or "~e" for value in values)


def read_list(text: str) -> list[str]:
    """Return the values of a list; an empty text is an empty list."""
    return [_ESCAPE.sub(lambda mark: _MEANT[mark[1]], part) for part in text.split(",")] if text else []


def written_layers(layers: Sequence[str], numbers: Mapping[str, int]) -> tuple[str, str]:
    """Return the key and the text for the layers shown: `l` and their ids, or `all` where that is shorter.

    Parameters
    ----------
    numbers
        The number of each layer that has one, in the order of display.
    """
    names = written_list(layers)
    count, shown = max(numbers.values(), default=0), set(layers)
    left_out = [f"-{layer_id}" for layer_id in numbers if layer_id not in shown]
    text = written_list([str(count), *left_out])
    if len(text) < len(names) and layers_up_to(count, left_out, numbers) == tuple(layers):
        return "all", text
    return "l", names


def read_all(text: str, numbers: Mapping[str, int]) -> tuple[str, ...]:
    """Return the layers that the text of `all` asks for, in the order of display.

    Raises
    ------
    UnreadError
        No layer has the number, or a layer to be left out is not among them.
    """
    count, *left_out = read_list(text) or [""]
    if not _COUNT.fullmatch(count) or int(count) not in numbers.values():
        raise UnreadError
    return layers_up_to(int(count), left_out, numbers)


def layers_up_to(count: int, left_out: Iterable[str], numbers: Mapping[str, int]) -> tuple[str, ...]:
    """Return the layers numbered up to `count` less those that `left_out` names behind a hyphen.

    Raises
    ------
    UnreadError
        One of those is not among them.
    """
    counted = {f"-{layer_id}": layer_id for layer_id, number in numbers.items() if number <= count}
    for name in left_out:
        if counted.pop(name, None) is None:
            raise UnreadError
    return tuple(counted.values())


def _is_added(key: str) -> bool:
    return key in _ADDED or key in _OF_ROUTES or key.startswith(_ADDED_PREFIXES)


def _quoted(text: str, safe: str) -> str:
    return quote(text, safe=safe, errors="replace")


def _value(name: str, text: str) -> str | float | bool:
    if name == PAST_WINDOW:
        return FLAGS[text]
    if name == "accuracy_m":
        return int(text)
    return text
