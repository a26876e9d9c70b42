"""What a draft says: a template filled with facts, and personalised where OpenAI is at hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from backoffice.messaging import templating
from support.models import Draft, ReplyTemplate

if TYPE_CHECKING:
    from support.models import Ticket
    from support.triage import Assessment


@dataclass(frozen=True, slots=True)
class Written:
    """A reply as it is prepared; ``notes`` are sentences for staff."""

    body: str
    language: str
    template: ReplyTemplate | None = None
    method: str = Draft.Method.TEMPLATE
    facts: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def compose(draft: Draft, ticket: Ticket, assessment: Assessment) -> Written:
    """The reply to the ticket as it was understood; asks OpenAI, so under no lock."""
    template = (
        draft.asked_template
        or ReplyTemplate.objects.filter(is_active=True, category=assessment.category)
        .order_by("position")
        .first()
    )
    if template is None:
        return Written("", assessment.language, notes=[_("There is no template to write from.")])
    order = assessment.order
    facts = {"customer_name": ticket.name, "shop_name": settings.SHOP_NAME}
    if order:
        facts |= {"order_number": order.number, "order_status": order.status}
    values = {name: facts.get(name, "") for name in templating.placeholders_in(template.body)}
    return Written(
        body=templating.render(template.body, values),
        language=template.language,
        template=template,
        facts={name: value for name, value in facts.items() if value},
        missing=[name for name, value in values.items() if not value],
    )
