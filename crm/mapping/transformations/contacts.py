"""E-mail addresses and telephone numbers."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from phonenumbers import PhoneMetadata, PhoneNumberDesc, PhoneNumberFormat

from crm.mapping.faults import Doubtful, Fault, Unreadable
from crm.mapping.transformations.catalogue import Argument, Transformation, WrongArgument

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crm.mapping.context import Context
    from crm.mapping.transformations.catalogue import Arguments, Function

# --- e-mail

_SIMPLE = re.compile(
    r"[a-z0-9_+]+(?:[.\-][a-z0-9_+]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}",
    re.ASCII,
)
_MAX_LOCAL, _MAX_EMAIL = 64, 254
# Of a cell no more is looked at.
LONGEST = 1000
_ANGLE = re.compile(r"<\s*(?:mailto:)?([^<>\s]+)\s*>", re.IGNORECASE)
_BETWEEN = re.compile(r"[;,/|\n\r\t]+|\s+(?:et|ou|and|or|&)\s+|\s+", re.IGNORECASE)
# A comma where a dot belongs: no second address begins behind it.
_COMMA_IN_DOMAIN = re.compile(r"^([^\s@,;]+@[\w.-]+),\s?([\w.-]+)$")
_is_email = EmailValidator()


def _parse_email(_arguments: Arguments, _context: Context) -> Function:
    def parse_email(text: str) -> list[str]:
        low = text.lower()
        if len(low) <= _MAX_LOCAL and _SIMPLE.fullmatch(low):
            return [low]
        return _emails(text)

    return parse_email


def _emails(text: str) -> list[str]:
    text = text[:LONGEST]
    comma = _COMMA_IN_DOMAIN.match(text.strip())
    if comma:
        raise Unreadable(
            "invalid_email",
            _(
                "%(field)s: “%(value)s” has a comma in the domain; is it “%(guess)s”? Correct it"
                " in the source."
            ),
            guess=f"{comma[1]}.{comma[2]}".lower(),
        )
    found: list[str] = []
    faults: list[Fault] = []
    for part in _email_parts(text):
        if _valid_email(part):
            if part not in found:
                found.append(part)
        else:
            faults.append(_email_fault(part))
    if not found:
        raise Unreadable(*_first(faults or [_email_fault(text)]))
    if faults:
        raise Doubtful(found, faults)
    return found


def _email_parts(text: str) -> list[str]:
    angles = _ANGLE.findall(text)
    if angles:
        return [angle.lower() for angle in angles]
    parts = [part.strip("<>()[]\"' .:").lower() for part in _BETWEEN.split(text)]
    parts = [part.removeprefix("mailto:").partition("?")[0] for part in parts if part]
    addresses = [part for part in parts if "@" in part]
    # A sentence around one address is no address; a name before it is.
    if len(parts) - len(addresses) > len(addresses) * 3:
        return [text.strip().lower()]
    return addresses or [text.strip().lower()]


def _valid_email(address: str) -> bool:
    if len(address) > _MAX_EMAIL or not address.isprintable():
        return False
    try:
        _is_email(address)
    except ValidationError:
        return False
    # "localhost" passes the validator; nobody outside can be reached there.
    return "." in address.rpartition("@")[2]


def _email_fault(address: str) -> Fault:
    if "@" not in address:
        why = _("there is no @ in it")
    elif " " in address:
        why = _("it holds more than an address")
    elif not address.isascii():
        why = _("it holds letters with accents")
    elif "." not in address.rpartition("@")[2]:
        why = _("the domain has no ending such as .fr")
    elif address.count("@") > 1:
        why = _("it has more than one @")
    else:
        why = _("its form is wrong")
    return Fault(
        "invalid_email",
        _(
            "%(field)s: “%(address)s” is not an e-mail address: %(why)s. Write one such as"
            " name@example.com, or leave it empty."
        ),
        {"address": address[:120], "why": why},
    )


def _first(faults: list[Fault]) -> tuple[str, str]:
    return faults[0].code, faults[0].template % {
        **{name: str(value).replace("%", "%%") for name, value in faults[0].about.items()},
        "field": "%(field)s",
        "value": "%(value)s",
    }


# --- telephone

# Dialled from metropolitan France like any number of it, but of a plan of their own.
_NEIGHBOURS: Mapping[str, Mapping[str, str]] = {
    "FR": {
        "0590": "GP", "0690": "GP", "0691": "GP", "0594": "GF", "0694": "GF", "0596": "MQ",
        "0696": "MQ", "0697": "MQ", "0262": "RE", "0692": "RE", "0693": "RE", "0269": "YT",
        "0639": "YT", "0976": "MQ",
    }
}  # fmt: skip
_SIGNS = str.maketrans("", "", " .-\u00a0\u202f\u2011")
_SEVERAL = re.compile(
    r"\s*(?:[;|\n\r]|\s/\s|/(?=\s*(?:\+|0))|,(?!\d{1,3}$)|\s(?:ou|et|or|and)\s)\s*", re.IGNORECASE
)
_BEFORE = re.compile(
    r"^(?:t[ée]l[.a-zé]*|gsm|mob[.a-z]*|port[.a-z]*|phone|fixe|dom\.?|bur\.?|fax|cell)\s*[:.]?\s*",
    re.IGNORECASE,
)
# Looks so much like a French number that it is one, assigned yet or not: number plans change
# faster than the tables, and none of the neighbours has it.
_HOME: Mapping[str, str] = {
    "FR": r"(?!590|69[01]|594|694|596|69[67]|262|69[23]|269|639(?!98)|976)[1-79][0-9]{8}"
}
_MIN_DIGITS = 6


def _parse_phone(arguments: Arguments, context: Context) -> Function:
    country = (arguments["country"] or context.country).upper()
    if country not in phonenumbers.SUPPORTED_REGIONS:
        raise WrongArgument("country", _("Name a country by its two letters, such as FR."))
    quick = quick_reader(country)

    def parse_phone(text: str) -> list[str]:
        number = quick(text)
        return [number] if number else _phones(text, country)

    return parse_phone


def _phones(text: str, country: str) -> list[str]:
    found: list[str] = []
    faults: list[Fault] = []
    text = text[:LONGEST]
    whole = _number(text, country)
    if whole and whole[1] is None:
        return [whole[0]]
    for part in filter(None, _parts(text)):
        read = _number(part, country)
        if read is None:
            faults.append(_phone_fault(part, country))
            continue
        number, fault = read
        if number not in found:
            found.append(number)
        if fault:
            faults.append(fault)
    if not found:
        raise Unreadable(*_first(faults or [_phone_fault(text, country)]))
    if faults:
        raise Doubtful(found, faults)
    return found


def _parts(text: str) -> list[str]:
    parts = [part.strip() for part in _SEVERAL.split(text)]
    if len(parts) == 1:
        # "0123456789 0612345678" and "01.23.45.67.89 - 06.12.34.56.78"
        parts = [
            part.strip(" -")
            for part in re.split(r"(?<=\d\d)(?:\s+-\s+|\s+)(?=(?:0|\+)\d{9})|\s+-\s+(?=0|\+)", text)
        ]
    return parts


@lru_cache(maxsize=4096)
def _number(text: str, country: str) -> tuple[str, Fault | None] | None:
    """E.164, with a doubt where the number plan does not know it; nothing where it is none."""
    text = _BEFORE.sub("", text.strip().lstrip("'").strip())
    text = " ".join(text.split())
    if text.startswith("(+"):
        text = text.replace("(", "", 1).replace(")", "", 1)
    digits = sum(char.isdigit() for char in text)
    if digits < _MIN_DIGITS or re.search(r"[^\W\d_]{2,}", text.replace("ext", "")):
        return None
    for spelt in _spellings(text, country):
        if quick := quick_reader(country)(spelt):
            return quick, None
        start = "".join(filter(str.isdigit, spelt))[:4] if country in _NEIGHBOURS else ""
        for region in filter(None, (country, _NEIGHBOURS.get(country, {}).get(start))):
            number = _parsed(spelt, region)
            if number and phonenumbers.is_valid_number(number):
                return phonenumbers.format_number(number, PhoneNumberFormat.E164), None
    return _of_the_right_length(text, country)


def _spellings(text: str, country: str) -> tuple[str, ...]:
    """As written; then as it was before a spreadsheet took its first zero, or its +."""
    digits = "".join(char for char in text if char.isdigit())
    code = str(phonenumbers.country_code_for_region(country))
    more = []
    if not text.startswith(("+", "0", "(")):
        more.append("0" + digits)
        if digits.startswith(code):
            more.append("+" + digits)
    return (text, *more)


def _parsed(text: str, region: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None


def _of_the_right_length(text: str, country: str) -> tuple[str, Fault] | None:
    """Number plans change faster than the tables: kept, and said."""
    number = _parsed(text, country)
    digits = "".join(char for char in text if char.isdigit())
    foreign = country in _HOME and not text.startswith(("+", "00"))
    if number is None or foreign or len(set(digits[1:])) <= 1:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    fault = Fault(
        "invalid_phone",
        _(
            "%(field)s: “%(number)s” has the right length, but no such number is assigned in"
            " %(country)s as far as is known. Check it with the customer."
        ),
        {"number": text, "country": country},
    )
    return phonenumbers.format_number(number, PhoneNumberFormat.E164), fault


def _phone_fault(text: str, country: str) -> Fault:
    digits = sum(char.isdigit() for char in text)
    if not digits:
        why = _("there are no figures in it")
    else:
        why = _("it has %(digits)s figures") % {"digits": digits}
    return Fault(
        "invalid_phone",
        _(
            "%(field)s: “%(number)s” is not a telephone number of %(country)s: %(why)s. Write all"
            " its figures, or +, the country's code and the number."
        ),
        {"number": text[:60], "country": country, "why": why},
    )


@lru_cache(maxsize=64)
def quick_reader(country: str) -> Callable[[str], str]:
    """A function that reads plain numbers of the country as ``phonenumbers`` does, and quickly.

    Also those of the right length that :data:`_HOME` takes for the country's own. It gives nothing
    where it does not know, and nothing at all for a country that shares its code or whose numbers
    are written in more ways than with a zero before. The patterns are the library's own
    (crm/tests/test_mapping_transformations.py compares the two).
    """
    metadata = PhoneMetadata.metadata_for_region(country)
    code = phonenumbers.country_code_for_region(country)
    shared = len(phonenumbers.region_codes_for_country_code(code)) != 1
    if metadata is None or shared or metadata.national_prefix != "0":
        return lambda _text: ""
    if metadata.national_prefix_for_parsing != "0" or metadata.national_prefix_transform_rule:
        return lambda _text: ""
    kinds = (
        metadata.premium_rate, metadata.toll_free, metadata.shared_cost, metadata.voip,
        metadata.personal_number, metadata.pager, metadata.uan, metadata.voicemail,
        metadata.fixed_line, metadata.mobile,
    )  # fmt: skip
    valid = "|".join(filter(None, (_kind_pattern(kind, metadata) for kind in kinds)))
    plain = re.compile(rf"(?:\+{code}|00{code}|0)(?P<rest>(?!0)(?:{valid}))", re.ASCII)
    start = re.compile(r"[+0][0-9 .\-\u00a0\u202f\u2011]*[0-9]", re.ASCII)
    home = re.compile(rf"(?:\+{code}|00{code}|0)(?P<rest>{_HOME.get(country, '(?!)')})", re.ASCII)
    prefix = f"+{code}"

    def quick(text: str) -> str:
        if not start.fullmatch(text):
            return ""
        digits = text.translate(_SIGNS)
        # The pattern of home is shorter by far, and fits nearly always.
        match = home.fullmatch(digits) or plain.fullmatch(digits)
        return prefix + match["rest"] if match else ""

    return quick


def _kind_pattern(kind: PhoneNumberDesc | None, metadata: PhoneMetadata) -> str:
    """As the library looks: the kind's lengths (the country's where it names none), its digits."""
    if kind is None or not kind.national_number_pattern:
        return ""
    whole = metadata.general_desc or kind
    lengths = kind.possible_length or whole.possible_length
    of_length = "|".join(f"[0-9]{{{length}}}" for length in lengths if length > 0)
    general = whole.national_number_pattern
    return f"(?=(?:{of_length})$)(?=(?:{general})$)(?:{kind.national_number_pattern})"


TRANSFORMATIONS = (
    Transformation(
        "parse_email",
        gettext_lazy("E-mail"),
        gettext_lazy("Small letters, “mailto:” and names taken off, several in one cell read."),
        _parse_email,
        gives="list",
    ),
    Transformation(
        "parse_phone",
        gettext_lazy("Telephone"),
        gettext_lazy(
            "The international form; several in one cell are read, and a zero that a spreadsheet"
            " took is given back."
        ),
        _parse_phone,
        (
            Argument(
                "country", gettext_lazy("country; empty: the source's"), suggestions=("", "FR")
            ),
        ),
        gives="list",
    ),
)
