"""The command in its three formats, and what it says to bad arguments."""

from __future__ import annotations

import json
from decimal import Decimal
from io import BytesIO, StringIO, TextIOWrapper
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command
from pypdf import PdfReader

from orders.tests import factories as make
from orders.tests.histories import (
    decided_after,
    edited,
    hours,
    local,
    many_validated,
    outcome,
    placed,
)

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings
    from time_machine import TimeMachineFixture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english_on_20_april(settings: Settings, time_machine: TimeMachineFixture) -> None:
    settings.LANGUAGE_CODE = "en"
    time_machine.move_to(local(4, 20, 18), tick=False)


def report(*arguments: str) -> str:
    out = StringIO()
    call_command("order_report", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def history() -> None:
    tizi = make.CustomerFactory.create(company="Boulangerie Tizi")
    order = decided_after(
        hours(2), at=local(4, 18), customer=tizi, total=Decimal(12950), status="validated"
    )
    make.OrderLineFactory.create(order=order, quantity=5, unit="mille")
    edited(order, {"delivery_date": [None, "2026-05-01"]})
    outcome(order, "quantity", 0.95, kept=True)
    placed(local(4, 10), status="rejected", channel="whatsapp")
    placed(local(4, 19))
    placed(local(3, 10), status="validated", total=100)


def test_the_text_is_aligned_and_says_each_thing(history: None):
    said = report("--period", "month")
    lines = said.splitlines()

    assert lines[0] == "Figures of the order desk: Last 30 days"
    assert "Validated       1       1    ±0 %" in lines
    assert "Together        3       1  +200 %" in lines
    assert "currency  orders      validated      before  change   pending" in lines
    assert "MAD            1  12,950.00 MAD  100.00 MAD   × 130  0.00 MAD" in lines
    assert "No rate yet: 198 more decisions about readings are needed (there are 2)." in lines
    assert "Boulangerie Tizi       1       0  04/18/2026  12,950.00 MAD" in lines
    assert "Median from message to decision  2 h 0 min        –" in lines
    assert "Delivery date       1                    1" in lines
    assert "90 % to 100 %       1             95 %  100 %     21 % to 100 %" in lines
    assert max(map(len, lines)) < 140


def test_json_has_exact_figures_under_stable_names(history: None):
    found = json.loads(report("--period", "month", "--format", "json"))

    assert list(found) == [
        "version",
        "period",
        "from",
        "to",
        "before",
        "channel",
        "made_at",
        "orders",
        "amounts",
        "quantities",
        "channels",
        "customers",
        "products",
        "decisions",
        "touchless",
        "reliability",
        "openai",
    ]
    assert (found["version"], found["period"], found["channel"]) == (1, "30", None)
    assert (found["from"], found["to"]) == ("2026-03-22", "2026-04-20")
    assert found["orders"]["total"] == {"now": 3, "before": 1}
    assert len(found["orders"]["steps"]) == 30
    assert found["amounts"]["by_currency"][0]["validated"] == {"now": "12950", "before": "100"}
    assert found["quantities"] == [
        {"unit": "piece", "validated": {"now": "5000", "before": "0"}, "pending": "0"}
    ]
    assert found["decisions"]["validation_rate"] == 0.5
    assert found["decisions"]["waiting"] == {
        "orders": 1,
        "median_seconds": 7200,
        "p90_seconds": 7200,
    }
    assert found["touchless"] == {
        "decisions": 2,
        "untouched": 0,
        "rate": None,
        "decisions_missing": 198,
        "reasons": [
            {"reason": "delivery_date", "orders": 1, "alone": 1},
            {"reason": "rejected", "orders": 1, "alone": 1},
        ],
    }
    assert found["reliability"]["bins"][9]["share"] == 1.0


def test_with_200_decisions_a_touchless_rate_is_claimed_with_its_uncertainty():
    orders = many_validated(200)
    edited(orders[0], {"notes": ["", "urgent"]})
    for number, order in enumerate(orders[:10]):
        outcome(order, "quantity", 0.93, kept=number > 0)

    lines = " ".join(report("--period", "month").split())

    # Not rounded up to 100 %.
    assert "Validated without an edit 99.5 % 199 of 200 readings;" in lines
    assert (
        "99.5 % (199 of 200) of the readings were validated without any edit; the true rate lies"
        " within 97 % to 100 %."
    ) in lines
    # Wilson at 95 %, 9 of 10: 0.596 to 0.982.
    assert (
        "Where the reading was 90 % to 100 % sure, it was right 90.0 % (9 of 10) of the time: the"
        " true rate lies within 60 % to 98 %. 10 proposed values were validated. Confidence and"
        " truth lie 3 points apart on average."
    ) in lines


def test_a_channel_and_days_can_be_chosen(history: None):
    found = json.loads(
        report(
            "--from", "2026-04-10", "--to", "2026-04-10", "--channel", "whatsapp", "--format=json"
        )
    )

    assert (found["period"], found["from"], found["to"]) == ("custom", "2026-04-10", "2026-04-10")
    assert (found["channel"], found["orders"]["total"]["now"]) == ("whatsapp", 1)


def test_the_last_day_is_today_where_none_is_said():
    found = json.loads(report("--from", "2026-04-01", "--format=json"))

    assert (found["from"], found["to"]) == ("2026-04-01", "2026-04-20")


def test_the_pdf_is_read_by_a_reader(history: None, tmp_path: Path):
    file = tmp_path / "report.pdf"

    said = report("--period", "week", "--format", "pdf", "--output", str(file))
    words = "\n".join(page.extract_text() for page in PdfReader(file).pages)

    assert said == f"Written to {file}.\n"
    for expected in (
        "Figures of the order desk",
        "Last 7 days (04/14/2026 to 04/20/2026)",
        "12,950.00 MAD",
        "Boulangerie Tizi",
        "No rate yet: 199 more decisions about readings are needed (there are 1).",
    ):
        assert expected in words


def test_a_pdf_may_go_to_another_program(history: None):
    out = TextIOWrapper(BytesIO(), "ascii")

    call_command("order_report", "--format", "pdf", stdout=out)

    assert len(PdfReader(out.buffer).pages) > 1


def test_a_report_of_nothing_is_written_in_every_format(tmp_path: Path):
    file = tmp_path / "empty.pdf"
    report("--format", "pdf", "--output", str(file))

    assert "Nothing was decided in the period." in report()
    assert json.loads(report("--format", "json"))["orders"]["total"] == {"now": 0, "before": 0}
    assert len(PdfReader(file).pages) >= 1


def test_long_names_are_cut_and_namesakes_told_apart():
    for name, company in (
        ("Rachid", "Boulangerie Tizi"),
        ("Salma", "Boulangerie Tizi"),
        ("", "Épicerie " * 20),
        ("Zineb", ""),
    ):
        placed(local(4, 18), customer=make.CustomerFactory.create(name=name, company=company))

    lines = report().splitlines()

    first = next(place for place, line in enumerate(lines) if line.startswith("Boulangerie"))
    assert [line[:48] for line in lines[first : first + 4]] == [
        "Boulangerie Tizi (Rachid)".ljust(48),
        "Boulangerie Tizi (Salma)".ljust(48),
        "Épicerie Épicerie Épicerie Épicerie Épicerie Ép…",
        "Zineb".ljust(48),
    ]
    assert max(map(len, lines)) < 140


def test_names_cannot_steer_the_terminal_or_break_the_pdf(tmp_path: Path):
    nasty = make.CustomerFactory.create(company="\x1b[2J<b>Tizi & fils</b> مخبزة السلام")
    placed(local(4, 18), customer=nasty, status="validated", total=10)
    file = tmp_path / "report.pdf"

    said = report()
    report("--format", "pdf", "--output", str(file))

    assert "\x1b" not in said
    words = "".join(page.extract_text() for page in PdfReader(file).pages)
    assert "<b>Tizi & fils</b>" in words


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["--period", "moon"],
            "There is no period “moon”: choose one of week, month, quarter, year.",
        ),
        (["--from", "1/4/2026"], "--from: “1/4/2026” is no date, write it like 2026-01-31."),
        (["--to", "2026-04-01"], "Say with --from on which day the period begins."),
        (["--from", "2026-04-02", "--to", "2026-04-01"], "The period ends before it begins"),
        (["--period", "week", "--from", "2026-04-02"], "Give either --period or --from and --to."),
        (["--channel", "fax"], "There is no channel “fax”"),
        (["--format", "xml"], "There is no format “xml”: choose one of text, json, pdf."),
        (["--format", "pdf"], "A PDF goes to a file: add --output FILE."),
        (["--output", "/nonexistent/report.txt"], "/nonexistent/report.txt: No such file"),
    ],
)
def test_bad_arguments_are_refused_in_one_line(arguments: list[str], sentence: str):
    with pytest.raises(CommandError) as refused:
        report(*arguments)

    assert str(refused.value).startswith(sentence)
    assert "\n" not in str(refused.value)
