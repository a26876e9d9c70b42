from __future__ import annotations

import datetime as dt
import io
import zipfile
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from backoffice.core.errors import DomainError
from listings import keeping
from listings.market.rates import ecb_file, fetching, repricing, state, storing, typing_in
from listings.models import ExchangeRate, Listing

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

FRIDAY = dt.date(2026, 4, 10)
HISTORY = b"""\xef\xbb\xbfDate, USD, JPY, CHF, ISK, \r
2026-04-09, 1.09, 160.7, 0.94, N/A, \r
2026-04-10, 1.10, 161.2, 0.95, N/A, \r
2026-04-08, 1.08, 160.1, 0.93, 140.1, \r
"""


def offer(day: dt.date, price: str = "1100", currency: str = "USD") -> Listing:
    listing = Listing(
        type="sale",
        price=Decimal(price),
        currency=currency,
        reader="person",
        offered_at=timezone.make_aware(dt.datetime.combine(day, dt.time(12))),
    )
    keeping.derive(listing)
    listing.save()
    return listing


def price_of(listing: Listing) -> tuple[Decimal | None, dt.date | None]:
    listing.refresh_from_db()
    return listing.price_eur, listing.rate_day


def test_reads_the_history_as_the_bank_writes_it():
    outcome = storing.load(HISTORY)

    assert (outcome.added, outcome.wrong, outcome.since) == (10, 0, dt.date(2026, 4, 8))
    assert ExchangeRate.objects.get(currency="JPY", day=FRIDAY).rate == Decimal("161.2")
    assert not ExchangeRate.objects.filter(currency="ISK", day=FRIDAY).exists()


def test_reads_the_file_of_a_day_zipped_and_excel_semicolons():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("eurofxref.csv", "Date, USD, CHF, \n10 April 2026, 1.1, 0.95, \n")

    expected = {("USD", FRIDAY): Decimal("1.1"), ("CHF", FRIDAY): Decimal("0.95")}
    assert ecb_file.read(packed.getvalue()).rates == expected
    assert ecb_file.read(b"Date;USD;CHF\n10.04.2026;1,1;0,95\n").rates == expected


def test_the_same_file_again_changes_nothing():
    storing.load(HISTORY)

    again = storing.load(HISTORY)

    assert (again.added, again.corrected, again.unchanged, again.since) == (0, 0, 10, None)


@pytest.mark.parametrize("cell", ["abc", "-1", "0", "NaN", "1e40", "1_0"])
def test_a_bad_cell_is_named_and_left_out(cell: str):
    sheet = ecb_file.read(f"Date,USD,CHF\n2026-04-09,1.09,0.94\n2026-04-10,1.10,{cell}\n".encode())

    assert [str(problem) for problem in sheet.problems] == [
        f"row 3, column CHF: “{cell}” is no rate: a number above zero is expected."
    ]
    assert ("USD", FRIDAY) in sheet.rates
    assert ("CHF", FRIDAY) not in sheet.rates


def test_a_day_that_is_none_or_to_come_is_named():
    sheet = ecb_file.read(b"Date,USD\n31 Feb 2026,1.1\n2999-01-01,1.1\n")

    assert sheet.rates == {}
    assert [(problem.row, problem.column) for problem in sheet.problems] == [
        (2, "Date"),
        (3, "Date"),
    ]


@pytest.mark.parametrize("data", [b"", b"a,b\n1,2\n", b"PK\x03\x04nonsense", b"\x00\x01\x02"])
def test_what_is_no_file_of_rates_is_refused(data: bytes):
    with pytest.raises(DomainError):
        storing.load(data)


def test_the_weekend_takes_the_rate_of_friday_and_nothing_is_guessed_before_the_first():
    storing.load(HISTORY)

    assert price_of(offer(FRIDAY + dt.timedelta(days=2))) == (Decimal("1000.00"), FRIDAY)
    assert price_of(offer(dt.date(2026, 4, 7))) == (None, None)
    assert price_of(offer(dt.date(2026, 4, 7), currency="EUR")) == (Decimal("1100.00"), None)


def test_offers_are_priced_when_rates_come_later_and_again_when_one_is_corrected():
    listing = offer(FRIDAY)
    assert price_of(listing) == (None, None)

    first = storing.load(HISTORY)
    assert first.since is not None
    assert repricing.reprice(first.since) == (1, 0)
    assert price_of(listing) == (Decimal("1000.00"), FRIDAY)

    corrected = storing.load(HISTORY.replace(b"1.10", b"1.25"))
    assert (corrected.corrected, corrected.since) == (1, FRIDAY)
    assert repricing.reprice(FRIDAY) == (1, 0)
    assert price_of(listing) == (Decimal("880.00"), FRIDAY)
    assert repricing.reprice(FRIDAY) == (0, 0)


def test_pricing_goes_on_where_it_stopped(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(repricing, "BLOCK", 2)
    listings = [offer(FRIDAY) for _ in range(5)]
    storing.load(HISTORY)

    changed, last = repricing.reprice(FRIDAY, seconds=1e-9)
    assert (changed, last) == (2, listings[1].pk)
    assert repricing.reprice(FRIDAY, after=last) == (3, 0)


def test_a_currency_that_the_bank_does_not_list_is_told_and_typed_in():
    storing.load(HISTORY)
    listing = offer(timezone.localdate(), "42700", "AED")
    [lacking] = state.build().lacking
    assert (lacking.currency, lacking.unpriced, lacking.from_ecb) == ("AED", 1, False)

    typing_in.keep(ExchangeRate(currency="AED", day=timezone.localdate(), rate=Decimal("4.27")))
    repricing.reprice(timezone.localdate())

    assert price_of(listing) == (Decimal("10000.00"), timezone.localdate())
    assert state.build().lacking == ()


def test_what_a_person_typed_outlives_an_import():
    typing_in.keep(ExchangeRate(currency="USD", day=FRIDAY, rate=Decimal(2)))

    outcome = storing.load(HISTORY)

    assert (outcome.added, outcome.kept) == (9, 1)
    assert ExchangeRate.objects.get(currency="USD", day=FRIDAY).rate == Decimal(2)


def test_rates_are_stale_after_four_days(time_machine: object):
    assert state.build().is_stale
    storing.load(HISTORY)
    time_machine.move_to(dt.datetime(2026, 4, 14, 12, tzinfo=dt.UTC))  # type: ignore[attr-defined]
    assert not state.build().is_stale
    time_machine.move_to(dt.datetime(2026, 4, 15, 12, tzinfo=dt.UTC))  # type: ignore[attr-defined]
    assert state.build().is_stale


def test_the_command_loads_what_is_good_and_ends_with_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    file = tmp_path / "rates.csv"
    file.write_bytes(b"Date,USD,CHF\n2026-04-10,1.10,x\n")
    listing = offer(FRIDAY)

    with pytest.raises(CommandError, match=r"1 cell is bad\."):
        call_command("import_rates", str(file))

    assert capsys.readouterr().err.startswith("row 2, column CHF: “x” is no rate")
    assert price_of(listing) == (Decimal("1000.00"), FRIDAY)


def test_nothing_is_fetched_under_local_only(settings: Settings):
    settings.LOCAL_ONLY = True

    with pytest.raises(DomainError, match="LOCAL_ONLY is on"):
        fetching.fetch()
    fetching.every_day()
