"""Looking into the bases: what people changed, added and removed there.

Every two minutes by the time of the last edit; at night everything, which is how a removed
page is noticed. Our own edits come back and are known by the values both sides agreed on.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.core.jobs import LeaseLost
from backoffice.integrations import notion, notion_errors
from backoffice.integrations.errors import ServiceError
from support.incoming import submitting
from support.models import NotionBase, NotionPage, NotionSync, Ticket, TicketEvent
from support.notion import bases, contacts, creating, pushing, templates

if TYPE_CHECKING:
    from collections.abc import Callable

    from backoffice.integrations.notion import Notion
    from backoffice.integrations.notion_values import Page
    from support.notion.bases import Columns

logger = logging.getLogger(__name__)

Status = NotionPage.Status
# Notion tells minutes only, and shows an edit a little late: what was seen is looked at again.
OVERLAP = dt.timedelta(minutes=2)
# Where nothing was edited the look back still moves on, but stays behind any wrong clock.
_BEHIND = dt.timedelta(minutes=10)
# Seconds a run may take; the next one goes on where it ended.
BUDGET = 60.0
# Beyond it, a run that is in the middle of something.
_PATIENCE = 75.0
_MOST_PROBLEMS = 10


class Run:
    """One look into one base; ``sync`` is kept where it found something."""

    def __init__(self, base: NotionBase, budget: float = BUDGET) -> None:
        self.base = base
        self.sync = NotionSync(base=base)
        self.problems: list[str] = []
        # Notion could not be asked, or not to the end.
        self.failure = ""
        self.is_cut = False
        # The last edit that was met: those before it need not be looked at again.
        self.reached: dt.datetime | None = None
        self._end = time.monotonic() + budget

    def is_over(self) -> bool:
        return time.monotonic() >= self._end


def pull(base: NotionBase, *, budget: float = BUDGET) -> Run | None:
    """Take over what was edited in the base since the last look."""
    if not bases.configured(base):
        return None
    run = Run(base, budget)
    last = _last(base)
    since = last.seen_until - OVERLAP if last and last.seen_until else None
    started = timezone.now()
    _guarded(run, lambda client, columns: _read(client, columns, run, since))
    moments = [last.seen_until if last else None, run.reached]
    if not run.is_cut and not run.failure and since is not None:
        moments.append(started - _BEHIND)
    run.sync.seen_until = max(filter(None, moments), default=None)
    _keep(run, last)
    return run


def compare(
    base: NotionBase,
    *,
    since: dt.datetime | None = None,
    started: dt.datetime | None = None,
    budget: float = BUDGET,
) -> Run | None:
    """Go through the whole base, then ask for the pages that were not met.

    A run that was cut (``is_cut``) is to be continued ``since`` what it ``reached``, with the
    same ``started``.
    """
    if not bases.configured(base):
        return None
    run = Run(base, budget)
    begun = started or timezone.now()

    def look(client: Notion, columns: Columns) -> None:
        _read(client, columns, run, since)
        if not run.is_cut:
            _ask_for_missing(client, run, begun)

    _guarded(run, look)
    last = _last(base)
    run.sync.seen_until = last.seen_until if last else None
    _keep(run, last)
    return run


def _guarded(run: Run, look: Callable[[Notion, Columns], None]) -> None:
    try:
        with notion.connect(_PATIENCE) as client:
            look(client, bases.columns(client, run.base, fresh=True))
    except ServiceError as error:
        run.failure = str(error)


def _last(base: NotionBase) -> NotionSync | None:
    return NotionSync.objects.filter(base=base, seen_until__isnull=False).first()


def _keep(run: Run, last: NotionSync | None) -> None:
    """Store the run where it found something; else only how far it came.

    A run that failed has no end; the same failure again is no news.
    """
    sync = run.sync
    sync.problem = run.failure or "\n".join(run.problems[:_MOST_PROBLEMS])
    sync.ended_at = None if run.failure else timezone.now()
    newest = NotionSync.objects.filter(base=run.base).first()
    is_news = sync.created or sync.updated or sync.removed or sync.conflicts or run.problems
    has_failed = newest is not None and newest.ended_at is None
    if run.failure:
        is_news = not (has_failed and newest and newest.problem == run.failure)
    if is_news or newest is None or (has_failed and not run.failure):
        sync.save()
    elif last is not None:
        NotionSync.objects.filter(pk=last.pk).update(seen_until=sync.seen_until)


def _read(client: Notion, columns: Columns, run: Run, since: dt.datetime | None) -> None:
    for remote in client.pages(columns.source, edited_since=since):
        if run.is_over():
            run.is_cut = True
            return
        run.sync.pages += 1
        _meet(columns, remote, run)
        run.reached = max(run.reached or remote.edited_at, remote.edited_at)


def _meet(columns: Columns, remote: Page, run: Run) -> None:
    page = NotionPage.objects.filter(page_id=remote.id).first()
    if page is not None:
        NotionPage.objects.filter(pk=page.pk).update(seen_at=timezone.now())
        _meet_known(columns, remote, page, run)
    elif run.base == NotionBase.REPLIES:
        _meet_reply(columns, remote, run)
    else:
        _meet_contact(columns, remote, run)


def _meet_known(columns: Columns, remote: Page, page: NotionPage, run: Run) -> None:
    if page.ticket_id is None and page.template_id is None:
        return
    if page.status == Status.WORKING:
        # Its worker compares by itself, and what it writes brings the page back here.
        return
    was_removed = page.status == Status.REMOVED
    if not was_removed and _shows_what_we_know(columns, remote, page):
        return
    try:
        with transaction.atomic():
            merged = pushing.reconcile(page, remote, columns)
            if was_removed and page.status == Status.REMOVED:
                _return(page)
            if merged.writes or was_removed:
                _due_now(page)
    except LeaseLost:
        return
    run.sync.updated += 1
    run.sync.conflicts += merged.conflicts
    run.problems += merged.problems


def _shows_what_we_know(columns: Columns, remote: Page, page: NotionPage) -> bool:
    there = page.agreed.get("there")
    return there is not None and all(
        columns.text(remote, role) == value for role, value in there.items()
    )


def _due_now(page: NotionPage) -> None:
    NotionPage.objects.filter(pk=page.pk).exclude(status=Status.WORKING).update(
        status=Status.WAITING, attempts=0, next_attempt_at=timezone.now(), queued_at=None, error=""
    )


def _return(page: NotionPage) -> None:
    """Somebody took the page out of the trash."""
    if page.template_id:
        templates.switch_on(page)
    elif page.ticket_id:
        note = _("Its page is back in Notion.")
        TicketEvent.objects.create(
            ticket_id=page.ticket_id, kind=TicketEvent.Kind.NOTION, note=note
        )


def _meet_reply(columns: Columns, remote: Page, run: Run) -> None:
    """A page that somebody added becomes a template."""
    if _is_ours(columns, remote, run.base):
        return
    template, problem = templates.adopt(remote, columns)
    run.problems += [problem] if problem else []
    run.sync.created += template is not None


def _meet_contact(columns: Columns, remote: Page, run: Run) -> None:
    """A page that somebody added by hand becomes a ticket, once, if it is new."""
    there = contacts.shown(columns, remote)
    is_new = contacts.status_named(there["status"]) == Ticket.Status.NEW
    if not is_new or _is_ours(columns, remote, run.base):
        return
    try:
        _message, is_new = submitting.submit(
            text=there["message"],
            email=there["email"],
            name=there["name"],
            order_number=there["order"],
            external_id=remote.id,
            source=contacts.SOURCE,
        )
    except DomainError as error:
        run.problems.append(f"{there['name'] or remote.url}: {error}")
    else:
        run.sync.created += is_new


def _is_ours(columns: Columns, remote: Page, base: NotionBase) -> bool:
    """Whether we made it: without having heard of it yet, or before it was removed once."""
    if NotionPage.objects.filter(agreed__earlier__contains=[remote.id]).exists():
        return True
    unheard = NotionPage.objects.filter(base=base, page_id="", agreed__has_key=creating.ASKED)
    if any(creating.is_the_one(page, remote, columns) for page in unheard):
        return True
    # Last: its worker may have heard of it since we looked for it first.
    return NotionPage.objects.filter(page_id=remote.id).exists()


def _ask_for_missing(client: Notion, run: Run, begun: dt.datetime) -> None:
    """Ask for each page that the whole list did not hold."""
    rows = (
        NotionPage.objects.filter(base=run.base, created_at__lt=begun)
        .exclude(page_id="")
        .exclude(status__in=(Status.REMOVED, Status.WORKING))
        .exclude(seen_at__gte=begun)
        .exclude(ticket=None, template=None)
    )
    for page in rows.order_by("pk").iterator(chunk_size=200):
        if run.is_over():
            run.is_cut = True
            return
        if _is_removed(client, page):
            _remove(page)
            run.sync.removed += 1
        else:
            NotionPage.objects.filter(pk=page.pk).update(seen_at=timezone.now())


def look_at(page_id: str) -> None:
    """Note that the page was removed, if it was; where Notion cannot be asked the night tells."""
    page = NotionPage.objects.filter(page_id=page_id).exclude(status=Status.REMOVED).first()
    if page is None or not bases.configured(NotionBase(page.base)):
        return
    try:
        with notion.connect(_PATIENCE) as client:
            is_removed = creating.retrieved(client, page).is_removed
    except ServiceError:
        return
    if is_removed:
        _remove(page)
        NotionSync.objects.create(base=page.base, removed=1, ended_at=timezone.now())


def _is_removed(client: Notion, page: NotionPage) -> bool:
    try:
        return client.page(page.page_id).is_removed
    except ServiceError as error:
        if error.code != notion_errors.NOT_FOUND:
            raise
        # The base was read just now, so it is the page that is gone.
        return True


def _remove(page: NotionPage) -> None:
    with transaction.atomic():
        templates.hold(page)
        done = NotionPage.objects.filter(pk=page.pk, status=page.status).update(
            status=Status.REMOVED, next_attempt_at=None, error=""
        )
        if done:
            pushing.remove(page)
