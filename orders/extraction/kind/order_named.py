"""By what a message names an order made before: its number, its day, its goods, or its turn.

Which of the customer's orders that is, :mod:`orders.changes.meant` finds out.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orders.extraction.kind.cue import B, E
from orders.extraction.kind.which import BEFORE_LAST
from orders.extraction.lines.products import match
from orders.extraction.text.mentions import mentions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from backoffice.core.dates import DateFound
    from orders.extraction.catalogue import Catalogue
    from orders.extraction.text.scan import Scan

_NUMBER = re.compile(r"(?<![\w-])cmd[-_ ]?(?P<year>20\d\d)[-_ ]?(?P<serial>\d{3,6})(?![\w-])")
_ORDER = (
    r"(?:l?com+and[ea]?s?|l?cmds?|cde|bdc|bc|bons?(?:\s+de\s+com+ande)?|orders?|po|l?koman\w+|"
    r"(?:ال)?طلبي?[هة]?|(?:ال)?كوم[اا]?ند\w*)"
)
_ONE = rf"(?:{_ORDER}|celles?|celui|ceux|the\s+one|dik\s+li|li|هاديك|ديك)"
_OF = r"(?:du|de|d'|des|le|of|from|dated|on|placed|dyal|d|ta3|ديال)"
# "La commande n° 45", "sur la CMD 39": the last figures of a number.
_SERIAL = re.compile(
    rf"{B}(?:{_ORDER}\s*(?:n°|nr|no\.?|num(?:ero)?|number|#|رقم)\s*:?|"
    rf"cmd\s)\s*(?P<serial>\d{{1,6}})"
    r"(?![\w/.,-]*\d|\s*(?:pieces?|pcs|cartons?|sach\w*|sacs?|bags?))"
)
_DAYS_AGO = (
    (-2, r"avant[- ]hier|wel\s?bare[7h]|awel\s+lbare[7h]|اول\s+البارح"),
    (-1, r"hier|yesterday|l?bare[7h]|lbar7|البارح\w*|امس"),
    (
        0,
        (
            r"ce\s+matin|this\s+morning|aujourd'hui|today|tout\s+a\s+l'heure|had\s+sba[h7]|"
            r"had\s+nhar|l?yom|l?youm|lyouma|اليوم|الصباح"
        ),
    ),
)
_AGO = tuple(
    (
        days,
        re.compile(
            rf"{B}(?:{_ONE}(?:\s+(?!(?:pour|for|"
            rf"livr)\w*)[^\W\d_]+){{0,3}}?\s+(?:{_OF}\s*)?(?:{words})|"
            rf"(?:{words})(?:'s|\s+dyal|\s+ديال)?\s+{_ORDER}){E}"
        ),
    )
    for days, words in _DAYS_AGO
)
_BEFORE_A_DAY = re.compile(
    rf"{B}{_ONE}(?:\s+(?!(?:pour|for|livr|deliver)\w*)[^\W\d_]+){{0,3}}?\s*{_OF}\s*(?:nhar\s+|"
    rf"the\s+|le\s+|last\s+)*$"
)
_DAY_OF_MONTH = re.compile(
    rf"{B}{_ONE}(?:\s+(?:passee?|faite|envoyee?|placed|sent))?\s+(?:du|of\s+the|from\s+the|dyal|"
    rf"ديال)\s+"
    r"(?P<day>[12]?\d|3[01])(?!\w|\s*[/.-]\s*\d)(?=\s*(?:$|[:,.;!?\n]|\w+\s*:|svp|stp|merci))"
)
_LAST = re.compile(
    rf"{B}(?:(?:derniere|last|latest|precedente)\s+(?:\w+\s+)?{_ORDER}|"
    rf"{_ORDER}\s+(?:lakhra|lkhra|precedente|d'avant|الاخير\w*))"
    rf"(?!\s+(?:{_OF}\s*)?(?:fois|time)){E}"
)
_BACK = re.compile(rf"{B}(?:{BEFORE_LAST}|li\s+9bel\s+l?a?khra){E}")
_OF_GOODS = re.compile(
    rf"{B}{_ORDER}\s+(?:de|des|d'|du|dyal|d|of|for|with|avec|ديال)\s*(?:l[ae]s?\s+|the\s+|l'?)?$"
)
# The day goes with the verb of ordering: "ce que j'ai commandé hier".
_COMMANDED = re.compile(
    rf"{B}(?:com+ande[ers]*|ordered|sent|envoye\w*|passee?s?|fait\w*|tlebt|dert|طلبت|"
    rf"درت)\s+(?:\w+\s+){{0,2}}?"
    rf"(?P<when>avant[- ]hier|hier|yesterday|l?bare[7h]|البارح\w*|ce\s+matin|this\s+morning){E}"
)


@dataclass(frozen=True, slots=True)
class Named:
    """What names the order; empty where nothing does.

    ``numbers`` are whole, ``serials`` their last figures. ``day`` it was placed on;
    ``back`` is 1 for the last order, 2 for the one before; ``goods`` are codes of
    what it holds ("la commande des torsadées").
    """

    numbers: tuple[str, ...] = ()
    serials: tuple[int, ...] = ()
    day: dt.date | None = None
    back: int = 0
    goods: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.numbers or self.serials or self.day or self.back)


NOTHING = Named()


def named(scans: Sequence[Scan], today: dt.date, catalogue: Catalogue) -> Named:
    """Return by what the author's own words name an order of before."""
    regions = [(one, start, end) for one in scans for start, end in one.regions()]
    numbers = [
        f"CMD-{found['year']}-{found['serial']}"
        for one, start, end in regions
        for found in _NUMBER.finditer(one.text, start, end)
    ]
    serials = [
        int(found["serial"])
        for one, start, end in regions
        for found in _SERIAL.finditer(one.text, start, end)
    ]
    days = [day for one, start, end in regions for day in _days(one, start, end, today)]
    back = max((_turn(one, start, end) for one, start, end in regions), default=0)
    goods = [code for one, start, end in regions for code in _goods(one, start, end, catalogue)]
    return Named(
        numbers=tuple(dict.fromkeys(numbers)),
        serials=tuple(dict.fromkeys(serials)),
        day=days[0] if days else None,
        back=back,
        goods=tuple(dict.fromkeys(goods)),
    )


