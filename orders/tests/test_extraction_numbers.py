from __future__ import annotations

from decimal import Decimal

import pytest

from backoffice.core.text import folded
from orders.extraction.text import numbers, units


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("5 000 sacs", [5000]),
        ("5.000 sacs", [5000]),
        ("5,000 bags", [5000]),
        ("5k sacs et 1,5K torsadés", [5000, 1500]),
        ("2k5 sacs, 11k2 sachets", [2500, 11200]),
        ("5 mille sacs", [5000]),
        ("deux mille cinq cents sacs", [2500]),
        ("trois mille sacs et six mille sachets", [3000, 6000]),
        ("quatre-vingt-dix", [90]),
        ("cent cinquante mille", [150000]),
        ("3000pcs", [3000]),
        ("3afak b7al dima 9rib l7ed", []),
        ("une palette et deux cartons", [1, 2]),
        ("une commande", []),
        ("310 DH le mille", [310]),
        ("alf w khamsmya sachet", [1500]),
        ("tlt alaf", [3000]),
        ("خمسة آلاف كيس", [5000]),
        ("ألفين كيس", [2000]),
        ("٢٥٠٠ كيس", [2500]),
        ("2 500 3 600", [2500, 3600]),
    ],
)
def test_numbers_as_people_write_them(text: str, values: list[int]):
    found = [number.value for number in numbers.find(folded(text))]

    assert found == values


def test_number_with_three_figures_behind_its_only_sign_has_two_readings():
    (number,) = numbers.find("1,080")

    assert number.readings == (Decimal(1080), Decimal("1.080"))


@pytest.mark.parametrize(
    ("text", "unit", "factor"),
    [
        (" kg de sachets", "kg", 1),
        (" كيلو", "kg", 1),
        (" tonnes de sacs", "kg", 1000),
        (" palete de sac", "palette", 1),
        (" karton dyal", "carton", 1),
        (" douzaines", "piece", 12),
    ],
)
def test_unit_behind_a_number(text: str, unit: str, factor: int):
    found = units.after(text, 0)

    assert found is not None
    assert (found.unit, found.factor) == (unit, factor)


def test_thousand_is_a_unit_in_a_column_only():
    assert units.unit_named("mille") == "mille"
    assert units.after(" mille sacs", 0) is None
