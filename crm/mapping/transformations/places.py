"""Countries, languages and currencies by any name people give them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from babel import Locale
from babel.core import get_global
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.core.money import CURRENCY_WORDS
from backoffice.core.text import words
from crm.mapping.faults import Unreadable
from crm.mapping.transformations.catalogue import Transformation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from crm.mapping.context import Context
    from crm.mapping.transformations.catalogue import Arguments, Function

# The languages in which sources name places.
_SPOKEN = ("en", "fr", "de", "it", "es", "nl", "pt")
_ISO2, _ISO3 = 2, 3
# Longer cells are texts.
LONGEST = 120

# What people write besides the official names; folded.
_ALSO: Mapping[str, str] = {
    "uk": "GB", "u k": "GB", "angleterre": "GB", "england": "GB", "ecosse": "GB", "scotland": "GB",
    "pays de galles": "GB", "wales": "GB", "grande bretagne": "GB", "great britain": "GB",
    "irlande du nord": "GB", "royaume uni": "GB", "usa": "US", "u s a": "US", "us": "US",
    "etats unis d amerique": "US", "united states of america": "US", "america": "US",
    "hollande": "NL", "holland": "NL", "pays bas": "NL", "the netherlands": "NL",
    "republique tcheque": "CZ", "czech republic": "CZ", "tchequie": "CZ", "coree": "KR",
    "coree du sud": "KR", "south korea": "KR", "russie": "RU", "russia": "RU", "chine": "CN",
    "emirats": "AE", "uae": "AE", "dubai": "AE", "hong kong": "HK", "hongkong": "HK",
    "macao": "MO", "taiwan": "TW", "vietnam": "VN", "cote d ivoire": "CI", "ivory coast": "CI",
    "la reunion": "RE", "reunion": "RE", "ile de la reunion": "RE", "guadeloupe": "GP",
    "martinique": "MQ", "guyane": "GF", "mayotte": "YT", "nouvelle caledonie": "NC",
    "polynesie": "PF", "tahiti": "PF", "monaco": "MC", "principaute de monaco": "MC",
    "france metropolitaine": "FR", "fr france": "FR", "f": "FR", "d": "DE", "b": "BE", "i": "IT",
    "e": "ES", "l": "LU", "p": "PT", "a": "AT", "gd luxembourg": "LU",
    "grand duche de luxembourg": "LU", "rfa": "DE", "allemagne federale": "DE", "ch suisse": "CH",
    "suisse romande": "CH", "corse": "FR", "bresil": "BR", "brasil": "BR", "macedoine": "MK",
    "swaziland": "SZ", "birmanie": "MM", "turquie": "TR", "turkey": "TR", "vatican": "VA",
    "belgie": "BE", "suisse": "CH", "schweiz": "CH", "svizzera": "CH", "danmark": "DK",
    "sverige": "SE", "norge": "NO", "suomi": "FI", "polska": "PL", "osterreich": "AT",
    "espana": "ES", "oesterreich": "AT", "daenemark": "DK",
}  # fmt: skip
_ALSO_LANGUAGES: Mapping[str, str] = {
    "vf": "fr", "francais": "fr", "anglais": "en", "allemand": "de", "gb": "en", "uk": "en",
    "us": "en", "usa": "en", "flamand": "nl", "vlaams": "nl", "flemish": "nl", "castillan": "es",
    "fra": "fr", "fre": "fr", "eng": "en", "ger": "de", "deu": "de", "ita": "it", "spa": "es",
    "esp": "es", "nld": "nl", "dut": "nl", "por": "pt", "jpn": "ja", "chi": "zh", "zho": "zh",
    "jp": "ja", "cn": "zh", "dk": "da", "se": "sv", "ang": "en", "all": "de", "angl": "en",
    "f": "fr", "d": "de", "e": "en",
}  # fmt: skip


def _key(text: str) -> str:
    return " ".join(words(text))


def _codes() -> frozenset[str]:
    codes = map(str, Locale("en").territories)
    return frozenset(code for code in codes if len(code) == _ISO2 and code.isalpha()) - {
        "EU",
        "EZ",
        "UN",
        "QO",
        "XA",
        "XB",
        "ZZ",
        "AC",
        "CP",
        "DG",
        "EA",
        "IC",
        "TA",
        "XK",
    }


TERRITORIES = _codes() | {"XK"}
CURRENCIES = frozenset(map(str, Locale("en").currencies))
_OF_GROUPS = {"AN", "BU", "CS", "DD", "FX", "NT", "QU", "SU", "TP", "YD", "YU", "ZR"}


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    found: dict[str, str] = {}
    for language in _SPOKEN:
        for code, name in Locale(language).territories.items():
            if code in TERRITORIES and code not in _OF_GROUPS:
                found.setdefault(_key(name), code)
    aliases = get_global("territory_aliases")
    for alias, codes in aliases.items():
        if len(alias) == _ISO3 and alias.isalpha() and codes and codes[0] in TERRITORIES:
            found.setdefault(alias.lower(), codes[0])
    return {**found, **{code.lower(): code for code in TERRITORIES}, **_ALSO}


@lru_cache(maxsize=1)
def _languages() -> dict[str, str]:
    found: dict[str, str] = {}
    for spoken in _SPOKEN:
        for code, name in Locale(spoken).languages.items():
            if code.isalpha() and len(code) == _ISO2:
                found.setdefault(_key(name), code)
                found[code] = code
                own = Locale.parse(code).get_display_name() if code in _SPOKEN else None
                if own:
                    found.setdefault(_key(own), code)
    return {**_ALSO_LANGUAGES, **found}


@lru_cache(maxsize=1)
def _currencies() -> dict[str, str]:
    found: dict[str, str] = {}
    for spoken in _SPOKEN:
        for code, name in Locale(spoken).currencies.items():
            found.setdefault(_key(name), code)
    usual = {_key(word): code for word, code in CURRENCY_WORDS.items() if _key(word)}
    francs = {"franc suisse": "CHF", "francs suisses": "CHF", "dollars us": "USD", "livre": "GBP"}
    return {**found, **usual, **francs, **{code.lower(): code for code in CURRENCIES}}


@lru_cache(maxsize=4096)
def country_of(text: str) -> str:
    """The ISO code of a country by name or code in our languages, or empty."""
    named = _countries()
    text = text[:LONGEST]
    for piece in _pieces(text):
        code = named.get(piece, "")
        if code:
            return code
    return ""


def _pieces(text: str) -> Iterable[str]:
    """The whole; then what is outside and inside brackets, and beside a dash or slash."""
    yield _key(text)
    for piece in re.split(r"[()/|–]|\s-\s|,", text):
        if piece.strip() and piece != text:
            yield _key(piece)


def language_of(text: str) -> str:
    """The code of a language by name ("French / Français", "fr_FR"), or empty."""
    text = text[:LONGEST]
    low = text.strip().lower()
    locale = re.fullmatch(r"([a-z]{2,3})[_-][a-z0-9@_.-]+", low)
    if locale and locale[1] in Locale("en").languages:
        return locale[1]
    named = _languages()
    return next((named[piece] for piece in _pieces(text) if piece in named), "")


def currency_of(text: str) -> str:
    """The ISO code of a currency by sign, code or name, or empty."""
    text = text[:LONGEST]
    word = text.strip().lower()
    if word in CURRENCY_WORDS:
        return CURRENCY_WORDS[word]
    if word == "¥":
        return "JPY"
    named = _currencies()
    return next((named[piece] for piece in _pieces(text) if piece in named), "")


def _coded(find: Callable[[str], str], sentence: Callable[[], str]) -> Function:
    def code(text: str) -> str:
        found = find(text)
        if not found:
            raise Unreadable("not_in_list", sentence())
        return found

    return code


def _country_code(_arguments: Arguments, _context: Context) -> Function:
    return _coded(
        country_of,
        lambda: _(
            "%(field)s: “%(value)s” is no country that is known. Write its name or its two"
            " letters, such as France or FR."
        ),
    )


def _language_code(_arguments: Arguments, _context: Context) -> Function:
    return _coded(
        language_of,
        lambda: _(
            "%(field)s: “%(value)s” is no language that is known. Write its name or its code, such"
            " as français or fr."
        ),
    )


def _currency_code(_arguments: Arguments, _context: Context) -> Function:
    return _coded(
        currency_of,
        lambda: _(
            "%(field)s: “%(value)s” is no currency that is known. Write its code, such as EUR."
        ),
    )


_USUAL_LENGTH = 5
# Figures of a postal code where a spreadsheet may have taken the first zero.
_ZEROS = {"FR": 5, "MC": 5, "RE": 5, "GP": 5, "MQ": 5, "GF": 5, "YT": 5, "DE": 5, "IT": 5, "ES": 5,
          "US": 5, "FI": 5, "SE": 5}  # fmt: skip


def _postal_code(_arguments: Arguments, context: Context) -> Function:
    def postal_code(values: tuple[object, ...]) -> str | None:
        code, *countries = ("" if one is None else str(one) for one in values)
        if len(code) == _USUAL_LENGTH and code.isdecimal():
            return code
        code = re.sub(r"^(?:F|FR|D|DE|B|BE|L|LU|CH|I|IT|E|ES)[ -]+(?=[0-9])", "", code.strip())
        code = re.sub(r"[.,]0$", "", code)
        country = next((country_of(one) for one in countries if one), "") or context.country
        width = _ZEROS.get(country, 0)
        if width and " " in code and code.replace(" ", "").isdecimal():
            code = code.replace(" ", "")
        if code.isdecimal() and len(code) == width - 1:
            code = f"0{code}"
        return code or None

    return postal_code


def _country_by_default(_arguments: Arguments, context: Context) -> Function:
    return lambda _nothing: context.country


TRANSFORMATIONS = (
    Transformation(
        "country_code",
        gettext_lazy("Country"),
        gettext_lazy("“Allemagne”, “Germany”, “DEU”, “D” → “DE”."),
        _country_code,
        gives="country",
    ),
    Transformation(
        "postal_code",
        gettext_lazy("Postal code"),
        gettext_lazy(
            "“1000” → “01000” in France and where codes have five figures; the second column, where"
            " there is one, is the country."
        ),
        _postal_code,
        shape="columns",
        reads="any",
    ),
    Transformation(
        "default_country",
        gettext_lazy("The source's country where empty"),
        gettext_lazy("For files that name a country only where it is a foreign one."),
        _country_by_default,
        shape="empty",
        reads="any",
        gives="same",
    ),
    Transformation(
        "language_code",
        gettext_lazy("Language"),
        gettext_lazy("“French / Français”, “fr_FR”, “anglais” → “fr”, “en”."),
        _language_code,
        gives="language",
    ),
    Transformation(
        "currency_code",
        gettext_lazy("Currency"),
        gettext_lazy("“€”, “euros” → “EUR”."),
        _currency_code,
        gives="currency",
    ),
)
