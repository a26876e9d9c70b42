from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from decimal import Decimal
from typing import TYPE_CHECKING

import openpyxl
import pytest
import tablib
from django.utils import translation

from backoffice.core.errors import DomainError
from backoffice.core.spreadsheets import formats
from backoffice.core.spreadsheets.formats import FORMULA_STARTS, Csv, Xlsx
from backoffice.core.spreadsheets.widgets import Day, Json, Number, Text, YesNo

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_is_read_in_any_usual_form(encoding: str, delimiter: str):
    text = f"name{delimiter}city\r\nPâtisserie “Noor”{delimiter}Fès\r\n\r\n"

    dataset = Csv().create_dataset(text.encode(encoding))

    assert (dataset.headers, list(dataset)) == (["name", "city"], [("Pâtisserie “Noor”", "Fès")])


@pytest.mark.parametrize("data", [b"name\n\xe9\x81t\x8f", b"\xff\xfea\x00b"])
def test_letters_nobody_can_read_are_not_replaced_by_question_marks(data: bytes):
    with pytest.raises(DomainError) as refused:
        Csv().create_dataset(data)

    assert refused.value.code == "unreadable_file"


def test_csv_keeps_delimiters_and_lines_inside_quotes():
    dataset = Csv().create_dataset(b'name;notes\n"Noor; Rabat";"two\nlines"\n')

    assert list(dataset) == [("Noor; Rabat", "two\nlines")]


def test_short_lines_are_filled_and_long_ones_refused():
    assert list(Csv().create_dataset(b"a;b\n1\n")) == [("1", "")]
    with pytest.raises(DomainError, match="2"):
        Csv().create_dataset(b"a;b\n1;2;3\n")


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_empty_file_says_so(data: bytes):
    with pytest.raises(DomainError) as refusal:
        Csv().create_dataset(data)

    assert refusal.value.code == "empty_file"


def workbook(*rows: list[object]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_xlsx_gives_whole_numbers_and_days():
    data = workbook(["phone", "price", "day"], [212600000000, 12.5, dt.date(2026, 1, 15)])

    dataset = Xlsx().create_dataset(data)

    assert list(dataset) == [(212600000000, 12.5, dt.date(2026, 1, 15))]


@pytest.mark.parametrize("data", [b"not a workbook", b"PK\x03\x04broken"])
def test_what_is_no_workbook_is_refused(data: bytes):
    with pytest.raises(DomainError) as refusal:
        Xlsx().create_dataset(data)

    assert refusal.value.code == "unreadable_file"


def test_workbook_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(formats, "MAX_UNPACKED_BYTES", 1000)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sheet1.xml", "0" * 100_000)

    with pytest.raises(DomainError) as refusal:
        Xlsx().create_dataset(out.getvalue())

    assert refusal.value.code == "file_too_large"


FORMULAS = [
    "=1+1",
    "==2",
    "+cmd|'/c calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
    "'=1+1",
    "  =1+1",
    "\u00a0=1+1",
]


def exported() -> tablib.Dataset:
    rows = [(text, None, Decimal("-12.50"), True) for text in FORMULAS]
    return tablib.Dataset(*rows, headers=["text", "nothing", "number", "flag"])


def test_exported_csv_holds_no_formula_and_no_none():
    text = Csv().export_data(exported()).decode("utf-8-sig")

    lines = tablib.Dataset().load(text, format="csv", delimiter=";")
    # One more apostrophe behind a tab or a line break, where other readers begin a cell.
    shown = [re.sub(r"(?<=[\t\r\n])'", "", row[0]) for row in lines]
    assert shown == [f"'{formula}" for formula in FORMULAS]
    assert {row[1:] for row in lines} == {("", "-12,50", "oui")}


def test_no_cell_is_a_formula_where_a_reader_splits_at_commas():
    words = ["Rabat,=1+1", "a, @SUM(1)", "a\n-1", "a,b - c"]
    data = Csv().export_data(tablib.Dataset(*[(word, "x") for word in words], headers=["a", "b"]))

    for mark in ",\t|":
        for row in csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=mark):
            assert [cell for cell in row if cell.strip().startswith(FORMULA_STARTS)] == []
    assert [Text().clean(cell) for cell in Csv().create_dataset(data)["a"]] == words


