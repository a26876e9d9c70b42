"""PDFs: tables kept together, orders attached as XML, scans, and every way to be broken."""

from __future__ import annotations

import io
import subprocess
import sys
import zlib
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import translation
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from backoffice.messaging.documents import child, limits, pdf
from backoffice.messaging.documents.problems import Refused, Unreadable
from backoffice.messaging.documents.read import read_document
from backoffice.testing.documents import pdf_table, picture, seeing
from backoffice.testing.orders_xml import CII_ORDER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backoffice.messaging.content import ReadDocument
    from backoffice.messaging.documents.read import Vision

HEADING = ["Réf", "Désignation", "Qté", "P.U.", "Montant"]


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def read(data: bytes, vision: Vision | None = None) -> ReadDocument:
    return read_document(data, key="attachment:0", filename="bon.pdf", vision=vision)


def drawn(*pages: list[tuple[float, float, str]]) -> bytes:
    """Pages of texts at places, in points from the lower left corner."""
    out = io.BytesIO()
    canvas = Canvas(out)
    for page in pages:
        canvas.setFont("Helvetica", 10)
        for x, y, text in page:
            canvas.drawString(x, y, text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def scan(*pages: str) -> bytes:
    """A PDF of pictures; a page named gets that text beside its picture."""
    out = io.BytesIO()
    canvas = Canvas(out)
    noise = io.BytesIO()
    Image.effect_noise((600, 800), 90).save(noise, "JPEG")
    for text in pages:
        if text:
            canvas.drawString(100, 700, text)
        else:
            canvas.drawImage(ImageReader(noise), 0, 0, 600, 800)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def test_sixty_order_lines_over_several_pages_are_sixty_rows():
    rows = [
        [f"R{n:03}", f"Sachet kraft brun {n}x{n + 10} cm", f"{n} 000", "0,18", f"{n * 180},00"]
        for n in range(1, 61)
    ]  # fmt: skip
    found = read(pdf_table([HEADING, *rows]))
    assert (found.problem, found.method, found.kind) == ("", "pypdf", "pdf")
    assert len(found.page_starts) > 1
    lines = [line for line in found.text.split("\n") if line.startswith("R0")]
    assert lines == [" | ".join(row) for row in rows]
    assert [found.text[start:].split("\n")[0] for start in found.page_starts[1:]] == [
        " | ".join(HEADING)
    ] * (len(found.page_starts) - 1)


@pytest.mark.parametrize("valign", ["TOP", "MIDDLE"])
@pytest.mark.parametrize("words", [3, 8, 14, 20, 27])
def test_a_description_of_several_lines_is_one_cell(valign: str, words: int):
    long = " ".join(["poignées"] * words)
    rows = [[f"R{n}", f"Sac {n} {long}", "3 000", "0,18", "540,00"] for n in range(3)]
    found = read(pdf_table([HEADING, *rows], valign=valign))
    lines = [line for line in found.text.split("\n") if line.startswith("R") and "Réf" not in line]
    assert lines == [" | ".join(row) for row in rows]


def test_columns_set_close_together_stay_apart_and_words_together():
    data = drawn(
        [
            (50, 700, "Sachets fond plat"),
            (140, 700, "3 000"),
            (175, 700, "0,18"),
            (205, 700, "540,00"),
        ]
    )
    assert read(data).text == "Sachets fond plat | 3 000 | 0,18 | 540,00"


def test_two_columns_of_prose_do_not_mix():
    data = drawn(
        [
            (50, 700, "Fournisseur"),
            (300, 700, "Livraison"),
            (50, 686, "Atelier"),
            (300, 686, "Rabat"),
        ]
    )
    assert read(data).text == "Fournisseur | Livraison\nAtelier | Rabat"


def test_text_printed_twice_for_bold_is_read_once():
    data = drawn([(50, 700, "Total"), (50.3, 700, "Total"), (200, 700, "540,00")])
    assert read(data).text == "Total | 540,00"


def test_a_multiplication_is_one_cell():
    data = drawn(
        [(50, 700, "800"), (90, 700, "x"), (120, 700, "2,40 DH"), (300, 700, "1 920,00 DH")]
    )
    assert read(data).text == "800 x 2,40 DH | 1 920,00 DH"


def formed(*texts: tuple[float, float, str]) -> bytes:
    """Texts in a form object that is drawn 100 points further up."""
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.beginForm("form")
    for x, y, text in texts:
        canvas.drawString(x, y, text)
    canvas.endForm()
    canvas.translate(0, 100)
    canvas.doForm("form")
    canvas.save()
    return out.getvalue()


def test_a_table_in_a_form_object_is_kept_together():
    data = formed((50, 500, "Sachets fond plat"), (300, 500, "3 000"), (400, 500, "0,18"))
    assert read(data).text == "Sachets fond plat | 3 000 | 0,18"


def test_forms_that_contain_each_other_come_to_an_end():
    writer = PdfWriter(PdfReader(io.BytesIO(formed((50, 500, "500 sachets")))))
    resources: Any = writer.pages[0]["/Resources"]
    ((name, form),) = resources["/XObject"].items()
    form = form.get_object()
    form._data = form.get_data() + f" {name} Do".encode() * 3
    del form["/Filter"]
    form[NameObject("/Resources")] = resources
    out = io.BytesIO()
    writer.write(out)
    assert read(out.getvalue()).text.startswith("500 sachets")


def test_an_attached_order_is_exact_and_comes_first():
    writer = PdfWriter(PdfReader(io.BytesIO(pdf_table([HEADING, ["R1", "Sac", "1", "2", "2"]]))))
    writer.add_attachment("order-x.xml", CII_ORDER)
    out = io.BytesIO()
    writer.write(out)
    found = read(out.getvalue())
    assert found.method == "factur-x"
    assert "SFP-16 | Sachets fond plat 16x32 | 30000 | pièce | 0.16 | 4800.00" in found.text.split(
        "\n"
    )


def test_an_attachment_that_is_no_order_hides_nothing():
    writer = PdfWriter(PdfReader(io.BytesIO(drawn([(50, 700, "500 sachets")]))))
    writer.add_attachment("a.xml", b"<a><b>x</b></a>")
    writer.add_attachment("b.xml", b"<broken")
    out = io.BytesIO()
    writer.write(out)
    assert read(out.getvalue()).text == "500 sachets"


def test_a_scan_is_read_by_vision_page_by_page():
    seen: list[int] = []

    def vision(images: Sequence[bytes], mime: str):
        seen.append(len(images))
        assert (mime, images[0][:3]) == ("image/jpeg", b"\xff\xd8\xff")
        return "500 sachets"

    found = read(scan("", "Page de texte avec une commande de 200 sacs", ""), vision=vision)
    assert found.text.split("\n\n") == [
        "500 sachets", "Page de texte avec une commande de 200 sacs", "500 sachets",
    ]  # fmt: skip
    assert [found.text[start : start + 3] for start in found.page_starts] == ["500", "Pag", "500"]
    assert (found.method, found.problem, seen) == ("pypdf+vision", "", [1, 1])


def test_a_scan_without_vision_says_so_and_keeps_the_text_there_is():
    found = read(scan("", "Page de texte avec une commande de 200 sacs"))
    assert found.problem == "Reading a picture or a scan needs vision (no AI key). Look at it."
    assert "200 sacs" in found.text


def test_vision_that_fails_says_why():
    def refuses(images: Sequence[bytes], mime: str):
        raise Unreadable("Budget used up.")

    def breaks(images: Sequence[bytes], mime: str):
        raise RuntimeError

    assert read(scan(""), vision=refuses).problem == "Budget used up."
    assert read(scan(""), vision=breaks).problem == (
        "The picture or scan could not be read. Look at it."
    )


def test_more_scanned_pages_than_are_shown_are_named():
    found = read(scan(*[""] * 12), vision=seeing("x"))
    assert found.problem == "Only the first 10 scanned pages were read."


def encrypted(password: str) -> bytes:
    writer = PdfWriter(PdfReader(io.BytesIO(drawn([(50, 700, "500 sachets")]))))
    writer.encrypt(password, "owner", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_an_empty_password_opens_and_a_real_one_is_named():
    assert read(encrypted("")).text == "500 sachets"
    assert read(encrypted("secret")).problem == (
        "The file is protected by a password. Ask the sender for an open one."
    )


def test_no_pages_and_too_many_pages():
    writer = PdfWriter()
    out = io.BytesIO()
    writer.write(out)
    assert read(out.getvalue()).problem == "The PDF has no pages."
    for _ in range(201):
        writer.add_blank_page(100, 100)
    out = io.BytesIO()
    writer.write(out)
    assert read(out.getvalue()).problem == "The PDF has 201 pages; only up to 200 are read."


def test_an_empty_page_has_no_text():
    assert read(drawn([])).problem == "No text was found in the file."


def test_damaged_files_are_named():
    good = drawn([(50, 700, "500 sachets")])
    damaged = "The file is damaged or is not what it seems. Ask the sender to send it again."
    assert read(b"%PDF-1.7\n" + b"\x00" * 500).problem == damaged
    assert read(good[:300]).problem == damaged


def test_bytes_before_the_header_are_forgiven():
    good = drawn([(50, 700, "500 sachets")])
    assert read(b"\r\n\r\n" + good).text == "500 sachets"


def bomb() -> bytes:
    """A page whose content unpacks to 400 MB."""
    packed = zlib.compressobj(9)
    stream = b"".join(packed.compress(b" " * 1_000_000) for _ in range(400)) + packed.flush()
    body = (
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj\n"
        f"4 0 obj<</Length {len(stream)}/Filter/FlateDecode>>stream\n"
    )
    return body.encode() + stream + b"\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF"


def test_a_stream_that_unpacks_without_end_gives_a_reason():
    assert read(bomb()).problem != ""


def test_a_reader_that_takes_too_long_is_ended():
    slow = pdf_table([HEADING, *[[f"R{n}", "Sac", "1", "2", "3"] for n in range(900)]])
    with pytest.raises(Refused, match="slow"):
        child.read("pdf", slow, seconds=0.3)


def test_a_reader_that_takes_too_much_memory_is_ended():
    done = subprocess.run(
        [sys.executable, "-c",
         "from backoffice.messaging.documents import child as c; c._limit(); bytearray(3 << 30)"],
        capture_output=True, cwd=child._ROOT, check=False,
    )  # fmt: skip
    assert (done.returncode, b"MemoryError" in done.stderr) == (1, True)


def test_the_child_sees_no_secrets(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    seen: dict[str, str] = {}

    def run(*args: object, env: dict[str, str], **kwargs: object):
        seen.update(env)
        raise subprocess.TimeoutExpired("child", 1)

    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(Refused):
        child.read("pdf", b"%PDF-")
    assert "OPENAI_API_KEY" not in seen


def test_a_page_that_cannot_be_laid_out_falls_back_on_plain_text(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delattr(pdf, "page_text")
    assert pdf.read(drawn([(50, 700, "500 sachets")])).text == "500 sachets"


def test_a_picture_of_a_signature_does_not_make_a_scan():
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.drawString(50, 700, "Commande de 500 sachets fond plat pour lundi")
    canvas.drawImage(ImageReader(io.BytesIO(picture())), 0, 0, 100, 80)
    canvas.save()
    assert read(out.getvalue()).problem == ""
    assert limits.VISION_PAGES == 10
