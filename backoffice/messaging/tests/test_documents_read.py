"""Every file people send, whatever it is called: read, or a reason in words."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NoReturn

import docx
import openpyxl
import pytest
from django.utils import translation
from PIL import Image

from backoffice.messaging.documents import limits
from backoffice.messaging.documents.detect import detect
from backoffice.messaging.documents.headers import safe_filename
from backoffice.messaging.documents.images import for_vision, is_decoration
from backoffice.messaging.documents.problems import Unreadable
from backoffice.messaging.documents.read import read_document
from backoffice.testing.documents import mail, picture, seeing, xlsx, zipped
from backoffice.testing.orders_xml import CII_ORDER, CII_TEXT, UBL_ORDER, UBL_TEXT

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings

DAMAGED = "The file is damaged or is not what it seems. Ask the sender to send it again."
AT = dt.datetime(2026, 5, 4, 8, 30)  # noqa: DTZ001 - spreadsheets know no time zones
OGG = b"OggS\x00\x02" + b"\x00" * 60


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


read = partial(read_document, key="attachment:0")


def tables(*rows: tuple[str, ...]) -> bytes:
    """A Word document: a paragraph, a table, a paragraph."""
    document = docx.Document()
    document.add_paragraph("Bon de commande")
    table = document.add_table(0, len(rows[0]))
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    document.add_paragraph("Livraison vendredi")
    document.sections[0].header.paragraphs[0].text = "Superettes Dounia"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "kind", "mime"),
    [
        (picture(), "image", "image/png"),
        (picture(kind="JPEG"), "image", "image/jpeg"),
        (picture(kind="GIF"), "image", "image/gif"),
        (picture(kind="TIFF"), "image", "image/tiff"),
        (picture(kind="WEBP"), "image", "image/webp"),
        (picture(kind="BMP"), "image", "image/bmp"),
        (b"\x00\x00\x00\x18ftypheic", "heic", "image/heic"),
        (OGG, "audio", "audio/ogg"),
        (b"ID3\x04", "audio", "audio/mpeg"),
        (b"\xff\xfb\x90\x00", "audio", "audio/mpeg"),
        (b"#!AMR\n", "audio", "audio/amr"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "audio", "audio/wav"),
        (b"\x00\x00\x00\x18ftypM4A ", "audio", "audio/mp4"),
        (b"\x00\x00\x00\x18ftypisom....vide", "video", "video/mp4"),
        (b"%PDF-1.4", "pdf", "application/pdf"),
        (b"<!DOCTYPE html><p>x", "html", "text/html"),
        (b"<?xml version='1.0'?><a/>", "xml", "application/xml"),
        (CII_ORDER, "xml", "application/xml"),
        (b"\xef\xbb\xbfBonjour", "text", "text/plain"),
        (b"\x78\x9f\x3e\x22\x00", "winmail", "application/ms-tnef"),
        (b"{\\rtf1", "rich_text", "application/rtf"),
        (zipped({"a.txt": b"x"}), "archive", "application/zip"),
        (b"Rar!\x1a\x07\x00", "archive", "application/vnd.rar"),
        (b"\x00\x01\x02\x03" * 9, "unknown", "application/octet-stream"),
        (mail(), "email", "message/rfc822"),
    ],
)
def test_a_file_is_known_by_its_bytes(data: bytes, kind: str, mime: str):
    assert detect(data) == (kind, mime)


def test_sound_in_a_film_container_is_told_by_its_declaration():
    assert detect(b"\x1aE\xdf\xa3", "audio/webm") == ("audio", "audio/webm")
    assert detect(b"\x1aE\xdf\xa3") == ("video", "video/webm")


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "The file is empty. Ask the sender to send it again."),
        (b"\x00\x01\x02" * 9, "A file of this type cannot be read. Open it to see what it is."),
        (b"PK\x03\x04" + b"x" * 50, DAMAGED),
        (zipped({"a.txt": b"x"}), "This is an archive. Ask the sender for the files themselves."),
        (
            b"\x00\x00\x00\x18ftypheic",
            "Pictures in HEIC format cannot be read. Ask the sender for a JPEG.",
        ),
        (b"\x00\x00\x00\x18ftypisom vide", "A video cannot be read. Watch it."),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "The file is protected by a password. Ask the sender for an open one.",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"),
            "The old Word format (.doc) cannot be read. Ask the sender for a .docx or a PDF.",
        ),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), DAMAGED),
        (b"<?xml version='1.0'?><a>", DAMAGED),
        (b"   \n", "No text was found in the file."),
        (picture()[:200], DAMAGED),
        (
            b"\x78\x9f\x3e\x22",
            ("winmail.dat is a wrapper only Outlook can open. Ask the sender to send plain"
            " attachments (not in rich text format)."),
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_read_has_a_reason(data: bytes, problem: str):
    found = read(data, vision=seeing("x"))
    assert (found.problem, found.text) == (problem, "")


def test_a_file_above_the_limit_is_named_with_its_size(settings: Settings):
    settings.MAX_DOCUMENT_BYTES = 2 * 1024 * 1024
    found = read(b"x" * (2 * 1024 * 1024 + 1))
    assert found.problem == "The file is too large: 3 MB; up to 2 MB are read."


def test_a_wrong_name_and_type_change_nothing():
    data = xlsx({"Commande": [["Sachet", 500]]})
    found = read(data, filename="photo.jpg", declared_type="image/jpeg")
    assert (found.kind, found.text) == ("spreadsheet", "[Sheet: Commande]\nSachet | 500")
    assert found.mime == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    found = read(picture(), filename="commande.pdf", vision=seeing("500"))
    assert (found.kind, found.text, found.method) == ("image", "500", "vision")


def test_cells_read_as_they_are_seen():
    rows: list[list[object]] = [
        ["Qté", "Prix", "Tél", "Code", "Date", "Heure", "Oui"],
        [5, 0.1 + 0.2, 212600000000, "00123", dt.date(2026, 5, 4), AT, True],
        [None, None, None, None, None, None, None],
        ["a\nb", 1e20, -2.5, "x|y", None, None, None],
    ]  # fmt: skip
    assert read(xlsx({"F": rows})).text.split("\n") == [
        "[Sheet: F]",
        "Qté | Prix | Tél | Code | Date | Heure | Oui",
        "5 | 0.3 | 212600000000 | 00123 | 2026-05-04 | 2026-05-04 08:30 | True",
        "a b | 100000000000000000000 | -2.5 | x/y",
    ]


def test_hidden_sheets_are_left_out():
    data = xlsx({"Commande": [["Sachet", 500]], "Interne": [["secret", 1]]}, hidden="Interne")
    assert read(data).text == "[Sheet: Commande]\nSachet | 500"


def test_long_sheets_are_cut():
    data = xlsx({"F": [[n, "x"] for n in range(limits.SHEET_ROWS + 50)]})
    assert len(read(data).text.split("\n")) == limits.SHEET_ROWS + 1


def test_a_sheet_with_one_cell_at_its_far_end_does_not_hold_the_worker():
    book = openpyxl.Workbook()
    book.worksheets[0].cell(1, 1, "Sachet")
    book.worksheets[0].cell(1_048_576, 16_384, "x")
    out = io.BytesIO()
    book.save(out)
    found = read(out.getvalue())
    assert found.text or found.problem


def test_zip_bombs_are_refused_before_they_are_opened():
    bomb = zipped({"xl/workbook.xml": b"<x/>", "xl/big.xml": b" " * (210 * 1024 * 1024)})
    assert len(bomb) < 1_000_000
    assert read(bomb).problem == "The file would unpack to more than 200 MB, so it was not opened."


def test_a_zip_bomb_that_lies_about_its_size_is_refused_too():
    bomb = zipped({"xl/workbook.xml": b"<x/>", "xl/big.xml": b" " * (210 * 1024 * 1024)})
    size = (210 * 1024 * 1024).to_bytes(4, "little")
    assert read(bomb.replace(size, (10).to_bytes(4, "little"))).problem != ""


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_delimited_text(delimiter: str, charset: str):
    rows = [("Désignation", "Qté", "Prix"), ("Sachet é", "5 000", "0.18"), ('"a', "", "")]
    text = "\r\n".join(delimiter.join(row) for row in rows[:2])
    assert read(text.encode(charset)).text == "Désignation | Qté | Prix\nSachet é | 5 000 | 0.18"


def test_prose_is_no_table():
    text = "Bonjour, voici ma commande\n500 sachets, kraft brun\nmerci, Nadia"
    assert read(text.encode()).text == text


def test_word_paragraphs_and_tables_in_order():
    found = read(tables(("Article", "Qté"), ("Sachet fond plat", "5 000")))
    assert found.text.split("\n") == [
        "Superettes Dounia", "Bon de commande", "Article | Qté", "Sachet fond plat | 5 000", "",
        "Livraison vendredi",
    ]  # fmt: skip
    assert (found.kind, found.method, found.problem) == ("word", "docx", "")


@pytest.mark.parametrize(("data", "text"), [(CII_ORDER, CII_TEXT), (UBL_ORDER, UBL_TEXT)])
def test_orders_as_xml(data: bytes, text: str):
    found = read(data, filename="order.xml")
    assert (found.text, found.kind, found.method) == (text, "xml", "xml-order")


def test_other_xml_is_text():
    assert (
        read(b"<?xml version='1.0'?><a><b>500</b><c>sachets</c></a>").text == "b: 500\nc: sachets"
    )


def test_entities_are_not_followed(tmp_path: Path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    source = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file://{secret}">]><a>&x;y</a>'
    assert "secret" not in read(source.encode()).text
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    source = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY l0 "ha">{lol}]><a>&l11;</a>'
    assert len(read(source.encode()).text) < 1000


def test_html_and_email_files():
    assert read(b"<html><body><p>500 <b>sachets</b></p></body></html>").text == "500 sachets"
    assert read(mail("500 sachets")).text == "Commande\n\n500 sachets"


def test_a_picture_is_made_upright_and_small_for_vision():
    image = Image.new("RGB", (5000, 1000), "white")
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif)
    with Image.open(io.BytesIO(for_vision(out.getvalue()))) as shown:
        assert (shown.format, shown.size) == ("JPEG", (400, 2000))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16", "F"])
def test_every_kind_of_picture_becomes_a_jpeg(mode: str):
    kind = "TIFF" if mode in {"CMYK", "I;16", "F"} else "PNG"
    assert for_vision(picture((300, 200), kind, mode))[:3] == b"\xff\xd8\xff"


def test_a_picture_of_too_many_pixels_is_refused():
    bomb = picture((9000, 9000), mode="1")
    assert len(bomb) < 100_000
    found = read(bomb, vision=seeing("x"))
    assert found.problem == "The picture is too large: more than 60 million pixels."


def test_logos_and_tracking_pixels_are_decoration():
    assert is_decoration(picture((1, 1)), inline=False) is True
    assert is_decoration(picture((240, 70)), inline=True) is True
    assert is_decoration(picture((240, 70)), inline=False) is False
    assert is_decoration(picture((800, 600)), inline=True) is False
    assert is_decoration(b"garbage", inline=True) is False


@dataclass
class Said:
    text: str
    language: str = ""


def silence(*args: object, **named: object) -> Said:
    return Said("  ")


def test_a_recording_is_transcribed():
    heard: list[tuple[str, str]] = []

    def transcribe(audio: bytes, filename: str, mime: str):
        heard.append((filename, mime))
        return Said("Bghit 500 sachet\u200f\r\n", "ar")

    found = read(OGG, filename="voix.ogg", transcribe=transcribe)
    assert (found.kind, found.text, found.method) == ("audio", "Bghit 500 sachet", "transcription")
    assert (found.language, found.problem, heard) == ("ar", "", [("voix.ogg", "audio/ogg")])


def test_a_recording_without_words_or_without_a_door():
    assert read(OGG, transcribe=silence).problem == (
        "Nothing could be heard in the voice message. Listen to it."
    )
    assert read(OGG).problem == (
        "Reading a voice message needs transcription (no AI key). Listen to it."
    )


def test_the_reason_of_a_failed_service_is_kept():
    def refuses(*args: object, **named: object) -> NoReturn:
        raise Unreadable("The budget is used up.")

    def breaks(*args: object, **named: object) -> NoReturn:
        raise ZeroDivisionError

    assert read(OGG, transcribe=refuses).problem == "The budget is used up."
    assert read(OGG, transcribe=breaks).problem == (
        "The voice message could not be transcribed. Listen to it."
    )
    assert read(picture(), vision=refuses).problem == "The budget is used up."
    assert read(picture(), vision=seeing("")).problem == (
        "No text could be seen in the picture. Look at it."
    )
    assert read(picture()).problem == (
        "Reading a picture or a scan needs vision (no AI key). Look at it."
    )


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("a/b\\c.pdf", "c.pdf"),
        ("..", ""),
        ("x\u202efdp.exe", "xfdp.exe"),
        ("a\nb\x00.pdf", "a b.pdf"),
        ("é" * 300 + ".pdf", "é" * 190 + ".pdf"),
        ("", ""),
    ],
)
def test_file_names_are_harmless(name: str, safe: str):
    assert safe_filename(name) == safe


def test_an_open_document_spreadsheet():
    names = "urn:oasis:names:tc:opendocument:xmlns"
    cell = "table:table-cell office:value-type"
    content = (
        f'<?xml version="1.0"?><office:document-content xmlns:office="{names}:office:1.0"'
        f' xmlns:table="{names}:table:1.0" xmlns:text="{names}:text:1.0"><office:body>'
        '<office:spreadsheet><table:table table:name="Commande"><table:table-row>'
        f'<{cell}="string"><text:p>Sachet</text:p></table:table-cell>'
        f'<{cell}="float" office:value="500"><text:p>500</text:p></table:table-cell>'
        "</table:table-row></table:table></office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    manifest = b'<manifest:manifest xmlns:manifest="x"/>'
    data = zipped(
        {"mimetype": kind, "content.xml": content.encode(), "META-INF/manifest.xml": manifest}
    )
    found = read(data)
    assert (found.problem, found.text, found.mime) == (
        "", "[Sheet: Commande]\nSachet | 500", kind.decode(),
    )  # fmt: skip
