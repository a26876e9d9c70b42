"""Each transformation: what it makes of real cells, and that no cell makes it fail."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from typing import Any

import phonenumbers
import pytest

from backoffice.core.errors import DomainError
from crm.mapping.context import Context
from crm.mapping.faults import Doubtful, Fault, Unreadable
from crm.mapping.transformations import catalogue, prepare
from crm.mapping.transformations.contacts import quick_reader
from crm.problems import CODES

FRENCH = Context(country="FR", currency="EUR", numbers="fr", dates="dmy")


def made(name: str, cell: Any, /, **arguments: Any) -> Any:  # noqa: ANN401 - of the step's kind
    """What the step gives; the code of what is wrong in place of a value."""
    run = prepare({"name": name, "arguments": arguments}, FRENCH).function
    try:
        return run(cell)
    except Unreadable as unreadable:
        return unreadable.fault.code
    except Doubtful as doubtful:
        return doubtful.value, doubtful.faults[0].code


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("DE LA FONTAINE", "de la Fontaine"),
        ("JEAN-PIERRE O'CONNOR", "Jean-Pierre O'Connor"),
        ("MCDONALD", "McDonald"),
        ("D'ARTAGNAN", "d'Artagnan"),
        ("CHARLES D'ARTAGNAN", "Charles d'Artagnan"),
        ("VAN DER BERG", "van der Berg"),
        ("LUDWIG VAN DER BERG", "Ludwig van der Berg"),
        ("SARL DU MOULIN", "SARL du Moulin"),
        ("scea les trois chênes", "SCEA Les Trois Chênes"),
        ("EARL D'HAUTEVILLE ET FILS", "EARL d'Hauteville et Fils"),
        ("VINOTHEK MÜLLER GMBH", "Vinothek Müller GmbH"),
        ("LE GUEN", "Le Guen"),
        ("N'GUESSAN", "N'Guessan"),
        ("SAINT-JEAN-DE-LUZ", "Saint-Jean-de-Luz"),
        ("L'HAŸ-LES-ROSES", "L'Haÿ-les-Roses"),
        ("AIX-EN-PROVENCE", "Aix-en-Provence"),
        ("ÉLODIE ŒUVRARD", "Élodie Œuvrard"),
        ("jean dupont", "Jean Dupont"),
        ("Jean DUPONT", "Jean Dupont"),
        ("Jean McDonald", "Jean McDonald"),
        ("Anne DuPont", "Anne DuPont"),
        ("M. ET MME MARTIN", "M. et Mme Martin"),
        ("LOUIS XIV", "Louis XIV"),
        ("CHÂTEAU L'ÉVANGILE", "Château l'Évangile"),
        ("", ""),
    ],
)
def test_names_are_written_as_french_people_write_them(text: str, name: str):
    assert made("capitalize", text) == name


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("Jean@Free.FR", ["jean@free.fr"]),
        ("mailto:jean@free.fr?subject=x", ["jean@free.fr"]),
        ("Jean Dupont <jean@free.fr>", ["jean@free.fr"]),
        ('"Dupont, J." <jean@free.fr>', ["jean@free.fr"]),
        ("jean@free.fr; anne@free.fr", ["jean@free.fr", "anne@free.fr"]),
        ("jean@free.fr, anne@free.fr", ["jean@free.fr", "anne@free.fr"]),
        ("jean@free.fr / Jean@free.fr", ["jean@free.fr"]),
        ("jean@free,fr", "invalid_email"),
        ("jean.free.fr", "invalid_email"),
        ("jean@free", "invalid_email"),
        ("jean@@free.fr", "invalid_email"),
        ("jean..dupont@free.fr", "invalid_email"),
        ("pas d'adresse pour ce client", "invalid_email"),
        ("jean@free.fr nope@", (["jean@free.fr"], "invalid_email")),
    ],
)
def test_emails(text: str, addresses: object):
    assert made("parse_email", text) == addresses


def test_a_comma_in_a_domain_is_told_with_its_mend():
    with pytest.raises(Unreadable) as caught:
        prepare({"name": "parse_email"}, FRENCH).function("jean@free,fr")

    assert "jean@free.fr" in caught.value.fault.sentence("E-mail", "jean@free,fr")


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("06 12 34 56 78", ["+33612345678"]),
        ("06.12.34.56.78", ["+33612345678"]),
        ("+33 (0)6 12 34 56 78", ["+33612345678"]),
        ("0033612345678", ["+33612345678"]),
        ("33612345678", ["+33612345678"]),
        ("612345678", ["+33612345678"]),
        ("'+33612345678", ["+33612345678"]),
        ("Tél : 03 80 22 00 11", ["+33380220011"]),
        ("06 12 34 56 78 / 03 80 22 00 11", ["+33612345678", "+33380220011"]),
        ("06 12 34 56 78 ou 07 81 23 45 67", ["+33612345678", "+33781234567"]),
        ("0612345678 0380220011", ["+33612345678", "+33380220011"]),
        ("+32 475 12 34 56", ["+32475123456"]),
        ("+41 22 700 00 00", ["+41227000000"]),
        ("0692 12 34 56", ["+262692123456"]),
        ("06 39 98 00 01", ["+33639980001"]),
        ("01 99 00 00 01", ["+33199000001"]),
        ("0696 12 34 56", ["+596696123456"]),
        ("06 12", "invalid_phone"),
        ("99 99 99 99 99", "invalid_phone"),
        ("00 00 00 00 00", "invalid_phone"),
        ("voir avec Paul", "invalid_phone"),
        ("06 12 34 56 78 / 12", (["+33612345678"], "invalid_phone")),
    ],
)
def test_phones(text: str, numbers: object):
    assert made("parse_phone", text) == numbers


@pytest.mark.parametrize("country", ["FR", "BE", "DE", "CH", "NL", "LU"])
def test_the_quick_reading_of_phones_is_the_librarys(country: str):
    draw = random.Random(country)  # noqa: S311 - the same numbers each time
    quick = quick_reader(country)
    code = phonenumbers.country_code_for_region(country)
    read = 0
    for _round in range(3000):
        digits = "".join(draw.choice("0123456789") for _ in range(draw.choice((8, 9, 9, 9, 10))))
        sign = draw.choice(("", " ", ".", "-", "\u00a0"))
        start = draw.choice(("0", f"+{code}", f"00{code}", f"+{code} "))
        text = start + sign.join(digits[at : at + 2] for at in range(0, len(digits), 2))
        number = quick(text)
        if not number:
            continue
        read += 1
        parsed = phonenumbers.parse(text, country)
        # French numbers of the right length are taken before they are assigned.
        may_be = phonenumbers.is_possible_number if country == "FR" else lambda _number: False
        assert phonenumbers.is_valid_number(parsed) or may_be(parsed), text
        assert phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164) == number
    # Luxembourg's numbers have no zero before: there the library reads all of them.
    assert read > 100 or country == "LU"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("15/03/2024", dt.date(2024, 3, 15)),
        ("5/3/2024", dt.date(2024, 3, 5)),
        ("15-03-2024", dt.date(2024, 3, 15)),
        ("15.03.2024", dt.date(2024, 3, 15)),
        ("15/03/2024 10:30", dt.date(2024, 3, 15)),
        ("15 mars 2024", dt.date(2024, 3, 15)),
        ("1er février 2024", dt.date(2024, 2, 1)),
        ("lundi 5 août 2024", dt.date(2024, 8, 5)),
        ("15-MAR-2024", dt.date(2024, 3, 15)),
        ("March 15, 2024", dt.date(2024, 3, 15)),
        ("15/03/24", (dt.date(2024, 3, 15), "inconsistent")),
        ("15/03/87", (dt.date(1987, 3, 15), "inconsistent")),
        ("2024-03-15", (dt.date(2024, 3, 15), "inconsistent")),
        ("2024-03-15T10:30:00Z", (dt.date(2024, 3, 15), "inconsistent")),
        ("31/02/2024", "impossible_date"),
        ("00/00/0000", "impossible_date"),
        ("0000-00-00", "impossible_date"),
        ("03/25/2024", "impossible_date"),
        ("15/03/0024", "impossible_date"),
        ("45366", "impossible_date"),
        ("demain", "impossible_date"),
    ],
)
def test_dates_of_a_french_table(text: str, value: object):
    assert made("parse_date", text) == value


@pytest.mark.parametrize(
    ("text", "form", "value"),
    [
        ("15/03/24", "dd/mm/yy", dt.date(2024, 3, 15)),
        ("03/15/2024", "mm/dd/yyyy", dt.date(2024, 3, 15)),
        ("15/03/2024", "mm/dd/yyyy", "impossible_date"),
        ("2024-03-15 23:30:00", "yyyy-mm-dd", dt.date(2024, 3, 15)),
        ("20240315", "yyyy-mm-dd", dt.date(2024, 3, 15)),
        ("15/03/2024", "yyyy-mm-dd", "impossible_date"),
        ("45366", "excel", dt.date(2024, 3, 15)),
        ("45366,5", "excel", dt.date(2024, 3, 15)),
        ("15|03|2024", "%d|%m|%Y", dt.date(2024, 3, 15)),
    ],
)
def test_dates_of_a_named_form(text: str, form: str, value: object):
    assert made("parse_date", text, format=form) == value


def test_moments_are_aware():
    moment = made("parse_moment", "2026-10-30 11:00:00", format="yyyy-mm-dd", timezone="UTC")

    assert moment == dt.datetime(2026, 10, 30, 11, tzinfo=dt.UTC)
    assert made("parse_moment", "30/10/2026 11h05").tzinfo is not None
    assert made("parse_moment", "30/10/2026 25:00") == "impossible_date"


@pytest.mark.parametrize(
    ("text", "style", "value"),
    [
        ("1 234,56", "fr", "1234.56"),
        ("1\u00a0234,56 €", "fr", "1234.56"),
        ("1\u202f234,56", "fr", "1234.56"),
        ("1.234,56", "fr", "1234.56"),
        ("1.234", "fr", "1234"),
        ("12.5", "fr", "12.5"),
        ("12,50-", "fr", "-12.50"),
        ("(12,50)", "fr", "-12.50"),
        ("-12,50 €", "fr", "-12.50"),
        ("12,5%", "fr", "12.5"),
        ("13,5 % vol.", "fr", "13.5"),
        ("12°5", "fr", "12.5"),
        ("€ 12,50", "fr", "12.50"),
        ("12,50 € HT", "fr", "12.50"),
        ("1,5E+06", "fr", "1500000"),
        ("1,234.56", "en", "1234.56"),
        ("$1,234.56", "en", "1234.56"),
        ("1,234", "en", "1234"),
        ("12,50", "en", "12.50"),
        ("1'234.50", "en", "1234.50"),
        ("1234.56", "iso", "1234.56"),
        ("1.234", "iso", "1.234"),
        ("1.5e3", "iso", "1500"),
        (",5", "fr", "0.5"),
    ],
)
def test_figures(text: str, style: str, value: str):
    assert made("parse_decimal", text, style=style) == Decimal(value)


@pytest.mark.parametrize(
    "text", ["l2,50", "1O,00", "douze", "12/50", "1,2,3", "NaN", "-", "1 2 3", "9" * 30, "12 34"]
)
def test_what_is_no_figure(text: str):
    assert made("parse_decimal", text) == "type_mismatch"


def test_a_letter_in_a_figure_is_told_with_its_mend():
    with pytest.raises(Unreadable) as caught:
        prepare({"name": "parse_decimal"}, FRENCH).function("l2,50")

    assert "12,50" in caught.value.fault.sentence("Price", "l2,50")


def test_another_currency_is_reported_and_the_amount_kept():
    assert made("parse_currency", "12 $") == (Decimal(12), "inconsistent")
    assert made("parse_currency", "12 $", currency="USD") == Decimal(12)


@pytest.mark.parametrize(
    ("text", "value"),
    [("O", True), ("Oui", True), ("x", True), ("VRAI", True), ("True", True), ("1", True),
     ("N", False), ("Non", False), ("FAUX", False), ("0", False), ("peut-être", "type_mismatch")],
)  # fmt: skip
def test_yes_and_no(text: str, value: object):
    assert made("parse_boolean", text) == value
    if isinstance(value, bool):
        assert made("parse_boolean", text, inverted=True) is not value


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("country_code", "Allemagne", "DE"),
        ("country_code", "Germany", "DE"),
        ("country_code", "Deutschland", "DE"),
        ("country_code", "Germania", "DE"),
        ("country_code", "DEU", "DE"),
        ("country_code", "de", "DE"),
        ("country_code", "Royaume-Uni", "GB"),
        ("country_code", "UK", "GB"),
        ("country_code", "ETATS UNIS", "US"),
        ("country_code", "Pays-Bas", "NL"),
        ("country_code", "La Réunion", "RE"),
        ("country_code", "FRANCE (FR)", "FR"),
        ("country_code", "Ruritanie", "not_in_list"),
        ("language_code", "French / Français", "fr"),
        ("language_code", "fr_FR", "fr"),
        ("language_code", "anglais", "en"),
        ("language_code", "Deutsch", "de"),
        ("language_code", "klingonien", "not_in_list"),
        ("currency_code", "€", "EUR"),
        ("currency_code", "Euro", "EUR"),
        ("currency_code", "CHF", "CHF"),
        ("currency_code", "coquillages", "not_in_list"),
    ],
)
def test_places_and_currencies(name: str, text: str, code: str):
    assert made(name, text) == code


@pytest.mark.parametrize(
    ("columns", "bottles"),
    [
        (("75 cl",), "1"),
        (("Magnum",), "2"),
        (("Demi-bouteille",), "0.5"),
        (("37,5cl",), "0.5"),
        (("Jéroboam",), "4"),
        (("carton de 6",), "6"),
        (("Caisse de 12",), "12"),
        (("6 x 75 cl",), "6"),
        (("12x37,5cl",), "6"),
        (("carton de 6 magnums",), "12"),
        (("2 cartons de 6",), "12"),
        (("BIB 3 L",), "4"),
        (("Bag-in-Box 5L",), "6.667"),
        (("1,5 L",), "2"),
        (("1l5",), "2"),
        (("fillette",), "0.5"),
        (("½ bouteille",), "0.5"),
        (("75 cl", "Carton de 6"), "6"),
        (("150 cl", "Carton de 3"), "6"),
        (("Kiste 6 Flaschen 0,75l",), "6"),
        (("Colis de 6 BIB 5 L",), "40"),
    ],
)
def test_bottles_of_75_cl(columns: tuple[str, ...], bottles: str):
    assert made("bottle_equivalent", columns) == Decimal(bottles)


@pytest.mark.parametrize("text", ["Rouge 2021", "12,5%", "Servir à 16 °C, carafer 15 min", "0.75"])
def test_what_is_no_size(text: str):
    assert made("bottle_equivalent", (text,)) == "type_mismatch"


def test_bare_figures_have_the_unit_that_the_step_names():
    assert made("bottle_equivalent", ("150",), unit="cl") == 2
    assert made("bottle_equivalent", ("0,75",), unit="l") == 1


def test_bottles_sold():
    assert made("bottles_sold", ("2", "Carton 6")) == 12
    assert made("bottles_sold", ("3", "Magnum")) == 6
    assert made("bottles_sold", ("3", "Bouteille")) is None
    assert made("bottles_sold", ("trois", "Magnum")) is None


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Rond &amp; fruité</p>", "Rond & fruité"),
        ("Rond<br/>fruité", "Rond\nfruité"),
        ("<ul><li>Cerise</li><li>Mûre</li></ul>", "- Cerise\n- Mûre"),
        ("<script>alert(1)</script>Bon<style>p{}</style> vin", "Bon vin"),
        ("a &lt; b", "a < b"),
        ("5 < 6 et 7 > 3", "5 < 6 et 7 > 3"),
        ("<p>non fermé", "non fermé"),
        ("sans balise", "sans balise"),
        ('[caption id="1"]<b>Beau</b>[/caption]', "Beau"),
    ],
)
def test_html(html: str, text: str):
    assert made("strip_html", html) == text


def test_texts():
    assert made("trim", "  a \u00a0 b ") == "a b"
    assert made("null_to_empty", "NULL") is None
    assert made("null_to_empty", "Néant") is None
    assert made("null_to_empty", "Nantes") == "Nantes"
    assert made("null_to_empty", "NM", also="nm, sa") is None
    assert made("default", None, value="x") == "x"
    assert made("empty_to_zero", None) == 0
    assert made("substring", "ABCDE", start=2, length=3) == "BCD"
    assert made("pad_left", "1000") == "01000"
    assert made("pad_left", "2A004") == "2A004"
    assert made("remove_special_chars", "  a★b  c! ") == "ab c"
    assert made("split", "Pinot Noir, Gamay / Aligoté") == ["Pinot Noir", "Gamay", "Aligoté"]
    assert made("split", "All / Saleable / Rouge", separator="/", part=-1) == "Rouge"
    assert made("join", ("a", None, "b"), separator="-") == "a-b"
    assert made("first_not_empty", (None, "b", "c")) == "b"
    assert made("multiply", ("2", "1,5")) == 3
    assert made("scale", Decimal(250), by="0.01") == Decimal("2.50")
    assert made("map_values", " BLC ", table={"blc": "Blanc"}) == "Blanc"
    assert made("map_values", "vert", table={"blc": "Blanc"}, otherwise="problem") == "not_in_list"
    assert made("postal_code", ("1000", "France")) == "01000"
    assert made("postal_code", ("1000", "Belgique")) == "1000"
    assert made("postal_code", ("68000.0",)) == "68000"


def test_regular_expressions_are_bounded():
    assert made("regex_extract", "réf. AB12", pattern=r"([A-Z]+\d+)") == "AB12"
    assert made("regex_extract", "rien", pattern=r"\d+") is None
    # Takes minutes with the standard library's engine.
    assert made("regex_extract", "a" * 40 + "!", pattern=r"(a|aa)+$|(a*)*b\1") in {
        None, "type_mismatch"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("step", "field"),
    [
        ({"name": "fly"}, "steps"),
        ({"name": "parse_date", "arguments": {"format": "soon"}}, "format"),
        ({"name": "parse_decimal", "arguments": {"style": "de"}}, "style"),
        ({"name": "parse_phone", "arguments": {"country": "Mars"}}, "country"),
        ({"name": "default"}, "value"),
        ({"name": "map_values", "arguments": {"table": []}}, "table"),
        ({"name": "pad_left", "arguments": {"width": 1000}}, "width"),
        ({"name": "regex_extract", "arguments": {"pattern": "("}}, "pattern"),
        # Written out, these would take all memory there is.
        ({"name": "regex_extract", "arguments": {"pattern": "(?:a{9999}){9999}"}}, "pattern"),
        ({"name": "regex_extract", "arguments": {"pattern": "a{ 99999999 }"}}, "pattern"),
        (
            {"name": "regex_extract", "arguments": {"pattern": "(?#[)" + "(?:a{99}){99}" * 3}},
            "pattern",
        ),
        ({"name": "trim", "arguments": {"side": "left"}}, "side"),
        ({"name": "parse_moment", "arguments": {"timezone": "Mars/Base"}}, "timezone"),
    ],
)
def test_wrong_arguments_are_named(step: dict[str, Any], field: str):
    with pytest.raises(DomainError) as caught:
        prepare(step, FRENCH)

    assert caught.value.field == field


TODAY = dt.date(2026, 11, 21)
NOON = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
_ARGUMENTS: dict[str, dict[str, Any]] = {
    "default": {"value": "x"},
    "map_values": {"table": {"a": "b"}},
    "regex_extract": {"pattern": "([a-z]+)"},
    "scale": {"by": 2},
}
_PIECES = (
    "", " ", "\x00", "é", "Œ", "ß", "😀", "١٢", "½", "\u202e", "\ud800", "<", "</p", "&#x110000;",
    "&#0;", "-", "--", "(", ")", "%", "%s", "%(value)s", "€", "'", '"', "@", ".", ",", "..", "0",
    "1e999", "∞", "NaN", "0x1", "1_000", "\n", "\t", "+33", "31/02/2024", "9" * 400, "a@b.c",
    "carton de 0", "99999 cl", "x" * 5000, "0 x 75 cl", "{}", "null", "²", "é" * 300 + "@x.fr",
)  # fmt: skip


def _cells() -> list[str]:
    draw = random.Random(7)  # noqa: S311 - the same cells each time
    mixed = ["".join(draw.choices(_PIECES, k=draw.randint(1, 4))) for _ in range(150)]
    return [*_PIECES[1:], *mixed]


@pytest.mark.parametrize("name", list(catalogue()))
def test_no_cell_makes_a_step_fail(name: str):
    step = prepare({"name": name, "arguments": _ARGUMENTS.get(name, {})}, FRENCH)
    shape = step.transformation.shape
    # What the step before may have made of the cell.
    made_before: tuple[Any, ...] = (Decimal(3), 7, True, TODAY, NOON, ["a", "b"], [])
    others = made_before if step.transformation.reads == "any" else ()
    for cell in (*_cells(), *others):
        value: Any = {"columns": (cell, cell), "empty": None}.get(shape, cell)
        try:
            step.function(value)
        except Unreadable as unreadable:
            faults: tuple[Fault, ...] = (unreadable.fault,)
        except Doubtful as doubtful:
            faults = doubtful.faults
        else:
            continue
        for fault in faults:
            assert fault.code in CODES
            assert fault.sentence("Field", str(cell))


@pytest.mark.parametrize(
    "name",
    ["trim", "lowercase", "uppercase", "remove_special_chars", "null_to_empty", "capitalize",
     "country_code", "language_code", "currency_code"],
)  # fmt: skip
def test_twice_is_once(name: str):
    function = prepare({"name": name}, FRENCH).function
    for cell in [*_cells(), "DE LA FONTAINE", "Allemagne", "anglais", "euros", "JEAN mcdonald"]:
        try:
            once = function(cell)
        except Unreadable:
            continue
        assert once is None or function(once) == once, cell
