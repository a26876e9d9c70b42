"""manage.py score_file: for programs, so it is careful with what it leaves behind."""

from __future__ import annotations

import csv
import io
import os
import socket
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from scoring.engine import clients

pytestmark = [pytest.mark.usefixtures("english")]
DIRTY = Path(__file__).parent / "data" / "dirty.csv"
HEADER = ",".join(["customer_id", *clients.NAMES])
README = "1,5,10,1500.50,8,6,15,120"


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "clients.csv"
    path.write_text(f"{HEADER}\n{README}\n2,700,0,0,0,0,0,900\n", encoding="utf-8")
    return path


def run(*arguments: object, **options: object) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("score_file", *map(str, arguments), stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


@pytest.mark.django_db
def test_a_file_is_scored(sheet: Path, tmp_path: Path):
    target = tmp_path / "out.csv"

    out, err = run(sheet, output=str(target))

    with target.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["segment"] for row in rows] == ["Hot", "Cold"]
    assert list(rows[0])[:8] == HEADER.split(",")
    assert out == "2 clients scored: 1 hot, 0 warm, 1 cold; 0 left out.\n"
    assert err == ""
    assert sorted(tmp_path.iterdir()) == [sheet, target]


@pytest.mark.django_db
def test_without_an_output_the_scores_are_printed(sheet: Path):
    out, err = run(sheet)

    assert [row["customer_id"] for row in csv.DictReader(io.StringIO(out))] == ["1", "2"]
    assert err.startswith("2 clients scored")


@pytest.mark.django_db
def test_a_workbook_is_written_by_its_name(sheet: Path, tmp_path: Path):
    run(sheet, output=str(tmp_path / "out.xlsx"))

    book = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert book is not None
    assert [cell.value for cell in book[1]][8:10] == ["score", "segment"]
    assert book["J2"].value == "Hot"


@pytest.mark.django_db
def test_where_a_row_is_wrong_everything_is_told_and_nothing_written(tmp_path: Path):
    target = tmp_path / "out.csv"
    target.write_text("before", encoding="utf-8")
    err = io.StringIO()

    with pytest.raises(CommandError) as told:
        call_command("score_file", str(DIRTY), output=str(target), stderr=err)

    assert str(told.value) == (
        "50 rows are wrong and nothing was written: mend them, or leave them out with --partial."
    )
    assert len(err.getvalue().splitlines()) == 58
    assert err.getvalue().startswith("Row 1: days_since_last_contact is -3. Give 0 or more.\n")
    assert target.read_text(encoding="utf-8") == "before"


@pytest.mark.django_db
def test_the_rows_that_are_right_can_be_scored_alone(tmp_path: Path):
    target = tmp_path / "out.csv"

    out, err = run(DIRTY, output=str(target), partial=True)

    assert out == "10 clients scored: 6 hot, 2 warm, 2 cold; 50 left out.\n"
    assert len(err.splitlines()) == 58
    assert len(target.read_text(encoding="utf-8").splitlines()) == 11


@pytest.mark.django_db
def test_a_file_without_a_right_row_is_refused(tmp_path: Path):
    path = tmp_path / "clients.csv"
    path.write_text(f"{HEADER}\n1,-5,10,1,8,6,15,120\n", encoding="utf-8")

    with pytest.raises(CommandError, match=r"^clients.csv: no row can be scored\.$"):
        run(path, partial=True)


@pytest.mark.parametrize("output", ["-", "/nowhere/out.csv"])
@pytest.mark.django_db
def test_files_that_are_not_there_are_named(tmp_path: Path, output: str, sheet: Path):
    path = tmp_path / "missing.csv" if output == "-" else sheet
    name = path if output == "-" else output

    with pytest.raises(CommandError, match=f"^{name}: No such file or directory\\.$"):
        run(path, output=output)


def test_no_database_is_needed(sheet: Path):
    """In a process of its own, with the address of a server that nobody answers at."""
    with socket.socket() as port:
        # Bound, but nobody listens: another process cannot take it meanwhile.
        port.bind(("127.0.0.1", 0))
        database = f"postgres://nobody@127.0.0.1:{port.getsockname()[1]}/nowhere"
        done = subprocess.run(
            [sys.executable, "manage.py", "score_file", sheet],
            env={**os.environ, "DATABASE_URL": database},
            cwd=settings.BASE_DIR,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [(row["customer_id"], row["segment"]) for row in rows] == [("1", "Hot"), ("2", "Cold")]
    assert done.returncode == 0
