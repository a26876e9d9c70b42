"""What people ask for about Notion: to be in step now, a page again, a look at the bases."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.core.jobs import enqueue, start_over
from support.models import NotionBase, NotionPage, NotionSource, Ticket, TicketEvent
from support.notion import bases, pushing, templates

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.models import QuerySet

PERMISSION = "support.change_notionpage"
Status = NotionPage.Status
# An answer that did not come within this time will not come.
PATIENCE = timedelta(minutes=5)
# Tickets at a time that get their page after the fact.
_AT_ONCE = 1000


def synchronise(*, by: User) -> None:
    """Look into both bases and write what waits, now. ``DomainError`` where nothing is set up."""
    from support.notion import tasks  # noqa: PLC0415 - tasks call this module

    _require(by)
    with transaction.atomic():
        catch_up()
        now = timezone.now()
        _free(status=Status.WAITING).update(next_attempt_at=now)
        enqueue(tasks.pull)
        enqueue(tasks.push)


def check(*, by: User) -> bool:
    """Have the worker look at how the bases are made; False where it is at it already."""
    from support.notion import tasks  # noqa: PLC0415 - tasks call this module

    _require(by)
    with transaction.atomic():
        for base in NotionBase:
            NotionSource.objects.get_or_create(base=base)
        rows = NotionSource.objects.select_for_update(no_key=True).order_by("pk")
        if any(is_checking(row) for row in rows):
            return False
        NotionSource.objects.update(check_asked_at=timezone.now())
        enqueue(tasks.check)
    return True


def is_checking(row: NotionSource) -> bool:
    asked = row.check_asked_at
    if asked is None or timezone.now() - asked > PATIENCE:
        return False
    return row.checked_at is None or row.checked_at < asked


def write_again(page_id: int | str, *, by: User) -> NotionPage:
    """Make the page of a ticket or template anew that somebody removed in Notion, or try again."""
    from support.notion import tasks  # noqa: PLC0415 - tasks call this module

    _require(by)
    every = NotionPage.objects
    rows = every.filter(pk=page_id) if str(page_id).isdecimal() else every.none()
    with transaction.atomic():
        for known in rows:
            templates.hold(known)
        page = rows.select_for_update(no_key=True).first()
        if page is None:
            raise DomainError(_("This Notion page is not known any more."), code="gone")
        if page.status not in (Status.REMOVED, Status.FAILED):
            error = DomainError(_("The page is in step, or is being written already."))
            error.conflict = True
            raise error
        fields: dict[str, object] = {}
        if page.status == Status.REMOVED:
            # Taken out of the trash, the earlier one must not become a new ticket.
            earlier = [*page.agreed.get("earlier", []), page.page_id]
            fields = {"page_id": "", "agreed": {"earlier": earlier}}
        start_over(pushing.LANE, page, **fields)
        if page.ticket_id:
            TicketEvent.objects.create(
                ticket_id=page.ticket_id,
                kind=TicketEvent.Kind.NOTION,
                actor=by,
                note=_("To be written to Notion again."),
            )
        elif page.template is not None:
            templates.switch_on(page)
        enqueue(tasks.push)
    return page


def offer_templates(*, by: User) -> int:
    """Write the templates that are only here to Notion; returns how many."""
    from support.notion import tasks  # noqa: PLC0415 - tasks call this module

    _require(by)
    if not bases.configured(NotionBase.REPLIES):
        raise DomainError(_("NOTION_REPLIES_BASE is empty."), code="not_configured")
    with transaction.atomic():
        count = templates.offer()
        enqueue(tasks.push)
    return count


@transaction.atomic
def catch_up() -> None:
    """Give what failed all its attempts again, and open tickets without a page one.

    The new ones first, and then what nobody holds: who merges tickets makes two pages, too.
    """
    if bases.configured(NotionBase.CONTACTS):
        _make_missing()
    _free(status=Status.FAILED).update(
        status=Status.WAITING, attempts=0, next_attempt_at=None, queued_at=None
    )


def _make_missing() -> None:
    tickets = Ticket.objects.open().filter(notion_page=None).order_by("pk")
    now = timezone.now()
    NotionPage.objects.bulk_create(
        [
            NotionPage(base=NotionBase.CONTACTS, ticket_id=pk, changed_at=now, queued_at=None)
            for pk in tickets.values_list("pk", flat=True)[:_AT_ONCE]
        ],
        ignore_conflicts=True,
    )


def _free(**wanted: str) -> QuerySet[NotionPage]:
    """Rows that nobody holds, now ours: who merges tickets holds two, and may wait for us."""
    rows = NotionPage.objects.select_for_update(skip_locked=True, no_key=True).filter(**wanted)
    return NotionPage.objects.filter(pk__in=list(rows.order_by("pk").values_list("pk", flat=True)))


def _require(by: User) -> None:
    if not by.has_perm(PERMISSION):
        raise PermissionDenied
    if missing := bases.missing_settings():
        told = _("Notion is not set up: %(names)s is empty.") % {"names": ", ".join(missing)}
        if "NOTION_TOKEN" in missing or len(missing) == len(bases.SETTINGS):
            raise DomainError(told, code="not_configured")
