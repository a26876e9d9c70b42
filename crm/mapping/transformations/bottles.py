"""How many bottles of 75 cl a size and a packing come to."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.core.text import folded, word_set
from crm.mapping.faults import Unreadable, mismatch
from crm.mapping.transformations.catalogue import Argument, Transformation
from crm.mapping.transformations.numbers import number_reader

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crm.mapping.context import Context
    from crm.mapping.transformations.catalogue import Arguments, Function

# Centilitres by the name of the bottle, folded. Champagne's and Burgundy's names; in Bordeaux a
# jéroboam holds 5 l, which has to be written as its size.
SIZES: Mapping[str, str] = {
    "piccolo": "20", "quart": "18.75", "split": "18.75", "huitieme": "9.375",
    "demi": "37.5", "demie": "37.5", "demi bouteille": "37.5", "demie bouteille": "37.5",
    "half": "37.5", "half bottle": "37.5", "halbe flasche": "37.5", "fillette": "37.5",
    "chopine": "25", "clavelin": "62", "pot": "46", "pot lyonnais": "46", "medium": "50",
    "bouteille": "75", "bouteilles": "75", "bout": "75", "btl": "75", "btle": "75", "bt": "75",
    "bteille": "75", "btls": "75", "blle": "75", "col": "75", "cols": "75", "bottle": "75",
    "bottles": "75", "flasche": "75", "flaschen": "75", "unite": "75", "unites": "75",
    "unit": "75", "units": "75", "piece": "75", "pieces": "75", "u": "75", "standard": "75",
    "bottiglia": "75", "botella": "75",
    "magnum": "150", "magnums": "150", "mag": "150", "mg": "150", "double magnum": "300",
    "marie jeanne": "225", "jeroboam": "300", "jero": "300", "rehoboam": "450",
    "mathusalem": "600", "methuselah": "600", "imperiale": "600", "imperial": "600",
    "salmanazar": "900", "balthazar": "1200", "nabuchodonosor": "1500", "nabucho": "1500",
    "melchior": "1800", "salomon": "1800", "souverain": "2625", "primat": "2700",
    "melchisedech": "3000", "litre": "100", "litres": "100", "liter": "100",
}  # fmt: skip
# Packings that hold six where nothing else is said.
PACKINGS = (
    "carton|cartons|caisse|caisses|case|cases|karton|kartons|kiste|box|boite|colis|pack|lot"
    "|coffret|etui|ct|ctn|crt|cs|cx|caja|cassa|cartone|wooden case|cbo|caisse bois"
)
_CENTILITRES = (
    ("l lt ltr litre litres liter liters", "100"),
    ("cl c", "1"),
    ("dl", "10"),
    ("ml", "0.1"),
    ("hl", "10000"),
)
_LITRES: Mapping[str, Decimal] = {
    unit: Decimal(factor) for units, factor in _CENTILITRES for unit in units.split()
}
_NUMBER = r"[0-9]{1,5}(?:[.,][0-9]{1,4})?"
_VOLUME = re.compile(
    rf"(?<![0-9.,])(?P<figure>{_NUMBER}) ?"
    r"(?P<unit>litres?|liters?|ltr|lt|cl|dl|ml|hl|l|c)(?![a-z0-9])"
)
# "1l5" and "1 l 5": a litre and a half.
_LITRE_AND = re.compile(r"(?<![0-9.,])(?P<whole>[0-9]{1,2}) ?l ?(?P<rest>[0-9]{1,2})(?![0-9a-z])")
_TIMES = re.compile(
    r"(?<![0-9.,])(?P<count>[0-9]{1,4}) ?(?:x|\*)(?![a-z])"
    r"|(?<![a-z0-9])x ?(?P<behind>[0-9]{1,4})(?![0-9.,]| ?(?:cl|l|ml)\b)"
)
_PACKING = re.compile(
    rf"(?<![a-z])(?:{PACKINGS})\.?(?: bois| carton)?"
    r"(?: ?(?:de|of|von|a|x|da|di)? ?(?P<count>[0-9]{1,4})(?![0-9.,]| ?(?:cl|l|ml)\b))?(?![a-z])"
)
# "6 magnums", "12 bouteilles": a number right before what holds wine.
_COUNTED = re.compile(
    rf"(?<![0-9.,])(?P<count>[0-9]{{1,4}}) ?"
    rf"(?:{'|'.join(sorted(SIZES, key=len, reverse=True))})s?(?![a-z])"
)
_WORD = re.compile(r"[a-z]+")
_BARE = re.compile(r"[0-9]+(?:[.,][0-9]+)?")
_BIB = re.compile(r"bag[ -]?in[ -]?box|\bbib\b|fontaine a vin|outre|cubi(?:tainer)?")
_BOTTLE = Decimal(75)
_MOST = Decimal(20_000)
# Of a cell no more is looked at.
LONGEST = 200


def _bottle_equivalent(arguments: Arguments, _context: Context) -> Function:
    case_of, unit = arguments["case_of"], arguments["unit"]

    def bottle_equivalent(values: tuple[Any, ...]) -> Decimal | None:
        texts = [str(value) for value in values if value is not None]
        if unit and texts and _BARE.fullmatch(texts[0].strip()):
            texts[0] = f"{texts[0].strip()} {unit}"
        return bottles_of(texts, case_of) if texts else None

    return bottle_equivalent


def bottles_of(texts: Sequence[str], case_of: int = 6) -> Decimal:
    """Bottles of 75 cl in one unit that the texts (size, packing ...) describe.

    "6 x 75 cl" is 6, "carton de 6 magnums" 12, "1,5 L" 2. Raises Unreadable.
    """
    low = " ".join(" ".join(_folded(text[:LONGEST]) for text in texts).split())
    count = _count(low, case_of)
    size = _size(low)
    if size is None and count is None:
        raise mismatch(
            _(
                "%(field)s: no size can be read in “%(value)s”. Write one such as 75 cl, magnum or"
                " 6 x 75 cl."
            )
        )
    return _rounded((size or _BOTTLE) * (count or 1) / _BOTTLE)


def _folded(text: str) -> str:
    return re.sub(r"[-_()\[\]'\"]", " ", folded(text.replace("½", "1/2")).replace("1/2", "demi"))


def _size(low: str) -> Decimal | None:
    """Centilitres of one bottle."""
    both = _LITRE_AND.search(low)
    if both:
        return Decimal(f"{both['whole']}.{both['rest']}") * 100
    volume = _VOLUME.search(low)
    if volume:
        figure = Decimal(volume["figure"].replace(",", "."))
        centilitres = figure * _LITRES[volume["unit"]]
        return centilitres if 0 < centilitres <= _MOST else None
    words = _WORD.findall(low)
    for length in (2, 1):
        for start in range(len(words) - length + 1):
            name = " ".join(words[start : start + length])
            if name in SIZES or (length == 1 and name.rstrip("s") in SIZES):
                return Decimal(SIZES.get(name) or SIZES[name.rstrip("s")])
    return Decimal(_BIB_SIZE) if _BIB.search(low) else None


_BIB_SIZE = 300


def _count(low: str, case_of: int) -> int | None:
    """How many bottles are packed together, where the text says so."""
    without_volumes = _VOLUME.sub(" ", low)
    times = list(_TIMES.finditer(low))
    if times:
        count = 1
        for match in times[:2]:
            count *= int(match["count"] or match["behind"])
        return count or None
    # The box of a bag-in-box is no case.
    packed = _BIB.sub(" ", without_volumes)
    packing = _PACKING.search(packed)
    if packing:
        counted = _COUNTED.search(packed[packing.end() :])
        before = re.search(r"([0-9]{1,3}) ?$", packed[: packing.start()])
        inside = int(packing["count"] or (counted["count"] if counted else case_of))
        return inside * (int(before[1]) if before else 1) or None
    counted = _COUNTED.search(without_volumes)
    return (int(counted["count"]) or None) if counted else None


def _rounded(bottles: Decimal) -> Decimal:
    rounded = bottles.quantize(Decimal("0.001"))
    return (
        rounded.to_integral_value()
        if rounded == rounded.to_integral_value()
        else rounded.normalize()
    )


# Units that say no more than the product's own size does.
_PLAIN_UNITS = word_set(
    "bouteille bouteilles bout btl btle bt bteille col cols unite unites unit units piece pieces u"
    " pce pcs flasche flaschen bottle bottles stuck stk each ea produit bottiglia botella"
)


def _bottles_sold(arguments: Arguments, context: Context) -> Function:
    number = number_reader(context.numbers)
    case_of = arguments["case_of"]

    def bottles_sold(values: tuple[Any, ...]) -> Decimal | None:
        quantity, *units = values
        unit = [str(one) for one in units if one is not None]
        if quantity is None or not unit or _folded(unit[0]).strip(" .") in _PLAIN_UNITS:
            return None
        try:
            return number(quantity) * bottles_of(unit, case_of)
        except Unreadable:
            # The quantity and the unit have fields of their own, where it is said.
            return None

    return bottles_sold


_CASE_OF = Argument(
    "case_of",
    gettext_lazy("bottles in a case that does not say"),
    "whole",
    6,
    minimum=1,
    maximum=60,
)

TRANSFORMATIONS = (
    Transformation(
        "bottle_equivalent",
        gettext_lazy("Bottles of 75 cl"),
        gettext_lazy(
            "“Magnum” → 2, “37,5 cl” → 0.5, “carton de 6 magnums” → 12, “BIB 3 L” → 4; size and"
            " packing may be in two columns."
        ),
        _bottle_equivalent,
        (
            _CASE_OF,
            Argument(
                "unit",
                gettext_lazy("unit of figures without one, such as 75"),
                choices=("", "cl", "l", "ml"),
            ),
        ),
        shape="columns",
        reads="any",
        gives="decimal",
    ),
    Transformation(
        "bottles_sold",
        gettext_lazy("Bottles of 75 cl sold"),
        gettext_lazy(
            "Quantity and unit: 2 and “Carton 6” → 12. Empty for “bouteille” and the like: the"
            " product's own size counts then."
        ),
        _bottles_sold,
        (_CASE_OF,),
        shape="columns",
        reads="any",
        gives="decimal",
    ),
)
