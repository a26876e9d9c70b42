"""How well wrong values are noticed: plants them into right readings and counts.

Of a message that was read rightly, one value is replaced by a wrong one: a telephone
number as quantity, a total as unit price, another line's quantity, an invoice's date, our
own name as the customer ... or a value that stands nowhere. The reading passes the same
checks as any other; the wrong value has to end below ``checks.DOUBTFUL``, and the right
values of untouched readings at or above it.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from orders.checks import DOUBTFUL
from orders.evaluation.fields import CUSTOMER, LINE, Said, said
from orders.evaluation.wrong import Wrong, wrong_values
from orders.extraction import our_company, rules
from orders.extraction.confidence import trust
from orders.extraction.model import as_answer, openai_reading
from orders.reading import Found

if TYPE_CHECKING:
    from collections.abc import Iterable

    from backoffice.messaging.content import MessageContent
    from orders.evaluation.corpus import Labelled
    from orders.extraction.who.company import Company
    from orders.reading import Evidence, OrderReading

    Places = tuple[Evidence, ...]

SEED = 20_261_121
# How sure whoever says a wrong value may be of it.
_SURE = 0.93
_GROUPS = (*CUSTOMER, *LINE, "currency", "total", "delivery_date")
# Figures and days are what goes wrong, and what costs most.
_WEIGHTS = {"quantity": 4.0, "unit_price": 6.0, "total": 8.0, "delivery_date": 6.0}
_WRITTEN = 0.75
WAYS = ("rules", "openai")


@dataclass(slots=True)
class Planted:
    """Counts of wrong values (planted, noticed) by kind and way, and of right ones kept."""

    planted: Counter[tuple[str, str]] = field(default_factory=Counter)
    noticed: Counter[tuple[str, str]] = field(default_factory=Counter)
    right: Counter[tuple[str, str]] = field(default_factory=Counter)
    kept: Counter[tuple[str, str]] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)

    def share_noticed(self, way: str) -> float:
        return _share(self.noticed, self.planted, way)

    def share_kept(self, way: str) -> float:
        return _share(self.kept, self.right, way)


def _share(part: Counter[tuple[str, str]], whole: Counter[tuple[str, str]], way: str) -> float:
    total = sum(count for (_kind, by), count in whole.items() if by == way)
    return sum(count for (_kind, by), count in part.items() if by == way) / total if total else 0.0


@dataclass(frozen=True, slots=True)
class ReadMessage:
    """A labelled message and what was read of it before any check."""

    message: Labelled
    reading: OrderReading


def measure(
    messages: Iterable[ReadMessage], company: Company, *, per_message: int = 4, seed: int = SEED
) -> Planted:
    """Plant ``per_message`` wrong values, one at a time, in each right order; both ways."""
    chance = random.Random(seed)  # noqa: S311 - a repeatable choice, no secret
    result = Planted()
    for one in messages:
        for way in WAYS:
            for value in said(
                _checked(one.reading, one.message.content, company, way), one.message.label
            ):
                if value.is_right and value.group in _GROUPS:
                    result.right[value.group, way] += 1
                    result.kept[value.group, way] += value.found.confidence >= DOUBTFUL
        _plant(one, company, per_message, chance, result)
    return result


def _plant(
    one: ReadMessage, company: Company, count: int, chance: random.Random, result: Planted
) -> None:
    rightly = [v for v in said(one.reading, one.message.label) if v.is_right and v.group in _GROUPS]
    if not one.reading.is_order.value or not rightly:
        return
    for _turn in range(count):
        target = chance.choices(rightly, [_WEIGHTS.get(v.group, 1.0) for v in rightly])[0]
        choices = wrong_values(target, one.reading, one.message.content, company)
        # As often as there is something to mistake it for, take what the message does say.
        written = [wrong for wrong in choices if "in the text" in wrong.kind]
        if written and chance.random() < _WRITTEN:
            choices = written
        if not choices:
            continue
        wrong = chance.choice(sorted(choices, key=lambda w: (w.kind, str(w.value))))
        for way in WAYS:
            altered = altered_reading(one.reading, target, wrong, chance, one.message.content)
            checked = _checked(altered, one.message.content, company, way)
            confidence = _at(checked, target).confidence
            result.planted[wrong.kind, way] += 1
            result.noticed[wrong.kind, way] += confidence < DOUBTFUL
            if confidence >= DOUBTFUL:
                result.missed.append(
                    f"{one.message.name} {way} {target.group}[{target.line}] {wrong.kind}: "
                    f"{target.found.value} -> {wrong.value} ({confidence})"
                )


def _checked(
    reading: OrderReading, content: MessageContent, company: Company, way: str
) -> OrderReading:
    """A reading as the desk would get it: by the rules, or as if a model had answered it."""
    if way == "openai":
        reading = openai_reading.understood(as_answer.of(reading, content), content)[0]
    return trust.weighed(reading, content, company)


def altered_reading(
    reading: OrderReading,
    target: Said,
    wrong: Wrong,
    chance: random.Random,
    content: MessageContent,
) -> OrderReading:
    """The reading with one wrong value, said to stand in one of four places."""
    evidence = _evidence(target.found.evidence, wrong.evidence, chance, content)
    bad: Found[Any] = Found(wrong.value, max(target.found.confidence, _SURE), evidence)
    if target.line is not None:
        line = replace(reading.lines[target.line], **{target.group: bad})
        lines = (*reading.lines[: target.line], line, *reading.lines[target.line + 1 :])
        return replace(reading, lines=lines)
    if target.group in CUSTOMER:
        return replace(reading, customer=replace(reading.customer, **{target.group: bad}))
    changes: dict[str, Any] = {target.group: bad}
    return replace(reading, **changes)


def _evidence(
    right: Places, wrong: Places, chance: random.Random, content: MessageContent
) -> Places:
    """Where the right value stands, where the wrong one does, all between, or nowhere."""
    choice = chance.choice(("right", "wrong", "between", "nowhere"))
    if choice == "nowhere":
        return ()
    if choice == "right" or not wrong:
        return right
    if choice == "between" and right and right[0].document == wrong[0].document:
        start = min(right[0].start, wrong[0].start)
        end = max(right[0].end, wrong[0].end)
        document = content.document(right[0].document)
        text = document.text[start:end] if document else ""
        return (replace(right[0], start=start, end=end, text=text),)
    return wrong


def _at(reading: OrderReading, target: Said) -> Found[Any]:
    if target.line is not None:
        found: Found[Any] = getattr(reading.lines[target.line], target.group)
        return found
    holder = reading.customer if target.group in CUSTOMER else reading
    value: Found[Any] = getattr(holder, target.group)
    return value


def by_rules(messages: Iterable[Labelled], *, per_message: int = 4) -> Planted:
    """Plant wrong values into what the rules read of labelled messages."""
    us = our_company()
    read = [ReadMessage(one, rules.read(one.content, company=us)) for one in messages]
    return measure(read, us, per_message=per_message)


def table(planted: Planted) -> list[str]:
    """Lines to print: how many wrong values were doubted, of which kind, and right ones kept."""
    lines = [f"{'':42} {WAYS[0]:>9} {WAYS[1]:>9}"]
    for title, part, whole in (
        (_("Wrong values that were doubted"), planted.noticed, planted.planted),
        (_("Right values that were not"), planted.kept, planted.right),
    ):
        lines.append(f"{title:42}" + "".join(f" {_share(part, whole, way):9.3f}" for way in WAYS))
        for name in sorted({name for name, _way in whole}):
            counts = [f"{part[name, way]}/{whole[name, way]}" for way in WAYS]
            lines.append(f"  {name:40}" + "".join(f" {count:>9}" for count in counts))
    return lines


def as_json(planted: Planted) -> dict[str, Any]:
    return {
        way: {
            "planted": sum(count for (_kind, by), count in planted.planted.items() if by == way),
            "doubted": round(planted.share_noticed(way), 4),
            "kept": round(planted.share_kept(way), 4),
        }
        for way in WAYS
    } | {"missed": planted.missed}
