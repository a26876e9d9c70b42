"""Writing down that we were in contact with a customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from crm.models import Customer, Interaction

if TYPE_CHECKING:
    import datetime as dt


def add(  # noqa: PLR0913 - the fields of a contact, by name
    customer_id: int,
    *,
    channel: str,
    subject: str,
    response: str = "",
    source: str = "",
    occurred_at: dt.datetime | None = None,
) -> Interaction:
    """One contact more in the customer's history, now if no moment is given.

    Of a customer who was merged into another it is the other one's. A moment to come is planned.
    ``source``: what wrote it, where it was not a person.
    """
    customer = Customer.objects.select_related("merged_into").get(pk=customer_id)
    moment = occurred_at or timezone.now()
    if not subject.strip():
        sentence = _("Say in a few words what the contact was about.")
        raise DomainError(sentence, code="contact_without_subject", field="subject")
    is_planned = moment > timezone.now()
    return Interaction.objects.create(
        customer=customer.merged_into or customer,
        channel=channel,
        subject=subject.strip()[:300],
        response=response.strip(),
        source=source,
        occurred_at=moment,
        status=Interaction.Status.PLANNED if is_planned else Interaction.Status.DONE,
    )
