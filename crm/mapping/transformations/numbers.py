"""Figures and amounts, as a table writes them."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from backoffice.core.money import CURRENCY_WORDS
from backoffice.core.text import folded
from crm.mapping.faults import doubt, mismatch
from crm.mapping.transformations.catalogue import Argument, Transformation

if TYPE_CHECKING:
    from collections.abc import Callable

    from crm.mapping.context import Context, NumberStyle
    from crm.mapping.transformations.catalogue import Arguments, Function

STYLES = ("", "fr", "en", "iso")
# Larger ones are no quantities or prices, and no column holds them.
LIMIT = Decimal(10) ** 10
# Longer cells are texts.
LONGEST = 80

_PLAIN = re.compile(r"-?[0-9]{1,12}(?:[.][0-9]{1,6})?", re.ASCII)
_FIGURE = re.compile(r"[0-9][0-9.,]*|[.,][0-9]+")
_EXPONENT = re.compile(r"([0-9.,]+)[eE]([+-]?[0-9]{1,2})")
_TAX = re.compile(r"(?:h\.?t\.?|t\.?t\.?c\.?|net|brut|pce|/u|l'unite)$")
# Beside a figure: what says percent, degree of alcohol, currency, tax.
_PERCENT = re.compile(r"(?:%|°|% ?vol\.?|° ?vol\.?|vol\.?|% ?alc\.?.*|degres?|pct)$")
_DEGREE = re.compile(r"([0-9]{1,2}) ?° ?([0-9])(?: ?vol\.?)?")
_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "fr.": "CHF", "sfr": "CHF", "kr": "SEK"}
_LETTERS = str.maketrans({"o": "0", "l": "1", "i": "1", "|": "1", "s": "5", "b": "8", "z": "2"})


def decimal_of(text: str, style: NumberStyle) -> Decimal:
    """The figure in this style; raises Unreadable. Signs of percent and currency are dropped."""
    return amount_of(text, style)[0]


def amount_of(text: str, style: NumberStyle) -> tuple[Decimal, str]:
    """The figure and the currency beside it, where one is named."""
    if _PLAIN.fullmatch(text) and (style == "iso" or not _is_group(text, style)):
        return Decimal(text), ""
    if len(text) > LONGEST:
        raise _no_figure("", style)
    clean = _one_kind_of_space(text)
    degree = _DEGREE.fullmatch(clean)
    if degree:
        return Decimal(f"{degree[1]}.{degree[2]}"), ""
    clean, currency = _without_words(clean)
    negative, clean = _without_sign(clean)
    value = _figure(clean, style)
    if value >= LIMIT:
        raise mismatch(_("%(field)s: “%(value)s” is too large a number. Correct it in the source."))
    return (-value if negative else value), currency


def _is_group(text: str, style: NumberStyle) -> bool:
    """Whether a dot in a plain figure could stand between thousands."""
    return style == "fr" and len(text) - text.rfind(".") == 4 and "." in text  # noqa: PLR2004


def _one_kind_of_space(text: str) -> str:
    return " ".join(folded(text.strip().lstrip("'")).split())


def _without_words(clean: str) -> tuple[str, str]:
    """What stands before and behind the figure, taken off."""
    currency = ""
    for _round in range(3):
        before = clean
        clean = _TAX.sub("", clean).strip()
        clean = _PERCENT.sub("", clean).strip()
        clean, found = _without_currency(clean)
        currency = found or currency
        if clean == before:
            break
    return clean, currency


def _without_currency(clean: str) -> tuple[str, str]:
    word = re.search(r"[^\W\d_]+\.?$|[€$£¥]$", clean)
    if word is not None:
        code = _code(word.group())
        if code:
            return clean[: word.start()].strip(), code
    word = re.match(r"[^\W\d_]+\.?|[€$£¥]", clean)
    if word is not None:
        code = _code(word.group())
        if code:
            return clean[word.end() :].strip(), code
    return clean, ""


def _code(word: str) -> str:
    from crm.mapping.transformations.places import CURRENCIES  # noqa: PLC0415 - it reads no figures

    if word in _SIGNS:
        return _SIGNS[word]
    upper = word.upper()
    return CURRENCY_WORDS.get(word, upper if upper in CURRENCIES else "")


def _without_sign(clean: str) -> tuple[bool, str]:
    if clean.startswith("(") and clean.endswith(")"):
        return True, clean[1:-1].strip()
    if clean.startswith(("-", "+")):
        return clean[0] == "-", clean[1:].strip()
    if clean.endswith(("-", "+")):
        return clean[-1] == "-", clean[:-1].strip()
    return False, clean


def _figure(clean: str, style: NumberStyle) -> Decimal:
    digits = re.sub(r"(?<=[0-9])[ '](?=[0-9]{3}(?![0-9]))", "", clean)
    exponent = _EXPONENT.fullmatch(digits)
    power = 0
    if exponent:
        digits, power = exponent[1], int(exponent[2])
    if not _FIGURE.fullmatch(digits) or abs(power) > 15:  # noqa: PLR2004 - beyond any price
        raise _no_figure(clean, style)
    plain = _with_dot(digits, style)
    if plain is None:
        raise _no_figure(clean, style)
    return Decimal(plain).scaleb(power) if power else Decimal(plain)


def _with_dot(digits: str, style: NumberStyle) -> str | None:
    """The digits with a dot as their decimal sign, or nothing where the shape is wrong.

    In a table of one style a figure of the other is read where it leaves no choice.
    """
    sign, other = (",", ".") if style == "fr" else (".", ",")
    if sign in digits and other in digits:
        return _with_both(digits, sign, other)
    if other in digits:
        if not _is_grouped(digits, other):
            return _padded(digits.replace(other, ".")) if digits.count(other) == 1 else None
        # "1,234" where no thousands are written is neither one nor the other.
        unclear = style == "iso" and digits.count(other) == 1
        return None if unclear else digits.replace(other, "")
    if digits.count(sign) > 1:
        return digits.replace(sign, "") if _is_grouped(digits, sign) else None
    return _padded(digits.replace(sign, "."))


def _with_both(digits: str, sign: str, other: str) -> str | None:
    """As "1.234,56", also in an English table: the last sign is the decimal one."""
    if digits.rfind(sign) < digits.rfind(other):
        sign, other = other, sign
    whole, _sign, decimals = digits.rpartition(sign)
    if sign in whole or not _is_grouped(whole, other):
        return None
    return f"{whole.replace(other, '')}.{decimals}"


def _padded(plain: str) -> str:
    return f"0{plain}" if plain.startswith(".") else plain.rstrip(".")


def _is_grouped(whole: str, sign: str) -> bool:
    first, *groups = whole.split(sign)
    return (
        bool(groups)
        and 1 <= len(first) <= 3  # noqa: PLR2004 - thousands
        and first != "0"
        and all(len(group) == 3 for group in groups)  # noqa: PLR2004 - as above
    ) or not groups


def _no_figure(clean: str, style: NumberStyle) -> Exception:
    guess = clean.translate(_LETTERS)
    if guess != clean and re.fullmatch(r"[0-9][0-9 .,]*", guess) and re.search("[0-9]", clean):
        return mismatch(
            _(
                "%(field)s: “%(value)s” has a letter in place of a figure; is it “%(guess)s”?"
                " Correct it in the source."
            ),
            guess=guess,
        )
    example = {"fr": "1 234,56", "en": "1,234.56", "iso": "1234.56"}[style]
    return mismatch(
        _("%(field)s: “%(value)s” is not a number. Write a number such as %(example)s."),
        example=example,
    )


def _style(arguments: Arguments, context: Context) -> NumberStyle:
    return arguments["style"] or context.numbers


def _parse_decimal(arguments: Arguments, context: Context) -> Function:
    return decimal_reader(_style(arguments, context))


def decimal_reader(style: NumberStyle) -> Callable[[str], Decimal]:
    """A function for one style, quick on what is plain in it."""
    comma = style == "fr"
    plain = re.compile(rf"-?[0-9]{{1,9}}(?:[{'.,' if not comma else ','}][0-9]{{1,2}})?", re.ASCII)

    def parse_decimal(text: str) -> Decimal:
        if plain.fullmatch(text):
            return Decimal(text.replace(",", "."))
        return amount_of(text, style)[0]

    return parse_decimal


def number_reader(style: NumberStyle) -> Callable[[Any], Decimal]:
    """As :func:`decimal_reader`, also of what an earlier step made a number (or anything) of."""
    read = decimal_reader(style)

    def number(value: Any) -> Decimal:  # noqa: ANN401 - of any kind
        return Decimal(value) if isinstance(value, Decimal | int) else read(str(value))

    return number


def _parse_currency(arguments: Arguments, context: Context) -> Function:
    style = _style(arguments, context)
    expected = arguments["currency"].strip().upper() or context.currency

    def parse_currency(text: str) -> Decimal:
        value, named = amount_of(text, style)
        if named and expected and named != expected:
            raise doubt(
                value,
                "inconsistent",
                _(
                    "%(field)s: “%(value)s” is in %(named)s, but this table is in %(expected)s."
                    " Convert the amount, or map the column to the currency as well."
                ),
                named=named,
                expected=expected,
            )
        return value

    return parse_currency


def _parse_integer(arguments: Arguments, context: Context) -> Function:
    style = _style(arguments, context)

    def parse_integer(text: str) -> int:
        if text.isascii() and text.isdigit() and len(text) < 10:  # noqa: PLR2004 - the usual case
            return int(text)
        value = decimal_of(text, style)
        if value != value.to_integral_value():
            raise mismatch(
                _("%(field)s: “%(value)s” is not a whole number. Correct it in the source.")
            )
        return int(value)

    return parse_integer


def _empty_to_zero(_arguments: Arguments, _context: Context) -> Function:
    return lambda _nothing: Decimal(0)


def _scale(arguments: Arguments, context: Context) -> Function:
    factor = Decimal(str(arguments["by"]))
    number = number_reader(context.numbers)
    return lambda value: number(value) * factor


_STYLE = Argument(
    "style",
    gettext_lazy("how figures are written; empty: as in the file"),
    choices=STYLES,
)

TRANSFORMATIONS = (
    Transformation(
        "parse_decimal",
        pgettext_lazy("figure", "Number"),
        gettext_lazy("“1 234,56”, “1.234,56”, “12,5%”, “(12,50)”, “12,50-” become numbers."),
        _parse_decimal,
        (_STYLE,),
        gives="decimal",
    ),
    Transformation(
        "parse_currency",
        gettext_lazy("Amount"),
        gettext_lazy("A number with or without its currency; another currency is reported."),
        _parse_currency,
        (_STYLE, Argument("currency", gettext_lazy("currency; empty: the source's"))),
        gives="decimal",
    ),
    Transformation(
        "parse_integer",
        gettext_lazy("Whole number"),
        gettext_lazy("“2021” and “1 200” become whole numbers; “2,5” is reported."),
        _parse_integer,
        (_STYLE,),
        gives="integer",
    ),
    Transformation(
        "empty_to_zero",
        gettext_lazy("Zero where empty"),
        gettext_lazy("0 where there is no value."),
        _empty_to_zero,
        shape="empty",
        reads="any",
        gives="same",
    ),
    Transformation(
        "scale",
        gettext_lazy("Times a fixed number"),
        gettext_lazy("Cents to euros (0.01), litres to bottles (1.3333)."),
        _scale,
        (Argument("by", pgettext_lazy("figure", "number"), "number", 1, required=True),),
        reads="any",
        gives="decimal",
    ),
)
