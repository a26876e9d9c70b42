"""Files whose lines do not end as other lines do: UTF-16, and the old Mac's."""

from __future__ import annotations

import codecs
import io
import tempfile
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from crm.sources.files.style import Style

_PIECE = 1 << 20


def as_lines(file: IO[bytes], style: Style) -> IO[bytes]:
    """The file such that its lines end with a line feed and hold no half letters.

    UTF-16 becomes UTF-8 in a temporary file on disk; a file without any line feed gets them in
    place of its carriage returns. All others are given back as they are.
    """
    if style.encoding == "utf-16":
        return _recoded(file)
    head = file.read(_PIECE)
    file.seek(0)
    if b"\r" in head and b"\n" not in head:
        return io.BufferedReader(_CarriageReturns(file), _PIECE)
    return file


def _recoded(file: IO[bytes]) -> IO[bytes]:
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    decoder = codecs.getincrementaldecoder("utf-16")(errors="replace")
    while piece := file.read(_PIECE):
        copy.write(decoder.decode(piece).encode(errors="replace"))
    file.close()
    copy.write(decoder.decode(b"", final=True).encode(errors="replace"))
    copy.seek(0)
    return copy


class _CarriageReturns(io.RawIOBase):
    """The bytes of a file with line feeds for carriage returns, as many as before."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        piece = self._file.read(len(view)).replace(b"\r", b"\n")
        view[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        self._file.close()
        super().close()
