"""Watches found in messages, through the public door."""

from __future__ import annotations

import time

import pytest

from listings.extraction.catalogue import from_rows
from listings.extraction.items import plain
from listings.extraction.reading import read


def values(text: str) -> list[dict[str, object]]:
    return [
        {name: value for name, value in plain(item).items() if value is not None}
        for item in read(text)
    ]


def one(text: str, name: str) -> object:
    (item,) = values(text)
    return item.get(name)


@pytest.mark.parametrize(
    ("written", "price", "currency"),
    [
        ("8200€", 8200, "EUR"),
        ("8.2k", 8200, None),
        ("12,500 USD", 12500, "USD"),
        ("CHF 9'800.-", 9800, "CHF"),
        ("11k5", 11500, None),
        ("17k5 €", 17500, "EUR"),
        ("8 200 euros, prix ferme", 8200, "EUR"),
        ("8900e", 8900, "EUR"),
        ("€31.500,-", 31500, "EUR"),
        ("2.350,00 EUR", 2350, "EUR"),
        ("16 Tsd. Euro", 16000, "EUR"),
        ("15mila euro", 15000, "EUR"),
        ("36k€", 36000, "EUR"),
        ("HKD 118,000", 118000, "HKD"),
        ("prix : 8500", 8500, None),
        ("£13,950 shipped", 13950, "GBP"),
        ("~9.900€~ 9.400€", 9400, "EUR"),
        ("de 7.900 a 7.200€", 7200, "EUR"),
        ("3 800€ ➡️ 3 490€", 3490, "EUR"),
        ("B+P | 9.400", 9400, None),
        ("1.05M hkd", 1_050_000, "HKD"),
        ("étanche 300m $4,500", 4500, "USD"),
        ("15 500 € frais de port inclus", 15500, "EUR"),
        ("révisée (facture 1200€), 23k€", 23000, "EUR"),
    ],
)
def test_price_is_read_in_every_spelling(written: str, price: int, currency: str | None):
    (item,) = values(f"Vends Rolex Submariner 116610LN 2018 full set {written}")

    assert (item.get("price"), item.get("currency")) == (price, currency)


@pytest.mark.parametrize(
    "text",
    [
        "Vends Rolex Submariner 16610 de 1999, tel 06 12 34 56 78",
        "Rolex Submariner 16610, full set 1999, serial A123456",
        "Selling Rolex Submariner 16610 40mm 1999, call +41 79 123 45 67",
        "Omega Seamaster 2254.50 41 mm, water resistant 300m, serviced 2021, for sale",
        "Patek 5711/1A-010 in vendita, full set 2019, cal. 324, 44 rubis, 28800 vph",
        "Vends Rolex Submariner 116610LN, prix neuf 9 500€",
        "Rolex Datejust 16234 for sale, 18k gold bezel, limited 123/500 pieces",
    ],
)
def test_year_size_serial_phone_or_retail_price_is_no_price(text: str):
    assert one(text, "price") is None


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("Vends Rolex Submariner full set 16500 €", None),
        ("Vends Rolex Submariner 2019 41mm 9 500 CHF", None),
        ("Selling Tudor BB58 79030N", "79030N"),
        ("WTS Omega 310.30.42.50.01.001 $5,200", "310.30.42.50.01.001"),
        ("Vends Panerai PAM 111 4200€", "PAM 111"),
        ("Verkaufe Rolex 126610 LN 2022 10.300€", "126610 LN"),
        ("Vendo Patek 5712/1A 72k€", "5712/1A"),
        ("Sinn 556, 950€", None),
        ("Cartier Santos réf. 2319, 2900€", "2319"),
        ("Rolex Submariner ref.16613 anno 1991, € 7.900,00", "16613"),
        ("PP5990/1A 2017 fs 690k hkd", "5990/1A"),
        ("Is $9,200 fair for a 124060 2021?", "124060"),
        ("Ist 5711 für 70k noch realistisch?", "5711"),
        ("Oris Aquis 01 733 7730 4135, 1200€", "01 733 7730 4135"),
    ],
)
def test_reference_follows_the_grammar_of_the_brand(text: str, reference: str | None):
    assert one(text, "reference") == reference


