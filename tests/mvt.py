"""Vector tiles read by the layout that their specification prints (version 2.1), to test against."""

import struct
from collections.abc import Iterator
from typing import Any

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5


def layers_of(tile: bytes) -> dict[str, dict[str, Any]]:
    """Return each layer's extent and its features, as properties and the first position of the geometry."""
    return dict(_layer(value) for number, value in _fields(tile) if number == 3)


def _layer(raw: bytes) -> tuple[str, dict[str, Any]]:
    found: dict[int, list[Any]] = {}
    for number, value in _fields(raw):
        found.setdefault(number, []).append(value)
    keys = [key.decode() for key in found.get(3, [])]
    values = [_value(value) for value in found.get(4, [])]
    features = [_feature(value, keys, values) for value in found.get(2, [])]
    return found[1][0].decode(), {"extent": found[5][0], "features": features}


def _feature(raw: bytes, keys: list[str], values: list[Any]) -> dict[str, Any]:
    found = dict(_fields(raw))
    tags = list(_varints(found.get(2, b"")))
    geometry = list(_varints(found[4]))
    # A command first, then the steps from the upper left corner, their sign in the last bit.
    first = tuple((number >> 1) ^ -(number & 1) for number in geometry[1:3])
    properties = {keys[key]: values[value] for key, value in zip(tags[::2], tags[1::2], strict=True)}
    return {"properties": properties, "first": first}


def _value(raw: bytes) -> Any:  # noqa: ANN401 - a text, a number or a flag
    ((number, value),) = _fields(raw)
    if number == 1:
        return value.decode()
    if number == 6:
        return (value >> 1) ^ -(value & 1)
    return bool(value) if number == 7 else value


def _fields(raw: bytes) -> Iterator[tuple[int, Any]]:
    at = 0
    while at < len(raw):
        key, at = _varint(raw, at)
        number, kind = key >> 3, key & 7
        if kind == VARINT:
            value, at = _varint(raw, at)
            yield number, value
        elif kind == BYTES:
            size, at = _varint(raw, at)
            yield number, raw[at : at + size]
            at += size
        else:
            form, size = {FIXED64: ("<d", 8), FIXED32: ("<f", 4)}[kind]
            yield number, struct.unpack_from(form, raw, at)[0]
            at += size


def _varints(raw: bytes) -> Iterator[int]:
    at = 0
    while at < len(raw):
        value, at = _varint(raw, at)
        yield value


def _varint(raw: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = raw[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if not byte & 0x80:
            return value, at
