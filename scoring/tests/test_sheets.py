"""Sheets of clients, read as people write them, checked row by row, and given back with scores."""

from __future__ import annotations

import csv
import io
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from backoffice.core.errors import DomainError
from scoring.engine import clients
from scoring.model import CRMScoringModel
from scoring.sheets import answers, checking, headings, previewing, writing
from scoring.sheets.answers import Tally
from scoring.sheets.checking import Checker, Fault
from scoring.sheets.heading_words import SHOWN
from scoring.sheets.opening import opened

if TYPE_CHECKING:
    from collections.abc import Iterable
    from contextlib import AbstractContextManager

    from scoring.sheets.opening import Sheet

DATA = Path(__file__).parent / "data"
# Without a database row the shipped model answers, and whether there is one is asked.
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
HEADER = ",".join(["customer_id", *clients.NAMES])
README = "1,5,10,1500.50,8,6,15,120"
FRENCH = (
    "Code client;Client;Jours depuis dernier contact;Nb contacts;Chiffre d'affaires;"
    "E-mails envoyés;E-mails ouverts;Visites du site;Ancienneté (jours)"
)


def sheet_of(content: bytes | str, name: str = "clients.csv") -> AbstractContextManager[Sheet]:
    data = content.encode() if isinstance(content, str) else content
    return opened(lambda: io.BytesIO(data), name)


def faults_of(content: bytes | str, name: str = "clients.csv") -> list[Fault]:
    with sheet_of(content, name) as sheet:
        return [fault for part in Checker(sheet).parts() for fault in part.faults]


def refusal(content: bytes | str, name: str = "clients.csv") -> str:
    with pytest.raises(DomainError) as told, sheet_of(content, name):
        pass
    return str(told.value)