@pytest.mark.parametrize(
    ("text", "brand", "model"),
    [
        ("Hulk 2017 full set £13,950", "Rolex", "Submariner"),
        ("Batman 2021 15200€", "Rolex", "GMT-Master II"),
        ("Kermit 16k€", "Rolex", "Submariner"),
        ("Vends Speedy 3900€", "Omega", "Speedmaster"),
        ("Vends Speedy 3.9k€", "Omega", "Speedmaster"),
        ("Selling Sub 9k", "Rolex", "Submariner"),
        ("Moonswatch neuve 240€", "Swatch", "MoonSwatch"),
        ("Grand Seiko Snowflake 3900€", "Grand Seiko", "Snowflake"),
        ("Tudor Submariner 79090 8000€", "Tudor", "Submariner"),
        ("Rollex Daytonna 18000 euros", "Rolex", "Daytona"),
        ("Breitlng Navitmer 3200€", "Breitling", "Navitimer"),
        ("DJ41 126334 9.9k€", "Rolex", "Datejust"),
        ("Rolex 1675 Pepsi 1972, 14 500€", "Rolex", "GMT-Master"),
        ("Steinhart Ocean One (sub homage) 280€", "Steinhart", "Ocean One"),
    ],
)
def test_nicknames_and_misspelt_names_are_canonical(text: str, brand: str, model: str):
    (item,) = values(text)

    assert (item["brand"], item["model"]) == (brand, model)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Vends ou échange Zenith Defy 4 500€", "sale"),
        ("Quelqu'un a une Royal Oak 15400ST à vendre ?", "wanted"),
        ("Is anyone selling a Black Bay 54?", "wanted"),
        ("La Sub 126610LN est toujours dispo ?", "question"),
        ("Is the Black Bay GMT still available?", "question"),
        ("Tausche IWC Mark XVIII", "trade"),
        ("Vends Omega Speedmaster 3570.50 3400€, pas de troc", "sale"),
        ("Longines Legend Diver full set 2019. Looking for 1250 EUR.", "sale"),
        ("Cerco Rolex Milgauss, massimo 9.000 €", "wanted"),
        ("Was ist eine Omega Constellation von 1968 wert?", "question"),
        ("Price on the BLRO?", "question"),
        ("Anyone have experience with Chronext? Thinking of buying a Speedmaster", "question"),
        ("Any interest in a 2017 Polar Explorer 2? 7.2k", "sale"),
        ("My Rolex 116610LN was stolen in Paris on 12/05/2024", "question"),
        ("Any Tudor BB58 18K around? Budget 9k gbp", "wanted"),
        ("GMT 116710LN 2013, card, box, 9800 euro, trade welcome", "sale"),
        ("GMT 116710LN 2013, card, box, 9800 euro, échange possible", "sale"),
        ("Échange possible : GMT 116710LN 2013", "trade"),
        ("NTQ JLC Reverso, budget £6k", "wanted"),
        ("Qq1 a une BB58 ? Client prêt à 3 600€", "wanted"),
        ("¿Alguien conoce un relojero para Omega?", "question"),
        ("Le fermoir de la 126600, c'est quoi la taille ?", "question"),
    ],
)
def test_kind_of_message(text: str, kind: str):
    assert one(text, "type") == kind


@pytest.mark.parametrize(
    ("said", "there"),
    [
        ("full set", (True, True)),
        ("FS", (True, True)),
        ("sans boîte ni papiers", (False, False)),
        ("papers but no box", (False, True)),
        ("scatola sì garanzia no", (True, False)),
        ("nur Papiere", (False, True)),
        ("boîte seule", (True, False)),
        ("watch only", (False, False)),
        ("sin caja ni papeles", (False, False)),
        ("Boîte : non, papiers : oui", (False, True)),
        ("caja de oro", (None, None)),
        ("encore sous garantie", (None, None)),
        ("révision complète", (None, None)),
        ("B only", (True, False)),
        ("P only", (False, True)),
        ("2004 | none |", (False, False)),
        ("none of them polished", (None, None)),
    ],
)
def test_box_and_papers(said: str, there: tuple[bool | None, bool | None]):
    (item,) = values(f"Vends Omega Speedmaster 3570.50, {said}, 3 400€")

    assert (item.get("box"), item.get("papers")) == there


@pytest.mark.parametrize(
    "text",
    [
        "Vends iPhone 15 Pro 256 Go, comme neuf, 750€, boîte d'origine",
        "Selling my 2018 Golf GTI, full service history, 18,500€",
        "Sac Hermès Birkin 30, état excellent, full set 2021, 14 000€",
        "Montre-moi le lien stp",
        "pas de rolex ce mois-ci les gars, revenez en janvier",
        "Price list 2024: Rolex up 4%, Tudor up 3%",
        "Cherche bracelet jubilé 62510 pour ma Datejust 16014",
        "Rolex box and papers for 116610 for sale, $500",
        "Thanks for the speedy delivery!",
        "Rolex oyster bracelet 78360 with end links for sale, $650",
        "Submariner insert, genuine, £1,150. Also 2 spare links",
        "Custom dial for Datejust 1601, 180 usd",
        "Vends bracelet cuir Hermès pour Apple Watch 150€",
        "Buy my strap for Omega MoonSwatch 35€",
        "Just picked up my new Sub 124060 from the AD, so happy!!",
        "Sold my Daytona last week for 24k, regret it already",
        "Congrats on the 5711 bro, beautiful piece",
        "Wer kommt nach Basel? Ich nehme meine Nautilus mit",
        "",
        "🔥🔥🔥",
    ],
)
def test_messages_about_other_things_hold_no_watch(text: str):
    assert values(text) == []


