"""An answer in words, made of facts alone: nothing that a trader wrote freely is in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from babel.dates import format_date
from babel.numbers import format_decimal
from django.utils import timezone

from listings.asking import phrases

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence
    from decimal import Decimal

    from listings.asking.bounds import Bounds
    from listings.asking.doubts import Doubt
    from listings.asking.question import Asked
    from listings.asking.summing import Summary
    from listings.asking.words import Language
    from listings.models import Listing

# The month first, as Americans write, is read wrong by everybody else.
_DATES = {"en": "en_GB"}
_MOST_NAMES = 20
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Part:
    """All that a question is about, or one of several watches that it names.

    ``ends``: the cheapest and the dearest; ``doubt``: what is held against the cheapest.
    """

    name: str
    summary: Summary
    ends: tuple[Listing, ...]
    doubt: Doubt | None = None

    @property
    def cited(self) -> tuple[Listing, ...]:
        """What is said of it cites these."""
        instead = self.doubt.instead if self.doubt else None
        return (*self.ends, instead) if instead else self.ends


class Teller:
    """Says things in the language of a question."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._phrases = phrases.of(language)
        self._facts = self._phrases.facts

    def sentence(self, name: str, **values: object) -> str:
        return self._phrases.sentences[name] % values

    def counted(self, side: str, count: int) -> str:
        return self._phrases.counted[side][count != 1]

    def number(self, value: int) -> str:
        return self._figure(value, "#,##0")

    def euros(self, value: Decimal | None) -> str:
        return self.money(value, "EUR") if value is not None else ""

    def money(self, value: Decimal, currency: str) -> str:
        """Without cents where there are none; the sign of the euro, the code of others."""
        form = "#,##0" if value == value.to_integral_value() else "#,##0.00"
        unit = "€" if currency == "EUR" else currency
        return f"{self._figure(value, form)} {unit}".strip()

    def day(self, day: dt.date) -> str:
        return str(format_date(day, "short", locale=_DATES.get(self._language, self._language)))

    def _figure(self, value: Decimal | int, form: str) -> str:
        text = str(format_decimal(value, format=form, locale=self._language))
        # French groups with a narrow blank that few programs read as one.
        return re.sub(r"\s", "\u00a0", text)

    def asked(self, asked: Asked) -> str:
        """What was looked for: how the question was understood."""
        said = [
            f" {self._facts['or']} ".join(map(str, asked.named)),
            asked.condition and self._facts[asked.condition],
            asked.movement and self._facts[asked.movement],
            asked.size_mm and f"{asked.size_mm} mm",
            self._has("box", has=asked.box),
            self._has("papers", has=asked.papers),
            *self._limits(asked.bounds),
            asked.days
            and self._facts["between_days"]
            % (self.day(asked.days.first), self.day(asked.days.last)),
            *(f"“{word}”" for word in asked.words),
        ]
        return ", ".join(part for part in said if part)

    def _has(self, name: str, *, has: bool | None) -> str:
        return "" if has is None else self._facts[name if has else f"no_{name}"]

    def _limits(self, limits: Bounds) -> Iterator[str]:
        for name in ("least", "above", "most", "below"):
            value = getattr(limits, name)
            if value is not None:
                yield self._facts[name] % self.money(value, limits.currency)
        first, last = limits.year_from, limits.year_to
        if first and first == last:
            yield str(first)
        elif first and last:
            yield f"{first}–{last}"
        elif first:
            yield self._facts["from_year"] % first
        elif last:
            yield self._facts["to_year"] % last

    def line(self, listing: Listing) -> str:
        """A listing in a line, with its id to cite it by."""
        names = (listing.brand, listing.model, listing.reference)
        facts = [
            " ".join(name for name in names if name) or self._facts["unnamed"],
            self.price(listing),
            str(listing.year or ""),
            listing.condition and self._facts[listing.condition],
            self._has("box", has=True) if listing.box else "",
            self._has("papers", has=True) if listing.papers else "",
            self.day(timezone.localdate(listing.offered_at)),
        ]
        return f"{' · '.join(part for part in facts if part)} [{listing.pk}]"

    def doubt(self, doubt: Doubt) -> str:
        """That the lowest price is odd, why, and which is the lowest one that is not."""
        why = ", ".join(self._facts[f"odd_{kind}"] for kind in doubt.kinds)
        price = self.euros(doubt.listing.price_eur)
        said = self.sentence("suspicious", price=price, id=doubt.listing.pk, why=why)
        if doubt.instead is None:
            return f"{said} {self.sentence('all_suspicious')}"
        return f"{said} {self.sentence('unsuspicious', line=self.line(doubt.instead))}"

    def price(self, listing: Listing) -> str:
        if listing.price is None:
            return self._facts["no_price"]
        own = self.money(listing.price, listing.currency)
        if listing.currency == "EUR" or listing.price_eur is None:
            return own
        return f"{own} ({self.euros(listing.price_eur)})"


