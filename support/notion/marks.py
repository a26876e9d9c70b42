"""Noting that a row has changed here, so that its page in Notion is written."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from support.models import NotionBase, NotionPage
from support.notion import bases

if TYPE_CHECKING:
    from support.models import Ticket

Status = NotionPage.Status
# What happens to a ticket within this time becomes one request; the sweeper takes it up then.
QUIET = timedelta(seconds=20)
FRESH = {"attempts": 0, "claimed_at": None, "queued_at": None, "error": ""}


def touch(ticket: Ticket) -> None:
    """Have the ticket's page written, where Notion is configured.

    Called in the transaction of every change to status, category, reply or order of a ticket,
    with the ticket locked. A page that somebody removed in Notion is not made again by this.
    """
    if not bases.configured(NotionBase.CONTACTS):
        return
    now = timezone.now()
    due = now + QUIET
    page = NotionPage.objects.select_for_update(no_key=True).filter(ticket=ticket).first()
    if page is None:
        NotionPage.objects.bulk_create(
            [
                NotionPage(
                    base=NotionBase.CONTACTS,
                    ticket=ticket,
                    changed_at=now,
                    next_attempt_at=due,
                    queued_at=None,
                )
            ],
            ignore_conflicts=True,
        )
        return
    fields: dict[str, object] = {"changed_at": now}
    if page.status in (Status.IN_STEP, Status.FAILED):
        fields |= {**FRESH, "status": Status.WAITING, "next_attempt_at": due}
    # One that is being written is written once more: its worker compares ``changed_at``.
    NotionPage.objects.filter(pk=page.pk).update(**fields)