def test_headings_hold_for_the_lines_that_follow():
    text = "WTB:\n- Tudor Pelagos 39\n- Omega Railmaster\n\nFS:\n- Rolex 124060 2021 9200€"

    assert [(i["type"], i["brand"], i.get("price")) for i in values(text)] == [
        ("wanted", "Tudor", None),
        ("wanted", "Omega", None),
        ("sale", "Rolex", 9200),
    ]


def test_brand_alone_on_a_line_holds_for_the_references_below():
    text = "Rolex\n16233 36mm 1995 4800€\n16200 36mm 1999 4300€\n\nOmega\n2531.80 2001 2900€"

    assert [(i["brand"], i["reference"], i["year"], i["price"]) for i in values(text)] == [
        ("Rolex", "16233", 1995, 4800),
        ("Rolex", "16200", 1999, 4300),
        ("Omega", "2531.80", 2001, 2900),
    ]


def test_price_may_stand_on_the_next_line():
    text = "Rolex Submariner 126610LN\n📅 2022\n📦 Box ✅ Papers ✅\n💰 10.500€"

    assert values(text) == [
        {
            "type": "sale",
            "brand": "Rolex",
            "model": "Submariner",
            "reference": "126610LN",
            "price": 10500,
            "currency": "EUR",
            "year": 2022,
            "box": True,
            "papers": True,
        }
    ]


def test_service_year_is_not_the_year_of_the_watch():
    assert one("Vends Omega Speedmaster 3570.50 de 2005, révision 2022, 3900€", "year") == 2005


@pytest.mark.parametrize(
    ("said", "year"),
    [
        ("1997 service 2021", 1997),
        ("B&P 2k22", 2022),
        ("del 2015 + 3.000€", 2015),
        ("2015+", None),
        ("1998 + extra strap", 1998),
    ],
)
def test_year_of_the_watch_is_told_from_what_follows(said: str, year: int | None):
    assert one(f"Trade: my Omega Planet Ocean 2201.50 {said}", "year") == year


def test_money_on_top_of_a_trade_is_no_price():
    text = "Trade my Daytona 116500LN for your RM 11-03, I add 150k cash"

    assert [i.get("price") for i in values(text)] == [None, None]


def test_titles_of_a_list_grade_the_lines_below_them():
    text = "*ROLEX NEW*\n126610LN - 10'300 chf\n126613LB - 14'800 chf\n*USED*\n16610 - 6'900 chf"

    assert [i["condition"] for i in values(text)] == ["new", "new", "used"]


def test_closing_words_hold_for_a_list_in_one_line():
    text = "10.5k 126610LN, 12k 126610LV, all FS 2023"

    assert [(i["price"], i["year"], i["box"]) for i in values(text)] == [
        (10500, 2023, True),
        (12000, 2023, True),
    ]


def test_dates_of_forwarded_messages_are_no_years():
    text = "[12/11/2024 09:32] Marco: 126610LV 2023 12.600€"

    assert one(text, "year") == 2023


@pytest.mark.parametrize(
    ("said", "currency"),
    [
        ("SG stock, SGD", "SGD"),
        ("Ref | Year | USDT", "USD"),
        ("Händlerliste, alle Preise netto EUR", "EUR"),
        ("USDT ok, cash ok", None),
        ("EUR or USD", None),
    ],
)
def test_currency_of_a_list_is_said_once(said: str, currency: str | None):
    items = values(f"{said}\n126610LN | 2021 | 16.900\n126720VTNR | 2023 | 17.400")

    assert [(i["price"], i.get("currency")) for i in items] == [
        (16900, currency),
        (17400, currency),
    ]


def test_brand_above_yields_to_the_one_that_lists_the_reference():
    text = "126610LN 2023 €10.900\n15400ST 2018 €31.000\n363.179 2022 €41.500"

    assert [(i["brand"], i["model"]) for i in values(text)] == [
        ("Rolex", "Submariner"),
        ("Audemars Piguet", "Royal Oak"),
        ("A. Lange & Söhne", "Odysseus"),
    ]


def test_one_reference_may_be_offered_and_sought():
    text = "Biete 116520 schwarz 2009 19.900\nSuche 116520 weiß bis 22.000"

    assert [(i["type"], i["price"]) for i in values(text)] == [("sale", 19900), ("wanted", 22000)]


def test_an_anniversary_is_no_size():
    assert one("Sea Dweller 50th 126600 mk1 2017 £9.6k", "size_mm") is None


def test_size_may_follow_the_model_and_a_strap_has_none():
    assert one("Nomos Tangente 38, bracelet 20mm, 1100€", "size_mm") == 38