def workbook(rows: Iterable[Iterable[object]]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_csv(sheet: Sheet, **options: bool) -> str:
    rows = writing.scored(sheet, Tally(), faults=[])
    given: dict[str, Any] = {"marked": False, **options}
    return b"".join(writing.csv_chunks(sheet, answers.header(sheet), rows, **given)).decode()


# --- what is wrong, row by row ---


def test_a_dirty_file_is_told_row_by_row():
    with (DATA / "dirty_expected.csv").open(encoding="utf-8") as file:
        expected = list(csv.DictReader(file))

    found: dict[str, set[str]] = {}
    for fault in faults_of((DATA / "dirty.csv").read_bytes()):
        found.setdefault(str(fault.row), set()).add(fault.field)

    # Whether somebody bought is asked in training; what can be read in one way only is read.
    wrong = {
        row["row"]: row["field"]
        for row in expected
        if row["verdict"] == "invalid" and row["field"] != "converted"
    }
    assert found.keys() == wrong.keys()
    named = {row: set(fields.split(";")) for row, fields in wrong.items() if fields}
    assert {row: found[row] for row in named} == named
    assert found["33"] == set(clients.NAMES)
    assert found["49"] == found["50"] == {""}


def test_a_fault_says_row_line_column_value_and_mend():
    text = f"A list of clients\n\n{HEADER}\n{README}\n2,5,10,lots,8,6,15,120\n"

    (fault,) = faults_of(text)

    assert fault == Fault(
        2, 5, "total_spent", "lots", "Row 2: total_spent is “lots”. Give a plain number."
    )


def test_a_fault_names_the_column_as_the_file_does():
    (fault,) = faults_of(f"{FRENCH}\nC1;Dupont;5;10;beaucoup;8;6;15;120\n")

    assert (fault.field, fault.sentence) == (
        "Chiffre d'affaires",
        "Row 1: Chiffre d'affaires is “beaucoup”. Give a plain number.",
    )


def test_an_identifier_that_occurs_again_much_later_is_told():
    rows = [f"{number},5,10,1500.50,8,6,15,120" for number in range(1, checking.BATCH + 2)]

    (fault,) = faults_of("\n".join([HEADER, *rows, "7,5,10,1500.50,8,6,15,120"]))

    last = checking.BATCH + 2
    assert fault.sentence == (
        f"Row {last}: customer_id 7 occurs already in row 7. Keep one of the rows."
    )


def test_what_reads_in_two_ways_is_no_fault_of_another_field():
    (fault,) = faults_of(f"{HEADER.replace(',', ';')}\n1;5;10;100;1,500;6;15;120\n")

    assert (fault.field, fault.value) == ("emails_sent", "1,500")


def test_more_rows_than_are_taken_are_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(checking, "MOST", 2)

    with pytest.raises(DomainError, match=r"The file has more than 2 rows: split it\."):
        faults_of("\n".join([HEADER, *[README] * 3]))


# --- headings ---


def test_french_headings_are_understood():
    with sheet_of(f"{FRENCH}\nC1;Dupont;5;10;1 500,50;8;6;15;120\n".encode("cp1252")) as sheet:
        places = [sheet.places[name] for name in ("customer_id", *clients.NAMES)]
        (part,) = Checker(sheet).parts()

    assert places == [0, 2, 3, 4, 5, 6, 7, 8]
    assert part.figures.tolist() == [[5, 10, 1500.5, 8, 6, 15, 120]]


@pytest.mark.parametrize("field", ["customer_id", *clients.NAMES])
def test_a_field_is_known_by_its_own_name_and_by_those_the_page_shows(field: str):
    others = [name for name in clients.NAMES if name != field]

    for name in (field, field.upper().replace("_", " "), *SHOWN[field].split(", ")):
        assert headings.places([*others, name])[field] == len(others)


def test_the_plain_name_wins_over_another():
    columns = ["Contacts", *clients.NAMES]

    assert headings.places(columns)["total_contacts"] == 1 + clients.CONTACTS


def test_two_columns_for_one_figure_are_refused():
    columns = HEADER.replace("total_spent", "CA,Chiffre d'affaires")

    assert refusal(f"{columns}\n{README},1\n") == (
        "The columns “CA” and “Chiffre d'affaires” both stand for total_spent: rename or remove"
        " one."
    )


def test_missing_columns_are_named():
    assert refusal("customer_id,total_spent\n1,5\n") == (
        "These columns are missing: days_since_last_contact, total_contacts, emails_sent,"
        " emails_opened, website_visits, customer_age_days. Name them so, as in the empty file."
    )


def test_a_sheet_needs_no_identifiers():
    with sheet_of("\n".join([",".join(clients.NAMES), *["5,10,1500.50,8,6,15,120"] * 2])) as sheet:
        found = previewing.of(sheet)

    assert (found.tally.scored, found.fault_count) == (2, 0)
    assert [identifier for identifier, _answer in found.first] == ["", ""]


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n...", b"\x00\x01\x02" * 50])
def test_what_is_no_table_is_refused(content: bytes):
    assert "clients.csv" in refusal(content)


# --- scores ---


def test_the_scores_are_those_of_the_library():
    model = CRMScoringModel().load_model()
    with sheet_of((DATA / "dirty.csv").read_bytes()) as sheet:
        rows = list(csv.DictReader(io.StringIO(as_csv(sheet))))
    first = rows[0]
    given = {name: [float(first[name])] for name in clients.NAMES}

    features = model.create_features(given)

    assert [row["customer_id"] for row in rows[:2]] == ["CLI-77", "5047"]
    assert int(first["score"]) == model.predict_score(features)[0]
    assert first["segment"] == model.predict_segment([int(first["score"])])[0]
    assert float(first["chance"]) == round(float(model.predict_probability(features)[0]), 4)
    assert first["recommendation"].startswith("HIGH priority")
    assert first["reasons"].count(";") == 2


def test_the_file_comes_back_as_it_was_with_our_columns():
    with sheet_of(f"{HEADER},score,note\n01,5,10,1500.50,8,6,15,120,high,-3.50\n") as sheet:
        header, row = csv.reader(io.StringIO(as_csv(sheet)))

    assert header == [
        *HEADER.split(","), "score", "note",
        "score (2)", "segment", "chance", "recommendation", "reasons",
    ]  # fmt: skip
    assert row[:10] == ["01", "5", "10", "1500.50", "8", "6", "15", "120", "high", "-3.50"]
    assert (int(row[10]) >= 70, row[11]) == (True, "Hot")


def test_a_french_file_gets_decimal_commas():
    with sheet_of(f"{FRENCH}\nC1;Dupont;5;10;1 500,50;8;6;15;120\n") as sheet:
        text = as_csv(sheet, marked=True)

    (row,) = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";")
    assert text.startswith("\ufeffCode client;Client;")
    assert row["chance"].startswith("0,")
    assert row["Chiffre d'affaires"] == "1 500,50"


def test_cells_that_a_spreadsheet_would_run_are_guarded():
    cell = '=HYPERLINK("http://bad.example")'
    text = f'{HEADER},note\n{README},"{cell.replace(chr(34), chr(34) * 2)}"\n'
    with sheet_of(text) as sheet:
        (row,) = csv.DictReader(io.StringIO(as_csv(sheet)))
    out = io.BytesIO()
    with sheet_of(text) as sheet:
        rows = writing.scored(sheet, Tally(), faults=[], numbers=True)
        writing.write_xlsx(out, answers.header(sheet), rows)
    written = openpyxl.load_workbook(out).active
    assert written is not None

    assert row["note"] == f"'{cell}"
    assert (written["I2"].value, written["I2"].data_type) == (f"'{cell}", "s")


