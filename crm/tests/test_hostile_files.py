from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest

from backoffice.core.errors import DomainError
from crm.models import SourceFile, SourceTable
from crm.sources import setup
from crm.sources.files.text_rows import MAX_ROW_BYTES
from crm.tests.tables import attach, read, workbook

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def table() -> SourceTable:
    return setup.add_table(setup.create_source("Shop", "files"), "customer")


def test_line_in_another_encoding_is_read_and_told(table: SourceTable) -> None:
    lines = [f"{i};Hélène" for i in range(10)]
    file = attach(table, "Code;Nom\n" + "\n".join(lines) + "\n" + "x;", "a.csv")
    mixed = ("Code;Nom\n" + "\n".join(lines) + "\n").encode() + "99;Gaël\n".encode("cp1252")
    file = attach(table, mixed)
    found = setup.sample(table)

    assert found.rows[-1] == (12, ("99", "Gaël"))
    assert file.detected["notes"] == [
        "1 line of the UTF-8 file is written in Windows-1252 and read as such: line 12."
    ]


def test_shifted_rows_are_told_and_the_others_read(table: SourceTable) -> None:
    found = read(table, "Code;Nom;Ville\nC1;a;b\nC2;a;b;c\nC3;a\nC4;a;b;;\n")

    assert [row[0] for _n, row in found.rows] == ["C1", "C4"]
    assert [(n, s[:40]) for n, s in found.broken] == [
        (3, "The row has 4 cells, the heading 3: a de"),
        (4, "The row has 2 cells, the heading 3: cell"),
    ]


def test_quote_that_is_not_closed_costs_its_own_row_only(table: SourceTable) -> None:
    rows = [f"C{i};Nom {i};Ville;France\n" for i in range(3000)]
    rows[5] = 'C5;"Nom 5;Ville;France\n'
    found = read(table, "Code;Nom;Ville;Pays\n" + "".join(rows))

    assert len(found.rows) == 2999
    assert [n for n, _sentence in found.broken] == [7]
    assert "is opened and not closed" in found.broken[0][1]


def test_quote_closed_by_the_next_row_costs_two_rows_at_most(table: SourceTable) -> None:
    text = 'Code;Nom;Ville;Pays\nC1;"a;b;c\nC2;"x";y;z\nC3;"two\nlines";b;c\n'
    found = read(table, text)

    assert [row[0] for _n, row in found.rows] == ["C2", "C3"]
    assert [n for n, _sentence in found.broken] == [2]


def test_endless_line_is_refused_without_being_held(table: SourceTable) -> None:
    line = b"C2;" + b"x" * (3 * MAX_ROW_BYTES) + b"\n"
    found = read(table, b"Code;Nom\nC1;a\n" + line + b"C3;c\n")

    assert [row[0] for _n, row in found.rows] == ["C1", "C3"]
    assert [n for n, _sentence in found.broken] == [3]


def test_null_characters_are_left_out_and_told(table: SourceTable) -> None:
    found = read(table, b"Code;Nom\nC1;a\0b\0\n")

    assert found.rows == [(2, ("C1", "ab"))]
    assert table.files.get().detected["notes"] == [
        "The file holds 2 null characters: they are left out."
    ]


def test_formulas_stay_texts_and_guards_are_taken_off(table: SourceTable) -> None:
    text = (
        "Code;Téléphone;Nom\n=\"00123\";'+33 6 39 98 00 01;'=cmd|' /C calc'!A0\nC2;'06;l'Étoile\n"
    )
    found = read(table, text)

    assert [row for _n, row in found.rows] == [
        ("00123", "+33 6 39 98 00 01", "=cmd|' /C calc'!A0"),
        ("C2", "06", "l'Étoile"),
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\xef\xbb\xbf\r\n \r\n", "empty_file"),
        (b"%PDF-1.7\n%\xe2\xe3", "no_table"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "no_table"),
        (b"PK\x03\x04 not really", "unreadable_file"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "protected_file",
        ),
        (b"<html><table><tr><td>1</td></tr></table></html>", "no_table"),
        (bytes(range(256)) * 20, "no_table"),
    ],
)
def test_what_is_no_table_is_refused(table: SourceTable, content: bytes, code: str) -> None:
    with pytest.raises(DomainError) as refused:
        attach(table, content)

    assert refused.value.code == code
    assert not SourceFile.objects.exists()