def nothing(asked: Asked) -> str:
    """That nothing was found, and what was looked for."""
    teller = Teller(asked.language)
    if asked.is_empty:
        return teller.sentence("unclear")
    what = f"{teller.counted(asked.side, 1)}; {teller.asked(asked)}".removesuffix("; ")
    return teller.sentence("none", what=what)


def warning(asked: Asked, part: Part) -> str:
    """What is held against the lowest price of a part; empty where that is nothing."""
    return Teller(asked.language).doubt(part.doubt) if part.doubt else ""


def answer(
    asked: Asked,
    whole: Part,
    shown: Sequence[Listing],
    unheard: Sequence[str],
    parts: Sequence[Part] = (),
) -> str:
    """The figures of all that matched, of each of its ``parts``, then the listings ``shown``."""
    teller, summary = Teller(asked.language), whole.summary
    lines = [_head(teller, asked, summary, unheard), *_prices(teller, asked, whole)]
    doubt = [teller.doubt(whole.doubt)] if whole.doubt else []
    first = _is_first(asked, summary)
    if first:
        lines.insert(0, teller.sentence(asked.wish, line=teller.line(shown[0])))
    # Beside the offer that is called the cheapest, else beside the prices.
    at = 1 if first and asked.wish == "cheapest" else len(lines)
    lines[at:at] = doubt
    lines += [_part(teller, asked, part) for part in parts]
    if asked.wish == "who" and (names := _traders(shown)):
        lines.append(teller.sentence("traders", names=names))
    if unheard:
        lines.append(teller.sentence("unheard", words=", ".join(unheard)))
    lines += [f"- {teller.line(listing)}" for listing in shown[first:]]
    if summary.count > len(shown):
        lines.append(teller.sentence("more", more=teller.number(summary.count - len(shown))))
    return "\n".join(lines)


def _is_first(asked: Asked, summary: Summary) -> bool:
    """Whether one listing is asked for: the newest, or that with the best price."""
    is_priced = asked.wish in {"cheapest", "dearest"} and summary.priced > 0
    return asked.wish == "newest" or is_priced


def _head(teller: Teller, asked: Asked, summary: Summary, unheard: Sequence[str]) -> str:
    values: dict[str, Any] = {
        "count": teller.number(summary.count),
        "counted": teller.counted(asked.side, summary.count),
        "what": teller.asked(asked.without_words(unheard)),
    }
    return teller.sentence("found" if values["what"] else "all", **values)


def _prices(teller: Teller, asked: Asked, whole: Part) -> Iterator[str]:
    """The spread of prices; both ends are among the listings shown."""
    summary = whole.summary
    if not whole.ends:
        if asked.wish in {"cheapest", "dearest", "worth"}:
            yield teller.sentence("unpriced")
        return
    yield _spread(teller, whole)
    if summary.priced < summary.count:
        values = {"priced": teller.number(summary.priced), "count": teller.number(summary.count)}
        yield teller.sentence("partly", **values)


def _part(teller: Teller, asked: Asked, part: Part) -> str:
    count = part.summary.count
    values = {"count": teller.number(count), "counted": teller.counted(asked.side, count)}
    said = teller.sentence("found", what=part.name, **values)
    if not part.ends:
        return said
    said = f"{said} {_spread(teller, part)}"
    return f"{said} {teller.doubt(part.doubt)}" if part.doubt else said


def _spread(teller: Teller, part: Part) -> str:
    """The prices of many, by the ids of the cheapest and of the dearest."""
    summary = part.summary
    return teller.sentence(
        "one_price" if summary.priced == 1 else "spread",
        low=teller.euros(summary.lowest_eur),
        low_id=part.ends[0].pk,
        high=teller.euros(summary.highest_eur),
        high_id=part.ends[-1].pk,
        median=teller.euros(summary.median_eur),
        average=teller.euros(summary.average_eur),
    )


def _traders(shown: Sequence[Listing]) -> str:
    """Each once, with the listings that are theirs."""
    theirs: dict[str, list[int]] = {}
    for listing in shown:
        if listing.trader:
            name = " ".join(str(listing.trader).split())[:_LONGEST_NAME]
            theirs.setdefault(name, []).append(listing.pk)
    names = [
        f"{name} {' '.join(f'[{pk}]' for pk in ids)}"
        for name, ids in [*theirs.items()][:_MOST_NAMES]
    ]
    return ", ".join(names)
