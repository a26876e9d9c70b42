"""What a draft says: a template filled with facts, and personalised where OpenAI is at hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from support.automatic import answering
from support.drafting import choice, filling, personal, values
from support.drafting.placeholders import BY_NAME
from support.models import Draft

if TYPE_CHECKING:
    from support.drafting.filling import Filled
    from support.models import ReplyTemplate, Ticket
    from support.triage import Assessment


@dataclass(frozen=True, slots=True)
class Written:
    """A reply as it is prepared; ``notes`` and ``attention`` (of the ticket) are for staff."""

    body: str
    language: str
    template: ReplyTemplate | None = None
    method: str = Draft.Method.TEMPLATE
    facts: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    attention: list[str] = field(default_factory=list)


def compose(draft: Draft, ticket: Ticket, assessment: Assessment) -> Written:
    """The reply to the ticket as it was understood; asks OpenAI, so under no lock.

    Never raises where OpenAI fails: then the template's words stand, and the notes say why.
    """
    chosen = choice.choose(draft, assessment)
    template = chosen.template
    if template is None:
        return Written("", assessment.language, notes=chosen.notes)
    facts = values.of_ticket(ticket, assessment.order, template.language)
    filled = filling.fill(template.body, facts, template.language)
    missing = filled.missing or (["order_number"] if chosen.asks_for_order else [])
    reply = personal.personalise(
        personal.Request(
            draft=draft,
            template=template,
            filled=filled,
            facts=facts,
            language=assessment.language,
        )
    )
    return Written(
        body=reply.body or filled.body,
        language=reply.language or template.language,
        template=template,
        method=Draft.Method.OPENAI if reply.body else Draft.Method.TEMPLATE,
        facts=facts,
        missing=missing,
        notes=[*chosen.notes, *_about(filled, asks=chosen.asks_for_order), *reply.notes],
        attention=_unsaid(assessment, facts, reply.body or filled.body),
    )


def _unsaid(assessment: Assessment, facts: dict[str, str], body: str) -> list[str]:
    """What is asked for and known, and missing from the reply, in a sentence."""
    # That it is looked for is what somebody is told whose order is late.
    is_late = assessment.category.key == "Retard de livraison"
    asked = assessment.asked - ({"order_status", "delivery_date"} if is_late else set())
    names = answering.unsaid(asked, facts, body)
    if not names:
        return []
    told = _("The customer asks for what the reply does not tell: %(what)s.")
    return [told % {"what": ", ".join(str(BY_NAME[name].label) for name in names)}]


def _about(filled: Filled, *, asks: bool) -> list[str]:
    """What staff should know of the gaps of a template."""
    notes = []
    if filled.unknown:
        told = _("The template uses %(names)s, which is not known: fill in what is marked.")
        notes.append(told % {"names": ", ".join(filled.unknown)})
    if asks or filled.asks:
        notes.append(_("No order of this customer is known: the reply asks for its number."))
    elif filled.missing:
        labels = ", ".join(str(BY_NAME[name].label) for name in filled.missing)
        notes.append(_("Not known of the order: %(what)s.") % {"what": labels})
        notes += [_("Left out: “%(words)s”.") % {"words": words} for words in filled.left_out]
        if filled.marked:
            notes.append(_("Nothing would remain without it: fill in what is marked."))
    return notes
