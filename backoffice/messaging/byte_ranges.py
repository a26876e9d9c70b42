"""Serving a part of a file, so that a voice message can be wound forward."""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

CHUNK_BYTES = 64 * 1024
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


class NoSuchRange(Exception):
    """The range lies behind the end of the file: 416."""


def wanted(header: str, size: int) -> range | None:
    """The bytes that a Range header asks for; None for the whole file.

    What we do not understand, several ranges at once among it, asks for the
    whole, as the standard allows (RFC 9110). Raises ``NoSuchRange``.
    """
    match = _RANGE.fullmatch(header.strip())
    if match is None or match[0] == "bytes=-":
        return None
    first, last = match.groups()
    if not first:
        start, stop = max(0, size - int(last)), size
    else:
        start, stop = int(first), min(int(last) + 1 if last else size, size)
        if last and int(last) < start:
            return None
    if start >= stop:
        raise NoSuchRange
    return range(start, stop)


class Part:
    """Some bytes of an open file, in chunks; closing it closes the file."""

    def __init__(self, file: IO[bytes], part: range) -> None:
        self._file = file
        self._part = part

    def __iter__(self) -> Iterator[bytes]:
        self._file.seek(self._part.start)
        left = len(self._part)
        while left and (chunk := self._file.read(min(CHUNK_BYTES, left))):
            left -= len(chunk)
            yield chunk

    def close(self) -> None:
        self._file.close()
