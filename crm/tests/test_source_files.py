from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from backoffice.core.errors import DomainError
from crm.sources import readers, setup
from crm.sources.files import keeping, suggest_joins
from crm.sync import requests
from crm.tests.tables import attach, read, workbook

if TYPE_CHECKING:
    from pytest_django import Settings

    from crm.models import SourceFile, SourceTable

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

DATA = Path(__file__).parent / "data"


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def table() -> SourceTable:
    return setup.add_table(setup.create_source("Shop", "files"), "customer")


@pytest.mark.parametrize(
    ("name", "rows", "refused"),
    [
        ("isavigne/clients_20261115.csv", 61, []),
        ("isavigne/produits_20261115.csv", 38, []),
        ("isavigne/ventes_20261115.csv", 300, [303]),
        ("isavigne/stock_20261115.csv", 39, []),
        ("isavigne/ventes_60_lignes.xlsx", 60, [64]),
        ("odoo_csv/res_partner.csv", 28, []),
        ("odoo_csv/res_partner_fr_headings.csv", 10, []),
        ("odoo_csv/product_template.csv", 18, []),
        ("odoo_csv/sale_order_line.csv", 82, []),
        ("odoo_csv/sale_order_with_lines.csv", 24, []),
    ],
)
def test_every_row_of_an_export_is_read_or_told(
    table: SourceTable, name: str, rows: int, refused: list[int]
) -> None:
    found = read(table, (DATA / name).read_bytes(), name)

    assert (len(found.rows), [number for number, _ in found.broken]) == (rows, refused)


def test_style_of_a_french_export_is_found(table: SourceTable) -> None:
    file = attach(table, (DATA / "isavigne/ventes_20261115.csv").read_bytes())

    names = ("encoding", "delimiter", "header_row", "decimal", "thousands", "dates")
    assert [file.detected[name] for name in names] == ["cp1252", ";", 1, ",", " ", "dmy"]


def test_style_of_an_american_export_is_found(table: SourceTable) -> None:
    text = "id,Amount,Date\n" + "".join(f'{i},"1,{i}45.50",12/{i + 13}/2026\n' for i in range(1, 9))
    file = attach(table, text)

    names = ("delimiter", "decimal", "thousands", "dates")
    assert [file.detected[name] for name in names] == [",", ".", ",", "mdy"]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "mac-roman", "cp850"]
)
def test_letters_are_read_in_every_encoding(table: SourceTable, encoding: str) -> None:
    text = "Code;Nom\r\n1;Hélène Saint-Émilion à Nîmes\r\n2;Château Pétrus, médaillé\r\n"
    found = read(table, text.encode(encoding))

    assert (found.columns, found.rows[0][1]) == (
        ["Code", "Nom"],
        ("1", "Hélène Saint-Émilion à Nîmes"),
    )


def test_headings_stand_below_titles(table: SourceTable) -> None:
    text = "Domaine du Lavoir\nExport du 12/11/2026\n\nCode;Nom;Ville\nC1;Noor;Beaune\n"
    found = read(table, text)

    assert (found.columns, found.rows) == (
        ["Code", "Nom", "Ville"],
        [(5, ("C1", "Noor", "Beaune"))],
    )


def test_second_heading_of_a_name_gets_a_number(table: SourceTable) -> None:
    found = read(table, "Code;Nom;Nom;\nC1;a;b;c\n")

    assert found.columns == ["Code", "Nom", "Nom (2)"]
    assert found.broken[0][0] == 2


def test_native_values_are_written_as_the_file_writes(table: SourceTable) -> None:
    rows: list[list[object]] = [
        ["Code", "Date", "Prix", "CP", "Degré", "Grand", "Actif", "Né"],
        ["007", "03/04/2026", "1,5", "01000", "x", "y", "z", "t"],
        [8.0, None, 12.5, 1000, 0.135, 212600000000, True, None],
    ]
    import datetime as dt  # noqa: PLC0415 - here only

    rows[2][1] = dt.date(2026, 4, 3)
    rows[2][7] = dt.datetime(2026, 4, 3, 10, 12)  # noqa: DTZ001 - workbooks know no zones
    formats = {"D3": "00000", "E3": "0.0%"}
    found = read(table, workbook(rows, formats), "a.xlsx")

    assert found.rows[1] == (
        3,
        (
            "8",
            "03/04/2026",
            "12,5",
            "01000",
            "13,5%",
            "212600000000",
            "True",
            "03/04/2026 10:12:00",
        ),
    )


@pytest.mark.parametrize(
    "name",
    [
        "isavigne/ventes_20261115.csv",
        "isavigne/ventes_60_lignes.xlsx",
        "odoo_csv/sale_order_with_lines.csv",
    ],
)
def test_reading_goes_on_behind_any_batch(table: SourceTable, name: str) -> None:
    attach(table, (DATA / name).read_bytes(), name)
    inputs = readers.inputs_of(table)
    with readers.open_table(table, inputs) as reader:
        whole = next(iter(reader.batches(size=1000)))
    rows: list[tuple[str, ...]] = []
    numbers: list[int] = []
    checkpoint: dict[str, Any] | None = None
    while True:
        with readers.open_table(table, inputs) as reader:
            batch = next(iter(reader.batches(checkpoint, size=7)), None)
        if batch is None:
            break
        rows, numbers, checkpoint = rows + batch.rows, numbers + batch.numbers, batch.checkpoint

    assert (rows, numbers) == (whole.rows, whole.numbers)


