"""Which template a draft begins with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from support.drafting.placeholders import needs_order
from support.models import Language, ReplyTemplate, Suits, Tone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from support.models import Category, Draft
    from support.order_lookup.order_facts import OrderFacts
    from support.triage import Assessment

# What is tried where there is no template in the customer's language.
_NEXT_LANGUAGES: Final = (Language.FRENCH, Language.ENGLISH)


@dataclass(frozen=True, slots=True)
class Choice:
    """A template, or None where there is none at all, and why it is this one.

    ``asks_for_order``: it was taken because it needs no order, and none is known.
    """

    template: ReplyTemplate | None
    notes: list[str] = field(default_factory=list)
    asks_for_order: bool = False


def choose(draft: Draft, assessment: Assessment) -> Choice:
    """The template that was asked for; else the first of category, language and tone.

    Where no order is known one that states nothing of an order goes before the others; where
    one is, those that were written for orders in its state do. One query, whatever is found.
    """
    if draft.asked_template is not None:
        notes = _about_language(draft.asked_template, assessment.language)
        return Choice(draft.asked_template, notes)
    for category, rows in _by_category(assessment.category, state_of(assessment.order)):
        row, notes, asks = _of_category(rows, draft.tone, assessment)
        notes += _about_language(row, assessment.language)
        if category != assessment.category.pk:
            told = _("There is no template for “%(category)s”: this is one for what fits nowhere.")
            notes.append(told % {"category": assessment.category})
        return Choice(row, notes, asks)
    told = _("There is no active template for “%(category)s”: write the reply by hand.")
    return Choice(None, [told % {"category": assessment.category}])


def state_of(order: OrderFacts | None) -> Suits:
    """The state of an order as templates tell it apart; a day of delivery that is today is to come.

    An order that is overdue, or stuck, or whose words say nothing, is any order.
    """
    if order is None:
        return Suits.ANY
    if order.stage == "delivered":
        return Suits.DELIVERED
    if order.stage == "ended":
        return Suits.ENDED
    if order.stage == "stuck" or order.delivery_date is None:
        return Suits.ANY
    is_due = order.delivery_date < timezone.localdate()
    return Suits.ANY if is_due else Suits.NOT_DUE


def _by_category(category: Category, state: Suits) -> list[tuple[int, list[ReplyTemplate]]]:
    """Templates of the category, then of the one for what fits nowhere; none that is empty.

    Only those that may be sent about an order in that state.
    """
    found = ReplyTemplate.objects.filter(
        Q(category=category) | Q(category__is_fallback=True),
        is_active=True,
        suits__in={Suits.ANY, state},
    ).order_by("position", "pk")
    rows: dict[int, list[ReplyTemplate]] = {}
    for row in found:
        rows.setdefault(row.category_id, []).append(row)
    return sorted(rows.items(), key=lambda item: item[0] != category.pk)


def _of_category(
    rows: Sequence[ReplyTemplate], tone: str, assessment: Assessment
) -> tuple[ReplyTemplate, list[str], bool]:
    wanted = (assessment.language, *_NEXT_LANGUAGES, rows[0].language)
    language = next(code for code in wanted if any(row.language == code for row in rows))
    rows = [row for row in rows if row.language == language]
    # An apology in the wrong tense is worse than one in another tone.
    rows = [row for row in rows if row.suits] or rows
    notes: list[str] = []
    if tone:
        toned = [row for row in rows if row.tone == tone]
        if not toned:
            label = dict(Tone.choices).get(tone, tone)
            notes.append(
                _("There is no template in the tone “%(tone)s” for this.") % {"tone": label}
            )
        rows = toned or rows
    if assessment.wants_deed:
        # Somebody has to act: such a reply does not say that the matter is settled.
        rows = [row for row in rows if not row.settles] or rows
    if assessment.order is None and needs_order(rows[0].body):
        orderless = next((row for row in rows if not needs_order(row.body)), None)
        if orderless is not None:
            return orderless, notes, True
    return rows[0], notes, False


def _about_language(template: ReplyTemplate, language: str) -> list[str]:
    """A remark where the customer reads another language than the template's."""
    if template.language == language or not language:
        return []
    labels = dict(Language.choices)
    return [
        _("The customer writes in: %(theirs)s. The template is in: %(ours)s.")
        % {"theirs": labels.get(language, language), "ours": labels[template.language]}
    ]