def test_a_workbook_keeps_numbers_and_codes():
    book = workbook(
        [
            ["customer_id", *clients.NAMES, "postal code", "since"],
            [7, 5, 10, 1.234, 8, 6, 15, 120, "01000", "2026-01-31"],
        ]
    )
    out = io.BytesIO()
    with sheet_of(book, "clients.xlsx") as sheet:
        rows = writing.scored(sheet, Tally(), faults=[], numbers=True)
        writing.write_xlsx(out, answers.header(sheet), rows)

    written = openpyxl.load_workbook(out).active
    assert written is not None
    row = [cell.value for cell in written[2]]
    assert row[:10] == [7, 5, 10, 1.234, 8, 6, 15, 120, "01000", "2026-01-31"]
    assert isinstance(row[10], int)


def opendocument(rows: Iterable[Iterable[object]]) -> bytes:
    """The least that is an ODS file."""
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="float" office:value="{cell}">'
            f"<text:p>{cell}</text:p></table:table-cell>"
            if isinstance(cell, int | float)
            else f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p>'
            "</table:table-cell>"
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text", "manifest")
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "META-INF/manifest.xml", f'<?xml version="1.0"?><manifest:manifest {spaces}/>'
        )
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0"?><office:document-content {spaces}><office:body>'
            f'<office:spreadsheet><table:table table:name="Sheet1">{cells}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return out.getvalue()


def test_opendocument_sheets_are_read():
    book = opendocument([["Code", *clients.NAMES], ["C1", 5, 10, 1500.5, 8, 6, 15, 120]])

    with sheet_of(book, "clients.ods") as sheet:
        (part,) = Checker(sheet).parts()

    assert (part.figures.tolist(), part.faults) == ([[5, 10, 1500.5, 8, 6, 15, 120]], [])


def test_lines_of_totals_and_empty_lines_are_no_clients():
    text = f"{HEADER}\n{README}\n,,,,,,,\nTotal,5,10,1500.50,8,6,15,120\n"

    with sheet_of(text) as sheet:
        found = previewing.of(sheet)

    assert (found.tally.scored, found.fault_count) == (1, 0)


def test_rows_to_mend_come_back_with_what_to_mend():
    text = f"{HEADER}\n{README}\n2,-5,10,lots,8,6,15,120\n3,1\n"
    with sheet_of(text) as sheet:
        pieces = writing.csv_chunks(
            sheet, writing.mend_header(sheet), writing.to_mend(sheet), marked=False
        )
        rows = list(csv.reader(io.StringIO(b"".join(pieces).decode())))

    assert rows[0] == [*HEADER.split(","), "to mend"]
    assert rows[1] == [
        "2", "-5", "10", "lots", "8", "6", "15", "120",
        (
            "Row 2: days_since_last_contact is -5. Give 0 or more."
            " Row 2: total_spent is “lots”. Give a plain number."
        ),
    ]  # fmt: skip
    assert rows[2] == [
        "3", "1", "", "", "", "", "", "",
        "Row 3 has 2 cells instead of 8. Check separators and quotes.",
    ]  # fmt: skip


def test_the_empty_file_can_be_scored():
    out = io.BytesIO()
    writing.template(out)

    with sheet_of(out.getvalue(), "clients.xlsx") as sheet:
        found = previewing.of(sheet)

    assert (found.tally.scored, found.tally.segments["Hot"]) == (1, 1)


def test_a_preview_counts_what_the_files_hold():
    with sheet_of((DATA / "dirty.csv").read_bytes()) as sheet:
        found = previewing.of(sheet)
    with sheet_of((DATA / "dirty.csv").read_bytes()) as sheet:
        rows = list(csv.DictReader(io.StringIO(as_csv(sheet))))

    assert (found.tally.scored, found.tally.left_out) == (10, 50)
    assert [answer.score for _identifier, answer in found.first] == [
        int(row["score"]) for row in rows
    ]
    counted = {name: sum(row["segment"] == name for row in rows) for name in found.tally.segments}
    assert counted == dict(found.tally.segments)
    assert found.tally.average == sum(int(row["score"]) for row in rows) / 10


def test_a_workbook_opens_again_with_the_same_cells():
    header = ["id", "=note", "a & b"]
    rows: list[list[object]] = [
        ["007", '=HYPERLINK("x")', -1.5],
        ["<é> & “ﬁ”\n 2 ", "\x00\x0bend\ud800", Decimal("1500.50")],
        ["", "x" * 40_000, 12_345_678_901_234],
    ]
    out = io.BytesIO()

    writing.write_xlsx(out, header, rows)

    by_calamine = CalamineWorkbook.from_filelike(io.BytesIO(out.getvalue()))
    book = openpyxl.load_workbook(out).active
    assert book is not None
    expected = [
        ("id", "'=note", "a & b"),
        ("007", '\'=HYPERLINK("x")', -1.5),
        ("<é> & “ﬁ”\n 2 ", "end?", 1500.5),
        (None, "x" * 32_767, 12_345_678_901_234),
    ]
    assert list(book.iter_rows(values_only=True)) == expected
    assert by_calamine.get_sheet_by_index(0).to_python() == [
        [cell or "" for cell in row] for row in expected
    ]
