"""Why an answer waits for a person: every reason has a name that is kept and a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterable


class Obstacle(models.TextChoices):
    """Kept in ``AutomaticTrial.reasons`` by its value."""

    # The category.
    UNSURE = "unsure", _("The machine is less sure of the category than asked for.")
    BY_PERSON = "by_person", _("A person chose the category.")
    FALLBACK = "fallback", _("The message fits no category.")
    OTHER_CATEGORY = "other_category", _("The draft was written for another category.")

    # The draft.
    NO_TEMPLATE = "no_template", _("There is no template for this category and language.")
    LANGUAGE = "language", _("The template is in another language than the message.")
    NOT_SETTLING = (
        "not_settling",
        _("After the reply somebody has to act: the template does not settle the matter."),
    )
    BY_MODEL = (
        "by_model",
        _("OpenAI put the reply into its own words: a person reads them first."),
    )
    MISSING = "missing", _("A fact that the template uses is not known.")
    ASKED_FOR = "asked_for", _("A person asked for this draft.")
    TEXT_CHANGED = (
        "text_changed",
        _("The template was changed after automatic answers were switched on."),
    )

    # The order.
    ORDER_NOT_OWN = "order_not_own", _("The order named is none of this customer's.")
    NO_ORDER = "no_order", _("It is not certain which order is meant.")

    ORDER_DIFFERS = "order_differs", _("The order's state does not fit the message.")

    # The ticket.
    NOT_NEW = "not_new", _("Somebody is already at work on the ticket.")
    SEVERAL = "several", _("The customer has written more than once.")
    MORE_COMING = "more_coming", _("Another message of this customer is still being read.")
    CAME_BACK = "came_back", _("The ticket was answered before.")
    ATTENTION = "attention", _("There is something to check on the ticket.")

    # The message.
    MACHINE = "machine", _("The message was sent by a machine.")
    QUIET = "quiet", _("The message must not be answered by the machine.")
    FILES = "files", _("A file came along that nobody could read.")
    OLD = "old", _("The message is older than two days.")
    BROUGHT_IN = "brought_in", _("Staff brought the message in.")
    PASSED_ON = "passed_on", _("Somebody else passed the message on.")

    # Its words.
    ANGRY = "angry", _("The customer is angry.")
    LEGAL = "legal", _("The message speaks of lawyers, authorities or the press.")
    THREAT = "threat", _("The customer says what they will do otherwise.")
    HARM = "harm", _("The message speaks of danger or harm.")
    PRIVACY = "privacy", _("The message speaks of personal data or fraud.")
    DEED = "deed", _("The customer asks for something that somebody has to do.")
    UNSAID = "unsaid", _("The customer asks for a fact that the reply does not tell.")
    QUESTIONS = "questions", _("The customer asks several things.")
    CONDITION = "condition", _("The customer says what they wish in one case or another.")
    LONG = "long", _("The message is long: a person reads all of it.")

    # The way back.
    NO_ADDRESS = "no_address", _("Nobody reads the address that an answer would go to.")
    HELD_UP = "held_up", _("Nothing can be sent by this channel at the moment.")
    WINDOW = "window", _("WhatsApp allows no free text any more: the last message is a day old.")
    LATELY = "lately", _("This customer got an automatic answer within the last 24 hours.")
    LIMIT = "limit", _("The day's limit of the category is reached.")


def sentence(reason: str) -> str:
    """A kept reason in the reader's language; what is no known name is a sentence already."""
    try:
        return str(Obstacle(reason).label)
    except ValueError:
        return reason


def sentences(reasons: Iterable[str]) -> list[str]:
    return [sentence(reason) for reason in reasons]
