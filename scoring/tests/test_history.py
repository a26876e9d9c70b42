from __future__ import annotations

import datetime as dt
import json
import socket
from io import StringIO
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from django.db.utils import ConnectionHandler

from backoffice.core.errors import DomainError
from backoffice.core.spreadsheets.formats import Xlsx
from scoring.engine import tables
from scoring.engine.problems import InvalidClients
from scoring.model import CRMScoringModel
from scoring.training import history, purchase_file
from scoring.training.history import Purchases
from scoring.versions import database, shipped

if TYPE_CHECKING:
    from pathlib import Path


pytestmark = pytest.mark.django_db
DAY = dt.date(2025, 6, 30)


def day(text: str) -> int:
    return dt.date.fromisoformat(text).toordinal()


def purchases(*rows: tuple[int, str, float]) -> Purchases:
    return Purchases.of(
        np.array([row[0] for row in rows]),
        np.array([day(row[1]) for row in rows]),
        np.array([float(row[2]) for row in rows]),
    )


def shop(customers: int = 400, *, seed: int = 3) -> list[tuple[str, str, float]]:
    """Purchases of two years: some customers buy often, some rarely, some stop."""
    draw = np.random.default_rng(seed)
    begin = day("2024-01-01")
    rows = []
    for number in range(customers):
        gap = draw.gamma(2.0, 35.0)
        now = float(draw.integers(0, 300))
        end = now + draw.exponential(400)
        while now < min(end, 730):
            when = dt.date.fromordinal(begin + int(now))
            rows.append((f"K{number}", str(when), round(draw.lognormal(4, 0.6), 2)))
            now += 1 + draw.exponential(gap)
    return rows


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory):
    path = tmp_path_factory.mktemp("shop") / "purchases.csv"
    lines = [f"{customer},{when},{amount}" for customer, when, amount in shop()]
    path.write_text("\n".join(["customer,date,amount", *lines]))
    return path


def test_figures_as_of_a_day():
    known = purchases(
        (0, "2025-01-10", 40),
        (0, "2025-01-10", 10),
        (0, "2025-06-30", 25),
        (0, "2025-07-01", 99),
        (1, "2025-06-01", 80),
        (1, "2025-06-03", -30),
        (2, "2025-07-15", 12),
    )
    there, rows = history.as_of(known, DAY.toordinal())
    assert there.tolist() == [0, 1]
    assert rows.tolist() == [[0, 2, 75, 0, 0, 0, 171], [29, 1, 50, 0, 0, 0, 29]]
    data = history.window(known, DAY.toordinal(), 90)
    assert data.bought.tolist() == [1, 0]


@pytest.mark.parametrize(("when", "bought"), [("2025-07-30", 1), ("2025-07-31", 0)])
def test_outcome_ends_with_the_horizon(when: str, bought: int):
    known = purchases((0, "2025-01-10", 40), (0, when, 10))
    assert history.window(known, DAY.toordinal(), 30).bought.tolist() == [bought]


def test_returns_are_no_purchases():
    known = purchases((0, "2025-01-10", 40), (0, "2025-07-10", -40), (1, "2025-01-10", -5))
    data = history.window(known, DAY.toordinal(), 90)
    assert data.bought.tolist() == [0]


def test_future_purchases_change_no_feature(file: Path):
    known = purchase_file.read_purchases(file)
    future = known.day > DAY.toordinal()
    shifted = Purchases(
        known.customer,
        np.where(future, known.day + 200, known.day),
        np.where(future, known.amount * 100, known.amount),
        known.is_purchase,
        known.customers,
    )
    for number in range(5):
        at = DAY.toordinal() - 90 * number
        before, after = (history.as_of(one, at) for one in (known, shifted))
        assert np.array_equal(before[0], after[0])
        assert np.array_equal(before[1], after[1])


def test_what_is_learned_was_known_on_the_day(file: Path):
    known = purchase_file.read_purchases(file)
    parts = history.split(known, DAY, 90)
    assert parts.kind == "temporal"
    assert parts.learn.moments is not None
    assert parts.test.moments is not None
    assert parts.learn.moments.max() + 90 <= DAY.toordinal()
    assert set(parts.test.moments.tolist()) == {DAY.toordinal()}
    future = known.day > DAY.toordinal()
    without = Purchases(
        known.customer, known.day, known.amount, known.is_purchase & ~future, known.customers
    )
    for moment in np.unique(parts.learn.moments).tolist():
        learned, again = (history.window(one, moment, 90) for one in (known, without))
        assert np.array_equal(learned.bought, again.bought)


def test_horizon_that_is_not_over_is_refused(file: Path):
    with pytest.raises(
        DomainError, match=r"^The purchases end on 2025-12-3\d, so nobody knows yet who bought"
    ):
        history.split(purchase_file.read_purchases(file), dt.date(2025, 11, 1), 90)


def test_a_year_mistyped_does_not_make_a_horizon_end(file: Path, tmp_path: Path):
    path = tmp_path / "purchases.csv"
    path.write_text(file.read_text() + "\nK1,2999-01-01,10")
    known = purchase_file.read_purchases(path)
    with time_machine.travel(dt.datetime(2026, 1, 5, tzinfo=dt.UTC)):
        assert history.split(known, dt.date(2025, 6, 30), 90).test.bought.any()
        with pytest.raises(DomainError, match=r"^The purchases end on 2026-01-05"):
            history.split(known, dt.date(2025, 12, 1), 90)


