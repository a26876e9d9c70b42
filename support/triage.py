"""Understanding a ticket: its category, the order it is about, its language."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core import ai, spoken
from support.incoming.submitting import stated_order_number
from support.models import Category, Ticket, TicketEvent, TicketMessage
from support.order_lookup import order_facts, order_fit, order_named
from support.order_lookup.order_named import Reader
from support.understanding import asks, order_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from support.order_lookup.order_facts import OrderFacts
    from support.understanding.classifier import Prediction, TrainedClassifier

# Below this a person should look at the category: every other such guess is wrong.
UNSURE: Final = 0.65
# The last messages of a thread; what is older was answered long ago.
MOST_MESSAGES: Final = 12
# A message of fewer words ("et ma commande ?") is understood with what was written before.
_FEWEST_WORDS: Final = 3
_WORD: Final = re.compile(r"[^\W_]+")
_WRITTEN: Final = (
    "category",
    "category_confidence",
    "category_method",
    "category_reasons",
    "proposed_category",
    "language",
    "order_number",
    "shop_order",
    "order",
    "attention",
    "updated_at",
)

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Assessment:
    """What was understood of a ticket. ``attention`` are sentences for staff.

    ``order_number`` is as the customer wrote it; ``order`` only where it is their own, and
    then it may have been told without a number ("my order", and there is one only).
    ``wants_deed``: they ask for a deed, and for no fact that a reply can tell; ``asked`` are the
    facts, as :class:`support.understanding.asks.Asks` has them.
    """

    category: Category
    confidence: float
    method: str
    language: str
    reasons: tuple[str, ...] = ()
    order_number: str = ""
    order: OrderFacts | None = None
    attention: tuple[str, ...] = field(default=())
    wants_deed: bool = False
    asked: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Thread:
    """The customer's messages, oldest first, and what a form's field said in each."""

    texts: tuple[str, ...]
    stated: tuple[str, ...]


def assess(ticket: Ticket) -> Assessment:
    """Understand the ticket's thread; slow where OpenAI is asked, so under no lock.

    A category that a person decided stays. Raises nothing that a retry would mend: where
    OpenAI fails the local classifier answers.
    """
    thread = _thread(ticket)
    categories = list(Category.objects.filter(is_active=True))
    found, number = _by_model(thread, categories) or _by_rules(thread, categories)
    if ticket.category_method == Ticket.Method.PERSON and ticket.category is not None:
        found = replace(
            found,
            category=ticket.category,
            confidence=ticket.category_confidence,
            method=Ticket.Method.PERSON.value,
            reasons=tuple(ticket.category_reasons),
        )
    return _with_order(found, ticket, thread, number)


def apply(ticket: Ticket, assessment: Assessment) -> None:
    """Write what was understood to the locked ticket, with an event where it changed."""
    before = ticket.category
    order = assessment.order
    if ticket.category_method != Ticket.Method.PERSON:
        ticket.category = ticket.proposed_category = assessment.category
        ticket.category_confidence = assessment.confidence
        ticket.category_method = assessment.method
        ticket.category_reasons = list(assessment.reasons)
    ticket.language = assessment.language
    ticket.order_number = assessment.order_number
    ticket.shop_order_id = order.pk if order and order.source == "shop" else None
    ticket.order_id = order.pk if order and order.source == "desk" else None
    ticket.attention = _attention(ticket, assessment)
    ticket.save(update_fields=_WRITTEN)
    if ticket.category != before:
        TicketEvent.objects.create(
            ticket=ticket,
            kind=TicketEvent.Kind.CATEGORISED,
            changes={"category": [str(before) if before else "", str(ticket.category)]},
        )


def _thread(ticket: Ticket) -> _Thread:
    rows = ticket.thread.filter(kind=TicketMessage.Kind.MESSAGE).select_related("message")
    rows = rows.defer("message__raw")
    last = list(rows.order_by("-message__sent_at", "-pk")[:MOST_MESSAGES])[::-1]
    texts = tuple(row.text for row in last)
    stated = [stated_order_number(row.message) for row in last]
    if ticket.order_number and last and not any(stated):
        # Of a spreadsheet, or set by a person; else it is what an earlier reading found.
        is_read = order_named.are_read(ticket.order_number, texts)
        stated[0] = "" if is_read else ticket.order_number
    return _Thread(texts, tuple(stated))


def _by_model(thread: _Thread, categories: Sequence[Category]) -> tuple[Assessment, str] | None:
    """What OpenAI understood, and the number it found; None where the rules must answer."""
    if not any(text.strip() for text in thread.texts) or not ai.is_available():
        return None
    from support.understanding import model  # noqa: PLC0415 - needed with a key only

    try:
        answer = model.ask(thread.texts, categories, shop=settings.SHOP_NAME)
    except ai.AiError as error:
        _logger.info("OpenAI did not understand a ticket: %s", error.code or type(error).__name__)
        return None
    number = answer.order_number or ""
    found = Assessment(
        category=next(one for one in categories if one.key == answer.category),
        confidence=answer.confidence,
        method=Ticket.Method.OPENAI.value,
        language=answer.language,
        reasons=tuple(answer.reasons),
    )
    return found, number if order_named.is_grounded(number, thread.texts) else ""


def _by_rules(thread: _Thread, categories: Sequence[Category]) -> tuple[Assessment, str]:
    from support.understanding import versions  # noqa: PLC0415 - imports numpy

    classifier = versions.current()
    newest = thread.texts[-1] if thread.texts else ""
    said = _predict(classifier, newest, categories)
    whole = "\n\n".join(thread.texts)
    if len(thread.texts) > 1 and (
        said[1].confidence < UNSURE or len(_WORD.findall(newest)) < _FEWEST_WORDS
    ):
        with_context = _predict(classifier, whole, categories)
        said = max(said, with_context, key=lambda one: one[1].confidence)
    category, prediction = said
    has_words = len(_WORD.findall(newest)) >= _FEWEST_WORDS
    found = Assessment(
        category=category,
        confidence=prediction.confidence,
        method=Ticket.Method.RULES.value,
        language=spoken.of(newest if has_words else whole),
        reasons=prediction.reasons,
    )
    return found, ""


def _predict(
    classifier: TrainedClassifier, text: str, categories: Sequence[Category]
) -> tuple[Category, Prediction]:
    """The likeliest of the categories in use, with its own chance."""
    prediction = classifier.classify(text)
    by_key = {one.key: one for one in categories}
    fallback = next(one for one in categories if one.is_fallback)
    if prediction.category in by_key:
        return by_key[prediction.category], prediction
    chances = {key: chance for key, chance in prediction.chances.items() if key in by_key}
    if not chances:
        return fallback, replace(prediction, confidence=0.0, reasons=())
    key = max(chances, key=lambda one: chances[one])
    return by_key[key], replace(prediction, confidence=chances[key], reasons=())


def _with_order(found: Assessment, ticket: Ticket, thread: _Thread, number: str) -> Assessment:
    """Add which order it is about, and what staff have to look at."""
    reader = Reader(order_facts.reader_of(ticket), ticket.email)
    own = order_facts.of_person(reader.customer, reader.email)
    # Of several messages another may be the one that asks about an order.
    is_other = (
        found.category.is_fallback
        and found.confidence >= order_numbers.SURE_OF_NONE
        and len(thread.texts) == 1
    )
    named = order_named.by_number(thread.texts, thread.stated, reader, own, is_other=is_other)
    if not named.number and number:
        named = order_named.by_number([""], [number], reader, own)
    order, attention = named.order, list(named.attention)
    if not named.number:
        on = timezone.localdate(ticket.last_message_at)
        order, reason = order_named.without_number(found.category, own, on=on)
        attention += [reason] if reason else []
    asked = asks.of("\n".join(thread.texts))
    if order is not None:
        differs = order_fit.disagreement(found.category, order, asked.facts)
        attention += [differs] if differs else []
    if found.confidence < UNSURE and found.method != Ticket.Method.PERSON:
        attention.append(_("The machine is not sure of the category: check it."))
    if ticket.customer is not None and reader.customer is None:
        attention.append(order_facts.unconfirmed(ticket.customer))
    return replace(
        found,
        confidence=round(found.confidence, 4),
        order_number=named.number[: _length("order_number")],
        order=order,
        attention=tuple(attention),
        wants_deed=asked.wants_deed and not asked.facts - {asks.OTHER},
        asked=asked.facts,
    )


def _attention(ticket: Ticket, assessment: Assessment) -> str:
    """What the messages themselves call for, then what was understood."""
    told = ticket.thread.exclude(quiet_reason="").order_by("message__sent_at", "pk")
    sentences = "\n".join(told.values_list("quiet_reason", flat=True)).splitlines()
    return "\n".join(dict.fromkeys([*sentences, *assessment.attention]))


def _length(name: str) -> int:
    limit: Any = Ticket._meta.get_field(name)  # noqa: SLF001 - Django's own API
    return int(limit.max_length)
