"""Making a page once: a creation whose answer was lost is looked up before another one."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.utils import timezone

from backoffice.core.jobs import LeaseLost
from backoffice.integrations import notion_errors
from backoffice.integrations.errors import ServiceError
from backoffice.integrations.notion_values import Page
from support.models import NotionBase, NotionPage
from support.notion import bases, contacts
from support.notion.comparing import same

if TYPE_CHECKING:
    from collections.abc import Mapping

    from backoffice.integrations.notion import Notion
    from support.notion.bases import Columns

# Clocks differ, and Notion leaves the seconds out.
_EARLIER = dt.timedelta(minutes=2)
ASKED = "asked_at"
# What the page said that was asked for: by it the page is known again.
SENT = "sent"
_TELLING = ("email", "order", "message", "name", "title", "body", "category")


def existing(client: Notion, columns: Columns, page: NotionPage) -> Page | None:
    """The row's page in Notion: known, made of it by hand, or made without our hearing of it."""
    if page.page_id:
        return retrieved(client, page)
    made_of = contacts.came_from(page.ticket) if page.ticket else ""
    if made_of and made_of not in page.agreed.get("earlier", []) and _is_free(made_of):
        page.page_id = made_of
        return retrieved(client, page)
    if ASKED in page.agreed:
        return _looked_up(client, columns, page)
    return None


def retrieved(client: Notion, page: NotionPage) -> Page:
    """The row's page, as a removed one where only that page is not to be seen."""
    try:
        return client.page(page.page_id)
    except ServiceError as error:
        if error.code != notion_errors.NOT_FOUND:
            raise
        # Only that page, or is the whole base not ours to see any more? The latter raises.
        bases.columns(client, NotionBase(page.base), fresh=True)
        return gone(page)


def gone(page: NotionPage) -> Page:
    """A page that was removed for good."""
    now = timezone.now()
    return Page(page.page_id, "", now, now, is_removed=True, values={})


def _is_free(page_id: str) -> bool:
    """Whether the page is no other row's; one whose ticket is gone makes room."""
    rows = NotionPage.objects.filter(page_id=page_id)
    rows.filter(ticket=None, template=None).delete()
    return not rows.exists()


def create(client: Notion, columns: Columns, page: NotionPage, sent: Mapping[str, str]) -> Page:
    """Make the page; that we are about to is committed before, so that a crash is noticed."""
    telling = {role: sent[role] for role in _TELLING if role in sent}
    page.agreed = {**page.agreed, ASKED: timezone.now().isoformat(), SENT: telling}
    ours = NotionPage.objects.filter(
        pk=page.pk, status=NotionPage.Status.WORKING, claimed_at=page.claimed_at
    )
    if not ours.update(agreed=page.agreed):
        raise LeaseLost(f"NotionPage {page.pk}")
    return client.create(columns.source, columns.payload(sent))


def _looked_up(client: Notion, columns: Columns, page: NotionPage) -> Page | None:
    since = asked_at(page)
    email = columns.by_role.get("email")
    wanted = page.agreed[SENT].get("email")
    where = {"property": email.name, email.type: {"equals": wanted}} if email and wanted else None
    for found in client.pages(columns.source, edited_since=since, where=where):
        if is_the_one(page, found, columns) and _is_free(found.id):
            return found
    return None


def asked_at(page: NotionPage) -> dt.datetime:
    asked = dt.datetime.fromisoformat(page.agreed[ASKED])
    return asked.replace(second=0, microsecond=0) - _EARLIER


def is_the_one(page: NotionPage, found: Page, columns: Columns) -> bool:
    """Whether ``found`` is what we asked for and never heard of again."""
    if found.created_at < asked_at(page):
        return False
    sent: Mapping[str, str] = page.agreed[SENT]
    return all(
        same(columns.text(found, role), columns.as_shown(role, sent[role]))
        for role in sent
        if role in columns.by_role
    )