def test_headings_without_rows_are_a_table_without_rows(table: SourceTable) -> None:
    found = read(table, "Code;Nom\n")

    assert (found.columns, found.rows) == (["Code", "Nom"], [])


def test_name_of_a_file_leads_nowhere(table: SourceTable) -> None:
    file = attach(table, "Code;Nom\n1;a\n", "..\\..\\etc/../passwd\x00.csv")

    assert (file.filename, file.path) == ("passwd.csv", f"crm/{file.sha256[:2]}/{file.sha256}")


def test_sheet_of_empty_rows_ends(table: SourceTable) -> None:
    content = workbook([["Code", "Nom"], ["C1", "a"]])
    empty = b'<row r="%d" s="1"><c r="A%d" s="1"/></row>'
    rows = b"".join(empty % (n, n) for n in range(3, 120_000))
    found = read(table, changed(content, b"</sheetData>", rows + b"</sheetData>"), "a.xlsx")

    assert found.rows == [(2, ("C1", "a"))]


def changed(
    content: bytes, old: bytes, new: bytes, part: str = "xl/worksheets/sheet1.xml"
) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(out, "w", 8) as after:
        for name in before.namelist():
            data = before.read(name)
            after.writestr(name, data.replace(old, new) if name == part else data)
    return out.getvalue()


def test_bomb_is_refused_before_it_is_unpacked(
    table: SourceTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm.sources.files.workbooks.MAX_UNPACKED", 1 << 20)
    content = workbook([["Code", "Nom"], ["C1", "a"]])
    bomb = changed(content, b"</sheetData>", b"</sheetData>" + b" " * (2 << 20))

    with pytest.raises(DomainError) as refused:
        attach(table, bomb, "a.xlsx")

    assert refused.value.code == "file_too_large"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            b"<sheetData>",
            b"<sheetData><row r='1'>" + b"<c t='inlineStr'><is><t>" + b"x" * (8 << 20),
        ),
        (b"<worksheet", b"<!DOCTYPE x [<!ENTITY a 'aaaa'>]><worksheet"),
        (b'r="B2"', b'r="ZZZZ2"'),
        (b"</sheetData>", b""),
        (b't="inlineStr"><is><t>C1</t></is>', b't="s"><v>999</v>'),
        (b"<sheetData>", b"<sheetData>" + b"<a>" * 10_000),
    ],
)
def test_damaged_workbook_is_told(table: SourceTable, old: bytes, new: bytes) -> None:
    content = workbook([["Code", "Nom"], ["C1", "a"]])
    broken = changed(content, old, new)
    assert broken != changed(content, b"", b"")

    with pytest.raises(DomainError) as refused:
        read(table, broken, "a.xlsx")

    assert refused.value.code == "unreadable_file"


def test_formula_that_was_never_computed_is_told(table: SourceTable) -> None:
    found = read(table, workbook([["Code", "Prix"], ["C1", "=1+1"], ["C2", 3]]), "a.xlsx")

    assert [row for _n, row in found.rows] == [("C1", ""), ("C2", "3")]
    (note,) = found.notes
    assert note == (
        "Cells hold formulas that were never computed and are taken as empty (such as B2): open"
        " the workbook in Excel and save it."
    )


def test_html_of_several_lines_is_one_text(table: SourceTable) -> None:
    text = 'id;nom;html\n1;a;"<p class=""x"">é; b</p>\n<p>c;d;e;f</p>"\n2;b;\n'
    found = read(table, text)

    assert found.rows == [
        (2, ("1", "a", '<p class="x">é; b</p>\n<p>c;d;e;f</p>')),
        (3, ("2", "b", "")),
    ]
