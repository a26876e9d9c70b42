"""The encoding of a text file, from all of its bytes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import IO

_PIECE = 1 << 20
_SHOWN = 10
_ASCII = bytes(range(128))
# Lines that are no UTF-8: the rest of the file is not looked at line by line.
_ENOUGH = 20_000
_LETTERS = "éèêëàâäçôöîïûùüÉÈÊÀÂÇÔÎœŒæ€°’«»ñß–…"
# What the others write for the same letters; the first is taken unless another is far better.
_CANDIDATES = ("cp1252", "mac-roman", "cp850")
_LIKELY = 0.8
_UNLIKELY = 0.4


@dataclass(slots=True)
class Scan:
    """What the bytes say. ``odd_lines``: those in the other encoding, the first few of them."""

    encoding: str = "utf-8"
    lines: int = 0
    size: int = 0
    nulls: int = 0
    odd: int = 0
    odd_lines: list[int] = field(default_factory=list)


def scan(file: IO[bytes]) -> Scan:
    """Read the whole file once; it need not fit into memory."""
    file.seek(0)
    head = file.read(4)
    file.seek(0)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Scan("utf-16", size=file.seek(0, 2), lines=_wide_lines(file))
    counted = _Counts()
    rest = b""
    while piece := file.read(_PIECE):
        block, mark, rest_of_piece = (rest + piece).rpartition(b"\n")
        rest = rest_of_piece
        # A line without an end is looked at in pieces: it is refused later.
        if not mark and len(rest) > _PIECE:
            block, rest = rest[:-8], rest[-8:]
        counted.add(block + mark)
    counted.add(rest)
    return counted.result()


class _Counts:
    """Lines with other than plain letters: UTF-8 or not; and the bytes of the latter."""

    def __init__(self) -> None:
        self.size = self.lines = self.nulls = 0
        self._utf8: list[int] = []
        self._not_utf8: list[int] = []
        self._is_utf8 = self._is_not = 0
        self._high = b""

    def add(self, block: bytes) -> None:
        self.size += len(block)
        self.nulls += block.count(b"\0")
        first = self.lines + 1
        self.lines += block.count(b"\n") or block.count(b"\r")
        if block.isascii():
            return
        try:
            block.decode()
        except UnicodeDecodeError:
            self._line_by_line(block, first)
        else:
            self._is_utf8 += 1

    def _line_by_line(self, block: bytes, first: int) -> None:
        if self._is_not > _ENOUGH:
            return
        self._high += block.translate(None, _ASCII)[:_PIECE]
        for number, line in enumerate(block.split(b"\n"), first):
            if line.isascii():
                continue
            try:
                line.decode()
            except UnicodeDecodeError:
                self._is_not += 1
                if len(self._not_utf8) < _SHOWN:
                    self._not_utf8.append(number)
            else:
                self._is_utf8 += 1
                if len(self._utf8) < _SHOWN:
                    self._utf8.append(number)

    def result(self) -> Scan:
        found = Scan(lines=self.lines, size=self.size, nulls=self.nulls)
        if not self._is_not:
            return found
        if self._is_utf8 > self._is_not:
            found.odd, found.odd_lines = self._is_not, self._not_utf8
        else:
            found.encoding = _eight_bit(Counter(self._high))
            found.odd, found.odd_lines = self._is_utf8, self._utf8
        return found


def _eight_bit(histogram: Counter[int]) -> str:
    shares = {name: _share(histogram, name) for name in _CANDIDATES}
    best = max(shares, key=lambda name: shares[name])
    if shares[best] >= _LIKELY and shares["cp1252"] <= _UNLIKELY:
        return best
    return "cp1252"


def _share(histogram: Counter[int], encoding: str) -> float:
    """How many of the bytes above 127 are letters that French texts have."""
    total = histogram.total() or 1
    good = 0
    for byte, count in histogram.items():
        letter = bytes([byte]).decode(encoding, errors="replace")
        good += count * (letter in _LETTERS or letter == "\u00a0")
    return good / total


def _wide_lines(file: IO[bytes]) -> int:
    file.seek(0)
    lines = 0
    while piece := file.read(_PIECE):
        lines += piece.count(b"\n")
    return lines
