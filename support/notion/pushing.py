"""Writing pages: one row of work per page, worked off by one worker at a time.

Once a minute a job goes through what is due, for so long as leaves room for other jobs:
Notion takes three requests a second, so a hundred rows in the queue would only block it.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.jobs import Lane, LeaseLost, RetryPolicy, finish, give_up, perform, retry_later
from backoffice.integrations import notion, notion_errors
from backoffice.integrations.errors import NotConfigured, ServiceError
from support.models import NotionBase, NotionPage, ReplyTemplate, Ticket, TicketEvent
from support.notion import bases, contacts, creating, templates
from support.notion.comparing import note_written

if TYPE_CHECKING:
    from backoffice.integrations.notion import Notion
    from backoffice.integrations.notion_values import Page
    from support.notion.bases import Columns
    from support.notion.comparing import Merged

Status = NotionPage.Status
LANE: Lane[NotionPage] = Lane(
    NotionPage,
    waiting=Status.WAITING,
    working=Status.WORKING,
    failed=Status.FAILED,
    policy=RetryPolicy(max_attempts=8),
)
# Seconds; the next run comes after a minute.
BUDGET = 30.0
# Beyond it, a page that is in the middle of something.
_PATIENCE = 45.0
_TIMES = 2


@dataclass(slots=True)
class _Run:
    # How often each page was looked at.
    done: Counter[int] = field(default_factory=Counter)
    # Notion cannot be asked at the moment: the others would only fail as well.
    is_stopped: bool = False


def push(budget: float = BUDGET) -> int:
    """Write the pages that are due; returns how many were looked at."""
    if not any(bases.configured(base) for base in NotionBase):
        return 0
    run = _Run()
    end = time.monotonic() + budget
    with notion.connect(budget + _PATIENCE) as client:
        while pks := _due(run):
            for pk in pks:
                if run.is_stopped or time.monotonic() >= end:
                    return run.done.total()
                perform(LANE, pk, partial(_work, run, client))
                run.done[pk] += 1
    return run.done.total()


def _due(run: _Run, limit: int = 50) -> list[int]:
    now = timezone.now()
    waiting = Q(status=Status.WAITING) & (Q(next_attempt_at=None) | Q(next_attempt_at__lte=now))
    left = Q(status=Status.WORKING, claimed_at__lte=now - LANE.lease)
    on = [base for base in NotionBase if bases.configured(base)]
    rows = NotionPage.objects.filter(waiting | left, base__in=on)
    # One that changes again and again meanwhile leaves room for others.
    rows = rows.exclude(pk__in=[pk for pk, times in run.done.items() if times >= _TIMES])
    return [*rows.order_by("next_attempt_at", "pk").values_list("pk", flat=True)[:limit]]


def _work(run: _Run, client: Notion, page: NotionPage) -> None:
    try:
        _write(client, page)
    except ServiceError as error:
        if error.code == notion_errors.UNKNOWN_PROPERTY:
            # Renamed since we looked: the next attempt looks again.
            bases.forget()
        elif error.permanent:
            give_up(LANE, page, str(error))
            return
        run.is_stopped = isinstance(error, NotConfigured) or error.code == "connection"
        wait = error.retry_after.total_seconds() if error.retry_after else None
        run.is_stopped |= wait is not None
        retry_later(LANE, page, str(error), retry_after=wait)


def _write(client: Notion, page: NotionPage) -> None:
    if page.ticket_id is None and page.template_id is None:
        # Its row is gone; the page there is people's own now.
        finish(LANE, page, status=Status.IN_STEP)
        return
    base = NotionBase(page.base)
    columns = bases.columns(client, base)
    remote = creating.existing(client, columns, page)
    if remote is None:
        _create(client, columns, page)
        return
    if remote.is_removed:
        with transaction.atomic():
            remove(page)
            finish(LANE, page, status=Status.REMOVED, page_id=remote.id)
        return
    with transaction.atomic():
        writes = reconcile(page, remote, columns).writes
        # A change that comes from now on is one to be written after this.
        mark = page.changed_at
    shown = remote
    if writes:
        shown = client.update(columns.source, remote.id, columns.payload(writes))
    _end(page, columns, writes, shown, mark=mark)


def _create(client: Notion, columns: Columns, page: NotionPage) -> None:
    mark = page.changed_at
    sent = _values(page)
    remote = creating.create(client, columns, page, sent)
    _end(page, columns, sent, remote, mark=mark)


def _values(page: NotionPage) -> dict[str, str]:
    if page.template is not None:
        return templates.values(page.template)
    assert page.ticket is not None  # noqa: S101 - one of the two, see the caller
    return contacts.values(page.ticket)


def reconcile(page: NotionPage, remote: Page, columns: Columns) -> Merged:
    """Take over what changed there, under the locks; the page is saved.

    Raises ``LeaseLost`` where another attempt took the page over meanwhile.
    """
    known = page.claimed_at
    templates_ = ReplyTemplate.objects.select_for_update(no_key=True)
    tickets = Ticket.objects.select_for_update(no_key=True)
    if page.template_id is not None:
        template = templates_.get(pk=page.template_id)
        _lock(page, known)
        merged = templates.reconcile(page, template, remote, columns)
    elif page.ticket_id is not None:
        ticket = tickets.get(pk=page.ticket_id)
        _lock(page, known)
        merged = contacts.reconcile(page, ticket, remote, columns)
    else:
        raise LeaseLost(f"NotionPage {page.pk}")
    page.page_id = remote.id
    page.save(update_fields=["agreed", "remote_edited_at", "changed_at", "page_id"])
    return merged


def _lock(page: NotionPage, claimed_at: object) -> None:
    """Lock the row and bring it up to date, after its ticket or template was locked."""
    page.refresh_from_db(from_queryset=NotionPage.objects.select_for_update(no_key=True))
    if page.claimed_at != claimed_at:
        raise LeaseLost(f"NotionPage {page.pk}")


def _end(
    page: NotionPage,
    columns: Columns,
    sent: dict[str, str],
    shown: Page,
    *,
    mark: object,
) -> None:
    with transaction.atomic():
        _lock(page, page.claimed_at)
        roles = contacts.ROLES if page.ticket_id else templates.ROLES
        note_written(page, sent, {role: columns.text(shown, role) for role in roles})
        fields: dict[str, object] = {
            "agreed": page.agreed,
            "page_id": shown.id,
            "remote_edited_at": shown.edited_at,
            "written_at": timezone.now() if sent else page.written_at,
        }
        if page.changed_at == mark:
            finish(LANE, page, status=Status.IN_STEP, **fields)
        else:
            due = timezone.now()
            finish(LANE, page, status=Status.WAITING, next_attempt_at=due, attempts=0, **fields)


def remove(page: NotionPage) -> None:
    """Note that somebody removed the page there: it is not made again by itself."""
    if page.template_id:
        templates.switch_off(page)
    elif page.ticket_id:
        TicketEvent.objects.create(
            ticket_id=page.ticket_id,
            kind=TicketEvent.Kind.NOTION,
            note=_("Its page was removed in Notion."),
        )
