"""Draws the files that people send: e-mails, PDFs, spreadsheets, pictures."""

from __future__ import annotations

import io
import zipfile
from email.message import EmailMessage
from typing import TYPE_CHECKING

import openpyxl
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen import canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backoffice.messaging.documents.read import Vision

CRLF = "\r\n"
# Points from the left and from the top; where the first is negative, the text ends there.
Text = tuple[float, float, str]


def seeing(text: str) -> Vision:
    """A vision that sees the same in every picture."""

    def vision(images: Sequence[bytes], mime: str) -> str:
        assert all(images), mime  # noqa: S101 - a tool of the tests
        return text

    return vision


def mail(
    body: str = "Bonjour",
    *,
    html: str = "",
    headers: dict[str, str] | None = None,
    files: Sequence[tuple[str, bytes]] = (),
) -> bytes:
    """An e-mail from a customer to us; ``headers`` replace or add."""
    message = EmailMessage()
    fields = {
        "From": "Nadia Chraibi <nadia@leverger.example>",
        "To": "commandes@atelier.example",
        "Subject": "Commande",
        "Date": "Tue, 07 Apr 2026 09:12:44 +0100",
        "Message-ID": "<1@leverger.example>",
    }
    for name, value in (fields | (headers or {})).items():
        if value:
            message[name] = value
    message.set_content(body)
    if html:
        message.add_alternative(html, subtype="html")
    for name, content in files:
        message.add_attachment(content, "application", "octet-stream", filename=name)
    return message.as_bytes()


def raw_mail(*lines: str, body: bytes = b"Bonjour\r\n") -> bytes:
    """An e-mail from header lines as they are, for what no library would write."""
    return CRLF.join([*lines, "", ""]).encode("utf-8", "surrogateescape") + body


def pdf_table(
    rows: Sequence[Sequence[str]],
    *,
    widths: Sequence[float] = (60, 190, 60, 60, 80),
    valign: str = "TOP",
    before: str = "Bon de commande",
) -> bytes:
    """A PDF with a table; cells of the second column wrap, figures stand right."""
    style = getSampleStyleSheet()["BodyText"]
    style.fontSize, style.leading = 9, 11
    cells = [[row[0], Paragraph(row[1], style), *row[2:]] for row in rows]
    table = Table(
        cells,
        colWidths=list(widths),
        repeatRows=1,
        style=[
            ("FONTSIZE", (0, 0), (-1, -1), 9),
            ("ALIGN", (2, 0), (-1, -1), "RIGHT"),
            ("VALIGN", (0, 0), (-1, -1), valign),
        ],
    )
    out = io.BytesIO()
    SimpleDocTemplate(out, pagesize=A4).build([Paragraph(before, style), table])
    return out.getvalue()


def xlsx(sheets: dict[str, list[list[object]]], *, hidden: str = "") -> bytes:
    """A workbook; ``hidden`` names a sheet that is not shown."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        if name == hidden:
            sheet.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def picture(size: tuple[int, int] = (800, 600), kind: str = "PNG", mode: str = "RGB") -> bytes:
    """A picture of nothing."""
    out = io.BytesIO()
    Image.new(mode, size, 1 if mode == "1" else "white").save(out, kind)
    return out.getvalue()


def zipped(members: dict[str, bytes]) -> bytes:
    """A zip archive, compressed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def pdf_drawn(pages: Sequence[Sequence[Text]], *, size: float = 9, rotate: int = 0) -> bytes:
    """A PDF of texts at places, without lines; ``rotate``: turned by so many degrees, 0 or 90."""
    out = io.BytesIO()
    width, height = A4
    sheet = canvas.Canvas(out, pagesize=A4)
    for texts in pages:
        sheet.setFont("Helvetica", size)
        top = height
        if rotate:
            # Written up the page, and shown turned back: what phones and scanners make.
            sheet.setPageRotation(rotate)
            sheet.translate(width, 0)
            sheet.rotate(rotate)
            top = width
        for x, y, text in texts:
            draw = sheet.drawRightString if x < 0 else sheet.drawString
            draw(abs(x), top - y, text)
        sheet.showPage()
    sheet.save()
    return out.getvalue()
