"""Which country a source's phone numbers and postal codes are taken to be of."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from crm.sources import country, describing, uploading

if TYPE_CHECKING:
    from crm.models import DataSource

pytestmark = pytest.mark.django_db
HEADING = "Code client;Nom;Téléphone;Code postal;Ville;Pays\n"


def brought(*rows: str, **values: str) -> tuple[DataSource, uploading.Taken]:
    source = describing.create("files", {"name": "Domaine", **values})
    text = HEADING + "".join(f"C{number};Nom {number};{row}\n" for number, row in enumerate(rows))
    taken = uploading.take_in(source, [("clients.csv", io.BytesIO(text.encode()))])
    source.refresh_from_db()
    return source, taken


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ("01 42 68 53 0{};75008;Paris;", "FR"),
        ("0472 12 34 5{};4000;Liège;", "BE"),
        ("021 312 34 5{};1003;Lausanne;", "CH"),
        ("0522 27 12 3{};20000;Casablanca;", "MA"),
        (";75008;Paris;France", "FR"),
        (";1003;Lausanne;SUISSE", "CH"),
    ],
)
def test_the_files_tell_the_country(row: str, found: str):
    source, taken = brought(*(row.format(number) for number in range(1, 6)))

    assert (source.country, taken.country, taken.is_country_found) == (found, found, True)
    assert source.currency == country.currency_of(found)


def test_codes_below_ten_thousand_are_not_moroccan():
    source, _taken = brought(*(f";0{number}000;;" for number in range(1, 6)))

    assert source.country == "FR"


def test_files_that_do_not_tell_are_taken_to_be_of_the_companys_country():
    source, taken = brought(";;Essaouira;", ";;Agadir;")

    assert (source.country, source.currency, taken.is_country_found) == ("MA", "MAD", False)


def test_a_country_that_a_person_chose_stays():
    source, taken = brought(*(f"01 42 68 53 0{n};75008;Paris;" for n in range(5)), country="BE")

    assert (source.country, source.currency, taken.country) == ("BE", "EUR", "")


def test_the_companys_country_and_the_usual_ones_come_first_and_none_twice():
    codes = [code for code, _name in country.choices()]

    assert codes[:3] == ["MA", "FR", "BE"]
    assert len(codes) == len(set(codes))
