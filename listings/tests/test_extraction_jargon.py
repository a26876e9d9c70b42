"""How traders shorten, bid, warn and swap, through the public door."""

from __future__ import annotations

import pytest

from listings.extraction.items import plain
from listings.extraction.reading import read


def found(text: str, name: str) -> list[object]:
    return [plain(item)[name] for item in read(text)]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Biete Tausch: Omega Speedmaster gegen Rolex Explorer", ["trade", "trade"]),
        ("Biete Rolex Explorer 214270 im Tausch gegen Submariner", ["trade", "trade"]),
        ("Biete 5000€ für eine Explorer 214270", ["wanted"]),
        ("Offro 5k per Rolex Explorer 214270", ["wanted"]),
        ("Biete Rolex Explorer 214270 für 5000€", ["sale"]),
        ("Snowflake wanted 2.5k", ["wanted"]),
        ("Looking for 2500 € for my Snowflake", ["sale"]),
        ("Cherche Rolex Explorer et Rolex Milgauss, cash dispo", ["wanted", "wanted"]),
        ("Who offers 5711/1A? Paying 78k", ["wanted"]),
        ("Je mets 4000€ sur une Speedmaster 3570.50", ["wanted"]),
        ("Pepsi 126710BLRO / Batman 126710BLNR wanted, 17k & 14k", ["wanted"] * 2),
        ("Suche Sinn 104 o. 556", ["wanted"] * 2),
        ("Cash ready for Daytona ceramic", ["wanted"]),
        ("Wer kann mir eine IWC Big Pilot besorgen?", ["wanted"]),
        ("Wer kann mir sagen, was eine IWC Big Pilot kostet?", ["question"]),
        ("Sold the Datejust, who's next?", []),
        ("Kermit / Hulk / Starbucks 13k each", ["sale"] * 3),
    ],
)
def test_kind_of_bids_and_swaps(text: str, kinds: list[str]):
    assert found(text, "type") == kinds


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Beware, a superclone Daytona 116500LN is going around", 0),
        ("Vorsicht, gefälschte Submariner 116610LN im Umlauf", 0),
        ("Attention, fausse Submariner 126610LN sur Lyon", 0),
        ("Attention ! Submariner 126610LN, pas une replica, 9 500€", 1),
        ("Is this Daytona 116500LN fake?", 1),
    ],
)
def test_a_warning_of_replicas_is_no_offer(text: str, count: int):
    assert len(read(text)) == count


@pytest.mark.parametrize(
    ("said", "box", "papers"),
    [
        ("kompl. Lieferumfang", True, True),
        ("kpl. Set", True, True),
        ("m. Box u. Pap.", True, True),
        ("o. Box, m. Pap.", False, True),
        ("s/caja ni pap.", False, False),
        ("c/scatola e gar.", True, True),
        ("Box+Zerti", True, True),
        ("no box, card 2020", False, True),
        ("no box, papers", False, False),
        ("o. B&P", False, False),
    ],
)
def test_short_words_for_box_and_papers(said: str, box: object, papers: object):
    (item,) = map(plain, read(f"Omega Speedmaster, {said}, 3.000€"))

    assert (item["box"], item["papers"]) == (box, papers)


@pytest.mark.parametrize(
    "text", ["WTB Rolex 16610 head only ok", "Suche Rolex 16610 nur Uhr", "ISO 14060 no box"]
)
def test_nobody_demands_that_box_and_papers_are_missing(text: str):
    assert found(text, "box") == found(text, "papers") == [None]


def test_a_listed_reference_tells_the_brand_of_the_model_before_it():
    text = "Tudor Black Bay Ceramic 79210CNU + Sub 114060, both 2021"

    assert found(text, "brand") == ["Tudor", "Rolex"]
    assert found(text, "reference") == ["79210CNU", "114060"]


def test_what_stands_in_brackets_is_of_the_watch_before():
    text = "Scambio Sub 16610 (1998, solo orologio) per GMT 16710"

    assert found(text, "type") == ["trade", "trade"]
    assert found(text, "box") == found(text, "papers") == [False, None]


@pytest.mark.parametrize(
    ("said", "condition"),
    [
        ("used with scratches", "used"),
        ("rayures sur la lunette", "used"),
        ("sans rayures", None),
        ("état neuf", "new"),
        ("quasi neuve", "excellent"),
        ("mb estado", "good"),
        ("v.g.c.", "good"),
        ("ungetr.", "new"),
    ],
)
def test_condition_in_other_words(said: str, condition: str | None):
    assert found(f"Omega Speedmaster, {said}, 3000€", "condition") == [condition]


@pytest.mark.parametrize(
    ("text", "price", "currency"),
    [
        ("Omega Speedmaster 💷3,200", 3200, "GBP"),
        ("Omega Speedmaster 3.200💶", 3200, "EUR"),
        ("Omega Seamaster chiedo 2000", 2000, None),
        ("Patek 5711/1A-014 2021, AED 1.35m", 1_350_000, "AED"),
        ("WTB Omega Seamaster, good cond+, under 2.5k euros", 2500, "EUR"),
    ],
)
def test_prices_beside_signs(text: str, price: int, currency: str | None):
    (item,) = map(plain, read(text))

    assert (item["price"], item["currency"]) == (price, currency)


@pytest.mark.parametrize(
    ("text", "movements"),
    [
        ("Cherche Nomos Tangente et Junghans Max Bill, remontage manuel", ["manual", "manual"]),
        (
            "Looking for two manual wind watches: Omega Speedmaster and Nomos Tangente",
            ["manual"] * 2,
        ),
        ("Cherche Omega Speedmaster et Casio G-Shock quartz", [None, "quartz"]),
        ("Suche Automatikuhr, Tissot Gentleman oder Hamilton Jazzmaster", ["automatic"] * 2),
        ("Vends Omega Genève mécanique automatique 690€", ["automatic"]),
        ("Vendo Omega Geneve meccanico 690€", ["manual"]),
        ("Orient Kamasu 180€ + Tissot PRX 420€, les deux auto", ["automatic", "automatic"]),
    ],
)
def test_movement_said_once_for_all(text: str, movements: list[str]):
    assert found(text, "movement") == movements


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("Bulgari Diagono SD38S 1650€", "SD38S"),
        ("Oris Big Crown 754 7741, 1150€", "754 7741"),
        ("Oris Aquis 2021 1990€", None),
        ("Oris Aquis 01 733 7730 4135 43,5mm 1350€", "01 733 7730 4135"),
        ("Omega Speedmaster Racing 326.30.40, 3.000 €", "326.30.40"),
        ("Chanel J12 H5700 4k8", "H5700"),
        ("Mido Ocean Star M026.430 550€", "M026.430"),
        ("Fortis Flieger F4220008 1450€", "F4220008"),
    ],
)
def test_references_of_more_brands(text: str, reference: str | None):
    assert found(text, "reference") == [reference]


@pytest.mark.parametrize(
    "text", ["Ersatzband Kautschuk für Tudor Pelagos 22mm, 120€", "Chanel Classic Flap, £6,200"]
)
def test_straps_and_bags_are_no_watches(text: str):
    assert read(text) == []