def names_one(one: Scan, start: int, end: int, today: dt.date) -> bool:
    """Whether these words name an order of before by its number, its turn or a day gone by."""
    patterns = (_NUMBER, _SERIAL, _LAST, _BACK, _COMMANDED, *(pattern for _days, pattern in _AGO))
    if any(pattern.search(one.text, start, end) for pattern in patterns):
        return True
    # A paper of today's date is an order of its own.
    return any(day < today for day in _days(one, start, end, today))


def is_of_order(one: Scan, day: DateFound) -> bool:
    """Whether a day is the one an order was placed on: "la commande de mardi"."""
    # A rule for dates may take "du" into the date itself.
    lead = re.match(r"(?:du|de|le|the)\s+", one.text[day.start : day.end])
    before = one.text[max(0, day.start - 60) : day.start + (lead.end() if lead else 0)]
    return bool(_BEFORE_A_DAY.search(before.rpartition("\n")[2]))


def _turn(one: Scan, start: int, end: int) -> int:
    if _BACK.search(one.text, start, end):
        return 2
    return 1 if _LAST.search(one.text, start, end) else 0


def _days(one: Scan, start: int, end: int, today: dt.date) -> Iterator[dt.date]:
    for days, pattern in _AGO:
        if pattern.search(one.text, start, end):
            yield today + dt.timedelta(days=days)
            return
    for of_month in _DAY_OF_MONTH.finditer(one.text, start, end):
        yield _last_of(int(of_month["day"]), today)
    for found in one.dates:
        if not start <= found.start < end:
            continue
        if not is_of_order(one, found):
            continue
        if found.value <= today:
            yield found.value
        elif found.kind == "weekday":
            yield found.value - dt.timedelta(days=7)


def _last_of(day: int, today: dt.date) -> dt.date:
    """The last such day of a month."""
    month = today.replace(day=1)
    for _back in range(3):
        last = (month + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
        if day <= last.day and month.replace(day=day) <= today:
            return month.replace(day=day)
        month = (month - dt.timedelta(days=1)).replace(day=1)
    return today


def _goods(one: Scan, start: int, end: int, catalogue: Catalogue) -> Iterator[str]:
    for mention in mentions(one, start, end):
        before = one.masked[max(start, mention.start - 40) : mention.start]
        if _OF_GOODS.search(before) and (code := match(mention.traits, catalogue).code):
            yield code