def test_old_checkpoint_reads_the_old_file(table: SourceTable) -> None:
    attach(table, "Code;Nom\nC1;a\n")
    inputs = readers.inputs_of(table)
    attach(table, "Code;Nom;Ville\nC2;b;c\n")

    with readers.open_table(table, inputs) as reader:
        assert next(iter(reader.batches())).rows == [("C1", "a")]


def test_chosen_style_is_read_and_kept_for_the_next_file(table: SourceTable) -> None:
    file = attach(table, "a;b\nCode;Nom\nC1;x\n")

    changed_file = setup.choose_style(file.pk, {"header_row": 2, "decimal": "."})
    newer = attach(table, "a;b\nCode;Nom\nC9;y\n")

    assert (changed_file.columns, newer.columns) == (["Code", "Nom"], ["Code", "Nom"])
    assert setup.sample(table).rows == [(3, ("C9", "y"))]


def test_choice_that_is_none_is_refused(table: SourceTable) -> None:
    file = attach(table, "Code;Nom\nC1;x\n")

    with pytest.raises(DomainError) as refused:
        setup.choose_style(file.pk, {"delimiter": "x"})

    assert (refused.value.field, refused.value.code) == ("delimiter", "invalid_style")


def test_files_whose_keys_meet_through_a_third_are_joined(table: SourceTable) -> None:
    attach(table, "sku;Nom;Prix\nW1;Chablis;12\nW2;Pommard;30\nW3;Volnay;28\n", "web.csv")
    attach(
        table,
        "id_web;product_id\nW1;5.0\nW2; 6\nW2;7\n",
        "link.csv",
        position=1,
        join_from="sku",
        join_to="id_web",
    )
    attach(
        table,
        "product_id;Prix\n5;8\n6;20\n",
        "erp.csv",
        position=2,
        join_from="product_id",
        join_to="product_id",
    )

    found = setup.sample(table)

    assert found.columns == [
        "sku", "Nom", "Prix", "id_web", "product_id", "product_id (2)", "Prix (2)",
    ]  # fmt: skip
    assert [row for _n, row in found.rows] == [
        ("W1", "Chablis", "12", "W1", "5.0", "5", "8"),
        ("W2", "Pommard", "30", "W2", " 6", "6", "20"),
        ("W3", "Volnay", "28", "", "", "", ""),
    ]
    (note,) = found.notes
    assert note == (
        "“link.csv” has keys that stand there twice (1 rows, such as W2): the first row of each"
        " is used."
    )


def test_joins_are_proposed_by_what_columns_hold(table: SourceTable) -> None:
    web = "sku;Nom\n" + "".join(f"W{i};Vin {i}\n" for i in range(20))
    erp = "product_id;Stock\n" + "".join(f"{i + 500};{i % 3}\n" for i in range(20))
    link = "id_web;product_id\n" + "".join(f"W{i};{i + 500}.0\n" for i in range(20))
    files = [attach(table, text, position=i) for i, text in enumerate([web, erp, link])]

    joins = suggest_joins(files)

    assert [(j.file.pk, j.join_from, j.join_to, j.share) for j in joins] == [
        (files[2].pk, "sku", "id_web", 1.0),
        (files[1].pk, "product_id", "product_id", 1.0),
    ]


def test_lines_of_an_order_take_what_stands_above(table: SourceTable) -> None:
    found = read(table, (DATA / "odoo_csv/sale_order_with_lines.csv").read_bytes())

    first, second = found.rows[0][1], found.rows[1][1]
    assert (second[:6], second[6]) == (first[:6], "[V0003] Bourgogne Aligoté 2021")


