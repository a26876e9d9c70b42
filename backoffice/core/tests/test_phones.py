from __future__ import annotations

import pytest

from backoffice.core import phones


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Tél. : 06 61 00 02 11", ["+212661000211"]),
        ("+33 (0)4 65 71 20 14", ["+33465712014"]),
        ("amira 0669002735", ["+212669002735"]),
        ("00212 6 61 00 12 01", ["+212661001201"]),
        ("Téléphone\u00a0: 05\u202f35\u202f00\u202f21\u202f09", ["+212535002109"]),
        ("Tél. 05 37 00 99 10 / Port. 06 61 55 66 77", ["+212537009910", "+212661556677"]),
        ("04 78 00 12 34", ["+33478001234"]),
        ("30 000 4 800 - ICE 000000000000457 - BC 2026/118", []),
    ],
)
def test_numbers_in_a_text(text: str, numbers: list[str]):
    assert [found.e164 for found in phones.find(text)] == numbers


def test_fax_is_told_from_telephone():
    found = phones.find("Tél : 05 22 00 31 40 - Fax : 05 22 00 31 41")

    assert [one.is_fax for one in found] == [False, True]


def test_national_numbers_belong_to_the_first_region():
    assert phones.normalise("06 12 34 56 78") == "+212612345678"
    assert phones.normalise("06 12 34 56 78", ("FR", "MA")) == "+33612345678"
    assert phones.normalise("12") == ""
