from __future__ import annotations

from decimal import Decimal

import pytest

from backoffice.core import money


@pytest.mark.parametrize(
    ("figure", "values"),
    [
        ("1 167,00", ["1167.00"]),
        ("1,167.00", ["1167.00"]),
        ("1.167,00", ["1167.00"]),
        ("1.500.000", ["1500000"]),
        ("0,165", ["0.165"]),
        ("1,080", ["1080", "1.080"]),
        ("5.000", ["5000", "5.000"]),
        ("1'200.50", ["1200.50"]),
    ],
)
def test_meanings_of_a_figure(figure: str, values: list[str]):
    assert money.readings(figure) == tuple(Decimal(value) for value in values)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("0,18 dh ht", ("0.18", "MAD")),
        ("$0.21", ("0.21", "USD")),
        ("11 070,00 dhs", ("11070.00", "MAD")),
        ("0.25dh", ("0.25", "MAD")),
        ("24,50 €/kg", ("24.50", "EUR")),
        ("250 درهم", ("250", "MAD")),
        ("usd 2,930.00", ("2930.00", "USD")),
    ],
)
def test_amounts_with_their_currency(text: str, amount: tuple[str, str]):
    (found,) = money.find(text)

    assert (found.value, found.currency) == (Decimal(amount[0]), amount[1])


def test_a_currency_in_a_word_is_none():
    assert money.find("12 eurekas, 3 dhahab") == []
    assert money.find_currency("p.u. ht (dh)") == "MAD"
    assert money.currency_of("euros") == "EUR"
    assert money.currency_of("sacs") == ""
