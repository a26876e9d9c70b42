"""What a file is, by its bytes, not its name."""

from __future__ import annotations

import zipfile
from typing import IO, Final

from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from crm.sources.files.style import Format

_HEAD: Final = 8192
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Of encrypted workbooks: the names of the streams within, in UTF-16.
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_OTHERS: Final = (
    (b"%PDF-", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"\x1f\x8b", "GZIP"),
    (b"7z\xbc\xaf", "7Z"),
    (b"Rar!", "RAR"),
    (b"{\\rtf", "RTF"),
    (b"SQLite format 3\0", "SQLite"),
    (b"\x7fELF", "ELF"),
    (b"MZ", "EXE"),
)
_PLAIN_CONTROLS: Final = b"\t\n\r\x0b\x0c\x1a\x1b\x00"
_BINARY_SHARE: Final = 0.02
_NULL_SHARE: Final = 0.3


def format_of(file: IO[bytes], filename: str) -> Format:
    """CSV or the kind of spreadsheet; raises DomainError where it is neither."""
    file.seek(0)
    head = file.read(_HEAD)
    file.seek(0)
    if not head.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise _refused(_("“%(file)s” is empty: export it again."), filename, "empty_file")
    if head.startswith(b"PK"):
        return _packed(file, filename)
    if head.startswith(_OLE):
        return _ole(file, filename)
    for mark, name in _OTHERS:
        if head.startswith(mark):
            raise _no_table(filename, name)
    if head.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html", b"<?xml")):
        raise _no_table(filename, "HTML/XML")
    if not head.startswith((b"\xff\xfe", b"\xfe\xff")) and _is_binary(head):
        raise _no_table(filename, _("no text"))
    return Format.CSV


def _packed(file: IO[bytes], filename: str) -> Format:
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
        sentence = _("“%(file)s” is damaged: export it again.")
        raise _refused(sentence, filename, "unreadable_file") from error
    finally:
        file.seek(0)
    if "xl/workbook.xml" in names or "xl/workbook.bin" in names:
        if "xl/workbook.bin" in names:
            raise _no_table(filename, "XLSB")
        return Format.XLSX
    if "content.xml" in names:
        return Format.ODS
    raise _no_table(filename, "ZIP")


def _ole(file: IO[bytes], filename: str) -> Format:
    # The directory lies anywhere; a protected workbook is small beside what it holds.
    content = file.read(64 * 1024 * 1024)
    file.seek(0)
    if _ENCRYPTED in content:
        sentence = _("“%(file)s” is protected by a password: save it without one.")
        raise _refused(sentence, filename, "protected_file")
    return Format.XLS


def _is_binary(head: bytes) -> bool:
    nulls = head.count(0)
    controls = sum(byte < 32 and byte not in _PLAIN_CONTROLS for byte in head)  # noqa: PLR2004 - the blank
    return controls > len(head) * _BINARY_SHARE or nulls > len(head) * _NULL_SHARE


def _no_table(filename: str, kind: str) -> DomainError:
    sentence = _("“%(file)s” is no CSV file and no spreadsheet (%(kind)s): save it as CSV or XLSX.")
    return DomainError(
        sentence % {"file": filename, "kind": kind}, code="no_table", field="file", value=filename
    )


def _refused(sentence: str, filename: str, code: str) -> DomainError:
    return DomainError(sentence % {"file": filename}, code=code, field="file", value=filename)