def test_newest_export_of_an_allowed_folder_is_read(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    shutil.copytree(DATA / "isavigne", folder)
    (folder / "clients_ancien.csv").symlink_to("/etc/passwd")
    settings.IMPORT_FOLDERS = [str(tmp_path)]
    source = setup.create_source("Cave", "isavigne", options={"folder": str(folder)})
    table = source.tables.get(entity="stock")

    assert readers.inputs_of(table)["files"][0]["filename"] == "stock_20261115.csv"
    assert readers.test_connection(source).count("row") == 4


def test_what_is_no_file_of_the_folder_is_passed_over(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "stock_1.csv").write_text("Code;Nom\nC1;a\n")
    os.mkfifo(tmp_path / "stock_2.csv")
    (tmp_path / "stock_3.csv").mkdir()
    (tmp_path / "stock_4.csv").symlink_to(tmp_path / "gone")
    settings.IMPORT_FOLDERS = [str(tmp_path)]
    source = setup.create_source("Cave", "isavigne", options={"folder": str(tmp_path)})

    inputs = readers.inputs_of(source.tables.get(entity="stock"))

    assert inputs["files"][0]["filename"] == "stock_1.csv"


def test_an_export_that_is_being_written_is_not_taken_half(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "stock.csv").write_text("Code;Nom\nC1;a\n")
    settings.IMPORT_FOLDERS = [str(tmp_path)]
    source = setup.create_source("Cave", "isavigne", options={"folder": str(tmp_path)})
    table = source.tables.get(entity="stock")
    really = setup.attach_file

    def while_it_is_written(*given: Any, **named: Any) -> SourceFile:
        # As long as before: a program that fills its file in place.
        (tmp_path / "stock.csv").write_text("Code;Nom\nC2;b\n")
        os.utime(tmp_path / "stock.csv", (1, 1))
        return really(*given, **named)

    monkeypatch.setattr(setup, "attach_file", while_it_is_written)
    with pytest.raises(DomainError):
        readers.inputs_of(table)

    assert not table.files.exists()


@pytest.mark.parametrize("place", ["outside", "link", "../outside"])
def test_folder_that_is_not_open_to_sources_is_refused(
    settings: Settings, tmp_path: Path, place: str
) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "outside").mkdir()
    (tmp_path / "open/link").symlink_to(tmp_path / "outside")
    settings.IMPORT_FOLDERS = [str(tmp_path / "open")]
    folder = tmp_path / ("outside" if place == "outside" else f"open/{place}")
    source = setup.create_source("Cave", "isavigne", options={"folder": str(folder)})

    with pytest.raises(DomainError) as refused:
        readers.inputs_of(source.tables.get(entity="stock"))

    assert refused.value.field == "folder"


def test_files_that_nobody_needs_are_pruned(
    table: SourceTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "_is_old", lambda _path: True)
    old = attach(table, "Code;Nom\nC1;a\n")
    new = attach(table, "Code;Nom\nC2;b\n")

    assert keeping.prune() == 1
    with pytest.raises(DomainError):
        keeping.open_kept(old.path)
    keeping.open_kept(new.path).close()


@pytest.mark.parametrize(
    ("text", "delimiter", "header_row", "columns"),
    [
        ("sep=|\nCode|Nom\n1|A\n", "|", 2, ["Code", "Nom"]),
        (
            "Code;Nom;Lieu\n1;Dupont, J;3, rue A, Nice\n2;B, K;4, rue B, Nice\n",
            ";",
            1,
            ["Code", "Nom", "Lieu"],
        ),
        ("Code;2023;2024\nC1;1;2\nC2;1;2\n", ";", 1, ["Code", "2023", "2024"]),
        ("C1;01/02/2020;12,5\nC2;03/02/2020;13,5\n", ";", 0, ["Column 1", "Column 2", "Column 3"]),
        ("email\na@b.fr\nc@d.fr\n", ";", 1, ["email"]),
    ],
)
def test_delimiter_and_headings_are_found(
    table: SourceTable, text: str, delimiter: str, header_row: int, columns: list[str]
) -> None:
    file = attach(table, text)

    found = (file.detected["delimiter"], file.detected["header_row"], file.columns)
    assert found == (delimiter, header_row, columns)


def test_totals_are_told_or_left_out_as_chosen(table: SourceTable) -> None:
    text = "Code;Nom;Montant\nC1;Total Wine;10,00\n;Total général;30,00 €\n"
    file = attach(table, text)
    told = setup.sample(table)
    setup.choose_style(file.pk, {"totals": "left_out"})
    silent = setup.sample(table)

    assert [n for n, _sentence in told.broken] == [3]
    assert (silent.rows, silent.broken) == ([(2, ("C1", "Total Wine", "10,00"))], [])


def test_export_that_an_estate_does_not_use_is_not_waited_for() -> None:
    source = setup.create_source("Cave", "isavigne")
    with (DATA / "isavigne/clients_20261115.csv").open("rb") as content:
        setup.attach_file(source.tables.get(entity="customer"), content, filename="clients.csv")

    run = requests.request(source)

    assert [part.table.entity for part in run.table_runs.all()] == ["customer"]


def test_a_look_takes_no_newer_export_in(settings: Settings, tmp_path: Path) -> None:
    settings.IMPORT_FOLDERS = [str(tmp_path)]
    (tmp_path / "stock_1.csv").write_text("Code;Nom\nC1;a\n")
    source = setup.create_source("Cave", "isavigne", options={"folder": str(tmp_path)})
    table = source.tables.get(entity="stock")
    setup.sample(table)
    newer = tmp_path / "stock_2.csv"
    newer.write_text("Code;Nom\nC2;b\n")
    os.utime(newer, (4_000_000_000, 4_000_000_000))

    assert setup.sample(table, takes_in=False).rows == [(2, ("C1", "a"))]
    assert table.files.get().filename == "stock_1.csv"
    assert setup.sample(table).rows == [(2, ("C2", "b"))]