def test_evidence_shows_where_each_value_was_read():
    text = "🔥 À vendre : Tudor BB58 79030N — 2 650 €, authentique"

    (item,) = read(text)

    shown = {
        name: [text[e.start : e.end] for e in getattr(item, name).evidence]
        for name in ("type", "brand", "model", "reference", "price", "authenticity")
    }
    assert shown == {
        "type": ["À vendre"],
        "brand": ["Tudor"],
        "model": ["BB58"],
        "reference": ["79030N"],
        "price": ["2 650 €"],
        "authenticity": ["authentique"],
    }
    assert 0.9 < item.confidence < 1


def test_catalogue_is_built_from_rows():
    catalogue = from_rows(
        [{"brand": "Acme", "aliases": "acme|~ac"}],
        [{"brand": "Acme", "model": "Rocket", "aliases": "rkt", "references": "R-100"}],
        [{"brand": "Acme", "pattern": r"R-\d{3}[A-Z]?", "scope": "alone", "model": ""}],
    )

    (item,) = read("Selling Acme RKT R-100B, $300. No Rolex.", catalogue)

    assert (item.brand.value, item.model.value, item.reference.value) == (
        "Acme",
        "Rocket",
        "R-100B",
    )


HOSTILE = """1|1.|1 |123 |rolex |126610LN |126610LN 9000€\n|+1 |€|1k|rolex et |sans boite ni |\n|(
|sn |2022 |40mm |0012345678|🔥|-|fs\n|n5 |10.8 /|hulk / |75000usd |5711 5711/1a """


@pytest.mark.parametrize("piece", HOSTILE.split("|"))
def test_hostile_text_costs_no_more_than_its_length(piece: str):
    text = piece * (20_000 // len(piece))
    begun = time.process_time()

    read(text)

    assert time.process_time() - begun < 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("126610LN 2022 11.2k usd\n124270 2023 7.1k usd", ["126610LN", "124270"]),
        ("Hulk / Kermit / Starbucks wanted", [None, None, None]),
        ("Batman 126710BLNR 2021 15 200€", ["126710BLNR"]),
        ("cherche 5711 verte, 5711/1A-014 donc", ["5711", "5711/1A-014"]),
        ("Nautilus 5711 vert 5711/1A-014 à 350k CHF", ["5711/1A-014"]),
        ("Rolex 126334 75000usd", ["126334"]),
        ("Buy 5711/1A @ 205k, 5712/1A @ 98k usd", ["5711/1A", "5712/1A"]),
    ],
)
def test_each_watch_of_a_row_is_one(text: str, expected: list[str | None]):
    assert [item.get("reference") for item in values(text)] == expected


@pytest.mark.parametrize(
    ("text", "prices"),
    [
        ("Rolex 116610LV 15.2 /\nRolex 216570 8.4 /\nen euros", [15200, 8400]),
        ("BLNR 14.9 / BLRO 16.2 / Hulk 12.4", [14900, 16200, 12400]),
        ("5711/1A, 5712/1A and 5167A: 120k/98k/58k usd", [120000, 98000, 58000]),
        ("Vends Oris Aquis 43,5\nVends Oris Aquis 39,5", [None]),
        ("Rolex 126334 7.4kusd", [7400]),
        ("Rolex 124270, 2656 €\nFrais d'envoi offerts", [2656]),
    ],
)
def test_prices_in_thousands_and_in_a_row_find_their_watch(text: str, prices: list[int | None]):
    assert [item.get("price") for item in values(text)][: len(prices)] == prices


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("Rolex 1603 del '74, 3.600€", 1974),
        ("Omega Speedmaster c.2007, £4,350", 2007),
        ("Rolex 126610LN n5/24 98k hkd", 2024),
        ("Suche Rolex 226570 ab 2021 bis 8.800 €", None),
        ("Breitling Navitimer 01/2017 3.400 €", 2017),
        ("TAG Heuer CAW211P, 2000, 2.600 €", 2000),
        ("Busco Batman 2021 en adelante 14.500€", None),
    ],
)
def test_years_are_read_in_every_spelling(text: str, year: int | None):
    assert one(text, "year") == year


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Rolex 126610LN 2022\nFS\n11.300 €", (True, True)),
        ("Rolex 214270, card only no box, 5,450 €", (False, True)),
        ("Tudor 79500, no papers, box present, 1.700 €", (True, False)),
        ("Rolex 124270 s+g 6.100 €", (True, True)),
        ("Tudor 79950 2.150€, envío certificado", (None, None)),
        ("Rolex 124060 komplett verklebt 9.200 €", (None, None)),
    ],
)
def test_box_and_papers_are_those_of_the_watch(text: str, expected: tuple[object, object]):
    assert (one(text, "box"), one(text, "papers")) == expected