def test_command_prints_json_without_a_database(file: Path, tmp_path: Path):
    out, model = StringIO(), tmp_path / "model.npz"
    call_command(
        "train_scoring",
        purchases=file,
        as_of=str(DAY),
        horizon=90,
        json=True,
        output=model,
        stdout=out,
    )
    said = json.loads(out.getvalue())
    assert (said["split"], said["as_of"], said["horizon_days"]) == ("temporal", str(DAY), 90)
    assert said["champion"]["model"] == "forest"
    assert [one["model"] for one in said["challengers"]] == ["logistic", "boosting"]
    assert said["auc"] > 0.7
    assert {"pr_auc", "brier", "lift_at_10", "calibration", "intervals"} <= set(said)
    assert CRMScoringModel().load_model(model).compiled.about["figures"]["auc"] == said["auc"]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"as_of": "2025-06-30"}, "--as-of and --horizon go with --purchases or --from-history."),
        ({"purchases": True}, "Give the day to look at with --as-of, as in 2026-04-20."),
        (
            {"purchases": True, "as_of": "30/06/2025"},
            "“30/06/2025” is no day: write it as in 2026-04-20.",
        ),
        (
            {"purchases": True, "as_of": "2025-06-30", "horizon": 0},
            "The horizon is 0 days. Give 1 to 3650.",
        ),
        ({"data": True}, "The file purchases.csv lacks these columns: days_since_last_contact"),
    ],
)
def test_command_refuses_in_a_sentence(file: Path, options: dict[str, Any], sentence: str):
    for name in ("purchases", "data"):
        if name in options:
            options = {**options, name: file}
    with pytest.raises(CommandError) as raised:
        call_command("train_scoring", **options)
    assert str(raised.value).startswith(sentence)


def test_command_tells_every_wrong_row(tmp_path: Path):
    path = tmp_path / "purchases.csv"
    path.write_text("customer;date;amount\nA;2025-01-01;12,50\n;2025-13-01;x\nB;2025-01-02;1e400\n")
    with pytest.raises(CommandError) as raised:
        call_command("train_scoring", purchases=path, as_of="2025-01-01")
    assert str(raised.value).splitlines() == [
        "Row 2: customer is missing. Give each row its identifier.",
        "Row 2: date is “2025-13-01”. Write the date as year-month-day, as in 2026-04-20.",
        "Row 2: amount is “x”. Give a plain number.",
        "Row 3: amount is 1e400. Give an ordinary number; 0 where there is none.",
    ]


@pytest.mark.parametrize(
    ("written", "encoding"),
    [
        ("31/12/2025", "utf-8"),
        ("31.12.2025", "cp1252"),
        ("12/31/2025", "utf-8"),
        ("2025/12/31", "utf-16"),
        ("31/12/2025 13:45", "utf-8-sig"),
        ("2025-12-31T13:45:00Z", "utf-8"),
        ("20251231", "utf-8"),
    ],
)
def test_days_are_read_as_people_write_them(tmp_path: Path, written: str, encoding: str):
    path = tmp_path / "purchases.csv"
    path.write_text(
        f"\nClient;Commande;Date;Montant\n\nÉlodie;1;{written};1 234,50\n", encoding=encoding
    )
    known = purchase_file.read_purchases(path)
    assert known.day.tolist() == [day("2025-12-31")]
    assert known.amount.tolist() == [1234.5]


def test_a_workbook_is_read_as_its_lines_would_be(tmp_path: Path):
    path = tmp_path / "purchases.xlsx"
    rows: list[list[object]] = [
        ["Élodie", 1, dt.date(2025, 12, 31), 1234.5],
        [None, None, None, None],
        ["Marc", 2, "31/12/2025", "1 234,50 €"],
        ["Élodie", 3, dt.datetime(2025, 12, 30, 13, 45), -20],  # noqa: DTZ001 - a cell
    ]
    with path.open("wb") as file:
        Xlsx().write(file, ["Client", "Commande", "Date", "Montant"], rows)
    known = purchase_file.read_purchases(path)
    last = day("2025-12-31")
    assert list(zip(known.customer, known.day, known.amount, strict=True)) == [
        (0, last - 1, -20),
        (0, last, 1234.5),
        (1, last, 1234.5),
    ]


def test_a_workbook_s_faults_are_told_by_their_rows(tmp_path: Path):
    path = tmp_path / "purchases.xlsx"
    rows: list[list[object]] = [
        ["Élodie", "2025-12-31", "a lot"],
        ["", "2025-12-31", 5],
        ["Marc", "soon", 5],
    ]
    with path.open("wb") as file:
        Xlsx().write(file, ["customer", "date", "amount"], rows)
    with pytest.raises(InvalidClients) as raised:
        purchase_file.read_purchases(path)
    found = {(one.index, one.field, one.code) for one in raised.value.problems}
    assert found == {(0, "amount", "text"), (1, "customer", "no_identifier"), (2, "date", "date")}


def test_a_silent_database_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        given = {"HOST": "127.0.0.1", "PORT": silent.getsockname()[1], "OPTIONS": {}}
        other = ConnectionHandler(
            {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "x", **given}}
        )["default"]
        monkeypatch.setattr(database, "connection", other)
        monkeypatch.setattr(database, "_PATIENCE", 2)
        with pytest.raises(DatabaseError, match="timeout"):
            database.reach()
        assert other.settings_dict["OPTIONS"] == {}


def test_command_names_a_missing_file(tmp_path: Path):
    with pytest.raises(CommandError, match="nowhere"):
        call_command("train_scoring", data=tmp_path / "nowhere.csv")


def test_shipped_sample_is_the_documented_one():
    data = tables.read_clients(shipped.SAMPLE)
    assert (len(data), round(data.base_rate, 3)) == (2000, 0.227)
