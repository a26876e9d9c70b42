"""What a file is, by its first bytes and never by its name or declared type."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Final, Literal

FileKind = Literal[
    "pdf",
    "xlsx",
    "ods",
    "xls",
    "docx",
    "image",
    "audio",
    "email",
    "html",
    "xml",
    "text",
    "archive",
    "encrypted",
    "heic",
    "old_word",
    "outlook_message",
    "rich_text",
    "video",
    "winmail",
    "corrupt",
    "unknown",
]
Detected = tuple[FileKind, str]

_MAGIC: Final[tuple[tuple[bytes, FileKind, str], ...]] = (
    (b"\x89PNG\r\n\x1a\n", "image", "image/png"),
    (b"\xff\xd8\xff", "image", "image/jpeg"),
    (b"GIF87a", "image", "image/gif"),
    (b"GIF89a", "image", "image/gif"),
    (b"II*\x00", "image", "image/tiff"),
    (b"MM\x00*", "image", "image/tiff"),
    (b"OggS", "audio", "audio/ogg"),
    (b"#!AMR", "audio", "audio/amr"),
    (b"fLaC", "audio", "audio/flac"),
    (b"ID3", "audio", "audio/mpeg"),
    (b"\x1aE\xdf\xa3", "video", "video/webm"),
    (b"\x78\x9f\x3e\x22", "winmail", "application/ms-tnef"),
    (b"{\\rtf", "rich_text", "application/rtf"),
    (b"Rar!\x1a\x07", "archive", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "archive", "application/x-7z-compressed"),
    (b"\x1f\x8b", "archive", "application/gzip"),
)
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OOXML: Final = "application/vnd.openxmlformats-officedocument."
_MAIL_HEADERS: Final = re.compile(
    rb"\A(?:(?:Return-Path|Received|Delivered-To|From|Date|Subject|To|Message-ID|MIME-Version"
    rb"|Content-Type|X-[\w-]+|DKIM-Signature|ARC-[\w-]+):[^\n]*\n(?:[ \t][^\n]*\n)*){3}",
    re.IGNORECASE,
)
_HTML_START: Final = re.compile(
    rb"\A\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|table|div|p)\b",
    re.IGNORECASE | re.DOTALL,
)
_XML_START: Final = re.compile(
    rb"\A\s*(?:<\?xml\b|<(?:\w+:)?(?:Order|Invoice|SCRDM|CrossIndustry))"
)


def detect(data: bytes, declared_type: str = "") -> Detected:
    """Kind and MIME type of a file.

    ``declared_type`` only tells sound from film where both come in the same
    container (MP4, WebM).
    """
    for magic, kind, mime in _MAGIC:
        if data.startswith(magic):
            if kind == "video" and declared_type.startswith("audio/"):
                return "audio", "audio/webm"
            return kind, mime
    # Scanners and mail gateways put bytes before the header; readers accept 1 kB of them.
    if b"%PDF-" in data[:1024]:
        return "pdf", "application/pdf"
    if data.startswith(b"PK\x03\x04"):
        return _zip(data)
    if data.startswith(_OLE):
        return _ole(data)
    return _container(data, declared_type) or _text(data)


def _zip(data: bytes) -> Detected:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            mimetype = b""
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:  # noqa: PLR2004 - a MIME type
                mimetype = archive.read("mimetype")
    except Exception:  # noqa: BLE001 - zipfile raises many types on hostile input
        return "corrupt", "application/zip"
    if mimetype.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        return "ods", "application/vnd.oasis.opendocument.spreadsheet"
    if names & {"xl/workbook.xml", "xl/workbook.bin"}:
        return "xlsx", f"{_OOXML}spreadsheetml.sheet"
    if "word/document.xml" in names:
        return "docx", f"{_OOXML}wordprocessingml.document"
    return "archive", "application/zip"


def _ole(data: bytes) -> Detected:
    def has(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if has("EncryptedPackage"):
        return "encrypted", "application/x-ole-storage"
    if has("WordDocument"):
        return "old_word", "application/msword"
    if has("__substg1.0_"):
        return "outlook_message", "application/vnd.ms-outlook"
    if has("Workbook") or has("Book"):
        return "xls", "application/vnd.ms-excel"
    return "unknown", "application/x-ole-storage"


def _container(data: bytes, declared_type: str) -> Detected | None:  # noqa: PLR0911 - one return per kind
    head = data[:16]
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "audio", "audio/wav"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image", "image/webp"
    if head[:2] == b"BM" and int.from_bytes(head[2:6], "little") == len(data):
        return "image", "image/bmp"
    if head[4:8] == b"ftyp":
        return _mp4(data, declared_type)
    # MPEG and ADTS frames: eleven or twelve set bits, then a layer that exists.
    if head[:1] == b"\xff" and head[1:2] in {b"\xfb", b"\xf3", b"\xf2", b"\xfa"}:
        return "audio", "audio/mpeg"
    if head[:2] in {b"\xff\xf1", b"\xff\xf9"}:
        return "audio", "audio/aac"
    return None


def _mp4(data: bytes, declared_type: str) -> Detected:
    brand = data[8:12]
    if brand in {b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif"}:
        return "heic", "image/heic"
    # "vide" is the handler of a picture track.
    if brand in {b"M4A ", b"M4B "} or declared_type.startswith("audio/") or b"vide" not in data:
        return "audio", "audio/mp4"
    return "video", "video/mp4"


def _text(data: bytes) -> Detected:
    head = data[:4096]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "text", "text/plain"
    controls = sum(byte < 9 or 13 < byte < 32 for byte in head)  # noqa: PLR2004 - the ASCII table
    if controls > len(head) // 100:
        return "unknown", "application/octet-stream"
    head = head.removeprefix(b"\xef\xbb\xbf")
    if _HTML_START.match(head):
        return "html", "text/html"
    if _XML_START.match(head):
        return ("html", "text/html") if b"<html" in head.lower() else ("xml", "application/xml")
    if _MAIL_HEADERS.match(head.replace(b"\r\n", b"\n")):
        return "email", "message/rfc822"
    return "text", "text/plain"
