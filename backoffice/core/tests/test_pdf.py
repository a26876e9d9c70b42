"""Documents as a reader sees them: pypdf opens each, and joined Arabic is taken apart again."""

from __future__ import annotations

import io
import unicodedata

import pypdf
import pytest
from django.utils import translation

from backoffice.core import pdf
from backoffice.core.pdf import flow, lettering

SALAAM = "السلام عليكم"


def pages_of(content: bytes) -> list[str]:
    reader = pypdf.PdfReader(io.BytesIO(content))
    return [unicodedata.normalize("NFKC", page.extract_text()) for page in reader.pages]


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def test_french_euro_and_arabic_are_found_by_a_reader():
    story = [pdf.heading("Œuvre à 12 €"), pdf.paragraph(f"{SALAAM} 5000 kraft")]

    (page,) = pages_of(pdf.render(story, title="Été", subtitle="du 1er au 5", date="5 mars"))

    assert [line.strip() for line in page.split("\n")[:4]] == [
        "Kraft Atlas Emballage",
        "5 mars",
        "Été",
        "du 1er au 5",
    ]
    assert "Œuvre à 12 €" in page
    assert SALAAM in page


def test_what_people_typed_is_no_markup():
    nasty = "<b>a & b</b> <img src='file:///etc/passwd'/>\x00"

    (page,) = pages_of(pdf.render([pdf.paragraph(nasty)], title="<i>t</i>"))

    assert "<b>a & b</b> <img src='file:///etc/passwd'/>" in page
    assert "<i>t</i>" in page
    assert pdf.text(nasty) == "&lt;b&gt;a &amp; b&lt;/b&gt; &lt;img src='file:///etc/passwd'/&gt;"


@pytest.mark.parametrize(
    ("typed", "drawn"),
    [
        (None, ""),
        (12, "12"),
        ("5 000\u202fMAD", "5 000\u202fMAD"),
        ("ok \U0001f44d\U0001f3fd\ufe0f merci", "ok  merci"),
        ("\u202eabc\u200b", "abc"),
        ("a\r\nb\tc", "a b c"),
        ("\U00020000", "\ufffd"),
        ("abc (د)", "abc (\ufea9)"),
        ("سلام (abc)", "(abc) \ufee1\ufefc\ufeb3"),
    ],
)
def test_text_for_one_line(typed: object, drawn: str):
    assert pdf.text(typed) == drawn


def test_arabic_that_wraps_begins_on_its_first_line():
    from backoffice.core.pdf import flow  # noqa: PLC0415 - slow import

    words = flow.Words("واحد اثنان ثلاثة أربعة خمسة ستة سبعة ثمانية")

    words.wrap(60, 100)

    assert len(words.lines) > 2
    first = unicodedata.normalize("NFKC", lettering.turned(words.lines[0], right_to_left=True))
    assert first.split()[-1] == "واحد"[::-1]


def test_word_wider_than_its_column_is_cut():
    rows = [["x" * 300, "y"]]

    (page,) = pages_of(pdf.render([pdf.table(["a", "b"], rows, widths=[1, 8])], title="t"))

    assert page.count("x") == 300


def test_figures_with_narrow_blanks_are_not_broken():
    words = flow.Words("12 sacs, 9\u202f876\u00a0543,21")

    words.wrap(60, 100)

    assert words.lines == ["12 sacs,", "9\u202f876\u00a0543,21"]


def test_table_repeats_its_head_and_pages_are_counted():
    rows = [[f"CMD-{index:03d}", index] for index in range(120)]
    table = pdf.table(["number", "count"], rows, ends=[1], foot=[["Total", 7140]])

    pages = pages_of(pdf.render([table], title="List"))

    assert [f"Page {number} of {len(pages)}" in page for number, page in enumerate(pages, 1)] == [
        True
    ] * len(pages)
    assert (len(pages) > 2, all(page.count("number") == 1 for page in pages)) == (True, True)
    assert sum(page.count("CMD-") for page in pages) == 120
    assert "7140" in pages[-1]


def test_text_higher_than_a_page_goes_on_on_the_next():
    long = "\n".join(f"line{number}" for number in range(150))

    in_story = pages_of(pdf.render([pdf.paragraph(long)], title="t"))
    in_cell = pages_of(pdf.render([pdf.table(["notes"], [[long]])], title="t"))

    for pages in (in_story, in_cell):
        assert sum(page.count("line") for page in pages) == 150
        assert len(pages) > 1


def test_only_the_letters_used_are_embedded():
    content = pdf.render([pdf.paragraph("abc")], title="t")

    reader = pypdf.PdfReader(io.BytesIO(content))
    fonts = reader.pages[0]._get_fonts()[0]

    assert len(content) < 60_000
    assert {name.split("+")[-1] for name in fonts} == {"DejaVuSans", "DejaVuSans-Bold"}


def test_arabic_document_begins_at_the_right():
    with translation.override("ar"):
        story = [
            pdf.facts([("العميل", "Tizi"), ("لا شيء", "")]),
            pdf.table(["أ", "ب"], [["1", "2"]]),
        ]
        content = pdf.render(story, title="تأكيد", date="", paging="صفحة %(page)d من %(pages)d")

    (page,) = pages_of(content)
    lines = [line.strip() for line in page.split("\n") if line.strip()]
    # Read from left to right, as they were drawn.
    assert lines[-2:] == ["2", "1"]
    assert "لا شيء" not in page