def test_csv_that_breaks_off_says_so_in_its_last_line():
    def rows() -> Iterator[list[object]]:
        for number in range(600):
            yield [number]
        raise OSError("the database went away")

    pieces = Csv().chunks(["n"], rows())

    assert b"\r\n499\r\n" in next(pieces)
    with translation.override("en"):
        assert b"THE FILE IS NOT COMPLETE" in next(pieces)
    with pytest.raises(OSError, match="the database went away"):
        next(pieces)


def test_workbook_with_a_stray_cell_far_away_is_refused_before_it_is_read():
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["name"])
    book.active.cell(1_048_576, 16_384).value = "x"
    file = io.BytesIO()
    book.save(file)

    with pytest.raises(DomainError) as refused:
        Xlsx().read(file.getvalue())

    assert refused.value.code == "file_too_large"


def test_rows_of_nothing_weigh_nothing():
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["name"])
    book.active.cell(50_000, 2).value = "x"
    file = io.BytesIO()
    book.save(file)

    rows = Xlsx().read(file.getvalue())

    assert (len(rows), rows[0], rows[1], rows[-1]) == (50_000, ["name", ""], [], ["", "x"])


@pytest.mark.parametrize("hidden", ["\x01", "\x0b ", "\x7f", "\x00\x1f'"])
def test_no_formula_comes_to_light_where_control_characters_are_left_out(hidden: str):
    file = io.BytesIO()
    Xlsx().write(file, ["a"], [[f"{hidden}=1+1"]])

    [_heading, [cell]] = openpyxl.load_workbook(file).worksheets[0].iter_rows()

    assert (cell.data_type, str(cell.value)[:1]) == ("s", "'")


def test_exported_xlsx_holds_no_formula_and_keeps_numbers():
    book = openpyxl.load_workbook(io.BytesIO(Xlsx().export_data(exported())))

    rows = list(book.worksheets[0].iter_rows(values_only=True))[1:]
    cells = [str(row[0]).replace("_x000D_", "\r") for row in rows]
    assert cells == [f"'{formula}" for formula in FORMULAS]
    assert {row[1:] for row in rows} == {(None, -12.5, True)}


def test_what_was_exported_comes_back_as_it_was():
    back = Csv().create_dataset(Csv().export_data(exported()))

    assert [Text().clean(cell) for cell in back["text"]] == FORMULAS


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("12,50", "12.50"),
        ("12.50", "12.50"),
        ("1 234,50", "1234.50"),
        ("1\u00a0234,50", "1234.50"),
        ("1\u202f234,50", "1234.50"),
        ("1.234,50", "1234.50"),
        ("1,234.50", "1234.50"),
        ("1.234.567", "1234567"),
        ("1,234,567.5", "1234567.5"),
        ("1'234.5", "1234.5"),
        ("-3", "-3"),
        (5, "5"),
        (12.5, "12.5"),
    ],
)
def test_numbers_as_people_write_them(written: object, number: str):
    assert Number().clean(written) == Decimal(number)


@pytest.mark.parametrize("written", ["abc", "12 MAD", "NaN", "Infinity", "1e308", "1,2,3,4", "--1"])
def test_what_is_no_number_is_named(written: str):
    with pytest.raises(ValueError, match="1234,50"):
        Number().clean(written)


@pytest.mark.parametrize(
    "written",
    ["15/01/2026", "2026-01-15", "15-01-2026", "15.01.2026", "15/01/26", dt.date(2026, 1, 15)],
)
def test_days_as_people_write_them(written: object):
    assert Day().clean(written) == dt.date(2026, 1, 15)


@pytest.mark.parametrize("written", ["31/02/2026", "hier", "15/01", "01/15/2026"])
def test_what_is_no_day_is_named(written: str):
    with pytest.raises(ValueError, match="15/01/2026"):
        Day().clean(written)


@pytest.mark.parametrize(
    ("written", "answer"),
    [
        ("oui", True),
        ("Vrai", True),
        ("X", True),
        (1, True),
        ("non", False),
        ("FAUX", False),
        ("", None),
    ],
)
def test_yes_and_no(written: object, answer: bool | None):  # noqa: FBT001 - a table
    assert YesNo().clean(written) is answer


def test_neither_yes_nor_no_is_refused():
    with pytest.raises(ValueError, match="peut-être"):
        YesNo().clean("peut-être")


def test_json_object_or_nothing():
    assert (Json().clean('{"paper": "kraft"}'), Json().clean("")) == ({"paper": "kraft"}, {})
    with pytest.raises(ValueError, match="kraft"):
        Json().clean("[1]")
