"""Compresses a page of which the greater part is always the same, that part only once."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import Self

# RFC 1952: deflate, no name, no time, any system.
_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
_RAW, _MEMORY = -zlib.MAX_WBITS, 9
ONCE, EACH_TIME = 9, 6


@dataclass(frozen=True)
class Kept:
    """Content together with its deflated form, which ends on a byte and refers to nothing before it."""

    content: bytes
    deflated: bytes

    @classmethod
    def of(cls, content: bytes) -> Self:
        """Compress content as tightly as one does once."""
        packer = zlib.compressobj(ONCE, zlib.DEFLATED, _RAW, _MEMORY)
        return cls(content, packer.compress(content) + packer.flush(zlib.Z_FULL_FLUSH))


def gzip_around(before: bytes, kept: Kept, after: bytes) -> bytes:
    """Return the gzip form of the three contents one behind the other."""
    opening = zlib.compressobj(EACH_TIME, zlib.DEFLATED, _RAW)
    closing = zlib.compressobj(EACH_TIME, zlib.DEFLATED, _RAW)
    check = zlib.crc32(after, zlib.crc32(kept.content, zlib.crc32(before)))
    length = len(before) + len(kept.content) + len(after)
    return b"".join(
        (
            _HEAD,
            opening.compress(before),
            opening.flush(zlib.Z_FULL_FLUSH),
            kept.deflated,
            closing.compress(after),
            closing.flush(),
            struct.pack("<LL", check, length & 0xFFFFFFFF),
        ),
    )
