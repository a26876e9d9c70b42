from __future__ import annotations

import pytest

from orders.extraction.catalogue import Catalogue, CatalogueProduct
from orders.extraction.lines.products import OTHER_GOODS, WHICH_BAG, WHICH_HANDLES, match_text

FLAT = "sachet_fond_plat"
NONE = "sac_fond_carre_sans_poignees"
PLATES = "sac_fond_carre_poignees_plates"
TWISTED = "sac_fond_carre_poignees_torsadees"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Sachets fond plat kraft brun", FLAT),
        ("sachet fon pla", FLAT),
        ("flat bottom paper bags", FLAT),
        ("Flat paper bag, 10x20 cm", FLAT),
        ("كيس ورقي قاع مسطح", FLAT),
        ("ساشي فون بلا", FLAT),
        ("sac fond caré sans poigner", NONE),
        ("Sac fond carré sans anses", NONE),
        ("SOS bags w/o handles", NONE),
        ("square bottom bags, no handles", NONE),
        ("sac bla poignées", NONE),
        ("كيس قاع مربع بلا يدين", NONE),
        ("poignées plates", PLATES),
        ("square bottom bags with flat handles", PLATES),
        ("أكياس بمقابض مسطحة", PLATES),
        ("sac fon caré poigné torsadé", TWISTED),
        ("twisted handle bags", TWISTED),
        ("ساك بوانيي طورسادي", TWISTED),
        ("sacs à fond carré, poignées : torsadées", TWISTED),
        ("Sac avec poignées torsadées\nSquare bottom bag, twisted handles", TWISTED),
    ],
)
def test_bag_is_recognised_however_it_is_written(text: str, code: str):
    assert match_text(text).code == code


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("sacs kraft", WHICH_BAG),
        ("sacs avec poignées", WHICH_HANDLES),
        ("sachets plastique zip", OTHER_GOODS),
        ("Papier de soie logoté", OTHER_GOODS),
    ],
)
def test_product_stays_empty_with_the_reason(text: str, reason: str):
    found = match_text(text)

    assert (found.code, found.note) == ("", reason)


def test_unstated_handles_lower_the_confidence():
    assert match_text("sacs fond carré").confidence < match_text("sacs sans poignées").confidence


def test_other_products_are_found_by_name():
    catalogue = Catalogue((CatalogueProduct("ruban_satin", ("Ruban satin",)),))

    assert match_text("rouleaux de ruban satin rouge", catalogue).code == "ruban_satin"
    assert match_text("étiquettes", catalogue).code == ""
