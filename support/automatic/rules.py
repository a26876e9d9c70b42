"""Whether a draft may go without a person: the decision alone, from facts gathered before."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from support.automatic.obstacles import Obstacle
from support.drafting.gaps import gaps
from support.models import Draft, Ticket

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.models import Category

OLDEST = dt.timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the decision needs to know besides the rows of draft, ticket and category.

    ``messages`` counts all that came into the thread; ``age`` is that of the last one;
    ``is_touched``: somebody has done something with the ticket; ``wording`` is what its words
    call for; ``wants_deed``: they ask for more than facts; ``leaves_unsaid``: for a fact that the
    reply does not tell; ``sent_today`` the category's answers of the day.
    """

    messages: int
    is_touched: bool
    is_more_coming: bool
    has_text_changed: bool
    is_machine: bool
    is_quiet: bool
    is_brought_in: bool
    is_passed_on: bool
    age: dt.timedelta
    unread_files: int
    wording: tuple[Obstacle, ...]
    uses_order: bool
    has_own_order: bool
    does_order_differ: bool
    wants_deed: bool
    leaves_unsaid: bool
    is_reachable: bool
    can_leave: bool
    is_window_open: bool
    was_told_lately: bool
    sent_today: int


def obstacles(
    draft: Draft, ticket: Ticket, category: Category, found: Circumstances
) -> list[Obstacle]:
    """Why the draft must wait for a person; empty where it may go.

    Asks nothing of the database: ``found`` must have been gathered under the locks of the
    ticket and the category. The category's switch is the caller's to look at.
    """
    return [
        *_of_category(draft, ticket, category),
        *_of_draft(draft, ticket, found),
        *_of_order(ticket, found),
        *_of_ticket(draft, ticket, found),
        *_of_message(found),
        *found.wording,
        *_of_way(category, found),
    ]


def _of_category(draft: Draft, ticket: Ticket, category: Category) -> Iterator[Obstacle]:
    if ticket.category_confidence < category.automatic_confidence:
        yield Obstacle.UNSURE
    if ticket.category_method not in {Ticket.Method.RULES, Ticket.Method.OPENAI}:
        yield Obstacle.BY_PERSON
    if category.is_fallback or not category.is_active:
        yield Obstacle.FALLBACK
    if ticket.category_id != category.pk or draft.category_id != category.pk:
        yield Obstacle.OTHER_CATEGORY


def _of_draft(draft: Draft, ticket: Ticket, found: Circumstances) -> Iterator[Obstacle]:
    template = draft.template
    if template is None or not draft.body.strip():
        yield Obstacle.NO_TEMPLATE
    elif not ticket.language or {draft.language, template.language} != {ticket.language}:
        yield Obstacle.LANGUAGE
    if template is not None and not template.settles:
        yield Obstacle.NOT_SETTLING
    # Checked or not, some one in twenty of its inventions is not noticed.
    if draft.method != Draft.Method.TEMPLATE:
        yield Obstacle.BY_MODEL
    if draft.missing or gaps(draft.body):
        yield Obstacle.MISSING
    if draft.asked_by_id or draft.asked_template_id or draft.instructions:
        yield Obstacle.ASKED_FOR
    if found.has_text_changed:
        yield Obstacle.TEXT_CHANGED


def _of_order(ticket: Ticket, found: Circumstances) -> Iterator[Obstacle]:
    if found.does_order_differ:
        yield Obstacle.ORDER_DIFFERS
    if found.has_own_order:
        return
    if ticket.order_number:
        yield Obstacle.ORDER_NOT_OWN
    elif found.uses_order:
        yield Obstacle.NO_ORDER


def _of_ticket(draft: Draft, ticket: Ticket, found: Circumstances) -> Iterator[Obstacle]:
    if ticket.status != Ticket.Status.NEW or ticket.assignee_id or found.is_touched:
        yield Obstacle.NOT_NEW
    if found.messages != 1 or ticket.revision != 1 or draft.revision != 1:
        yield Obstacle.SEVERAL
    if found.is_more_coming:
        yield Obstacle.MORE_COMING
    if ticket.reopened or ticket.first_response_at:
        yield Obstacle.CAME_BACK
    if ticket.attention.strip():
        yield Obstacle.ATTENTION


def _of_message(found: Circumstances) -> Iterator[Obstacle]:
    if found.is_machine:
        yield Obstacle.MACHINE
    if found.is_quiet:
        yield Obstacle.QUIET
    if found.unread_files:
        yield Obstacle.FILES
    if found.age > OLDEST:
        yield Obstacle.OLD
    if found.is_brought_in:
        yield Obstacle.BROUGHT_IN
    if found.is_passed_on:
        yield Obstacle.PASSED_ON
    if found.wants_deed:
        yield Obstacle.DEED
    if found.leaves_unsaid:
        yield Obstacle.UNSAID


def _of_way(category: Category, found: Circumstances) -> Iterator[Obstacle]:
    if not found.is_reachable:
        yield Obstacle.NO_ADDRESS
    if not found.can_leave:
        yield Obstacle.HELD_UP
    if not found.is_window_open:
        yield Obstacle.WINDOW
    if found.was_told_lately:
        yield Obstacle.LATELY
    if found.sent_today >= category.automatic_daily_limit:
        yield Obstacle.LIMIT
