"""How the mailboxes are doing: the figures of the page on which mail is fetched.

Whatever the number of runs and messages, it takes five queries and one for each desk.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.jobs.heartbeat import worker_is_alive
from backoffice.messaging import desks, kinds, mailbox_runs, mailboxes
from backoffice.messaging.models import Channel, InboundMessage, MailboxCursor, MailboxRun

if TYPE_CHECKING:
    from collections.abc import Iterable

Message = InboundMessage.Status
STUCK = (Message.NEEDS_ATTENTION, Message.FAILED)
UNREAD = (Message.RECEIVED, Message.PROCESSING)
SHOWN_RUNS = 15
SHOWN_MESSAGES = 20
# A run is taken up within seconds by a worker that has nothing else to do.
PATIENCE = timedelta(seconds=20)
# What a service keeps waiting for longer than this is not worth watching.
WATCHED = timedelta(minutes=10)


@dataclass(slots=True)
class Figures:
    """What became of the messages of one run."""

    total: int = 0
    unread: int = 0
    made: int = 0
    attention: int = 0
    failed: int = 0
    kinds: dict[str, int] = field(default_factory=dict)

    @property
    def read(self) -> int:
        return self.total - self.unread

    def add(self, kind: str, status: str, number: int) -> None:
        self.total += number
        self.unread += number * (status in UNREAD)
        self.made += number * (status == Message.DONE)
        self.attention += number * (status == Message.NEEDS_ATTENTION)
        self.failed += number * (status == Message.FAILED)
        if kind:
            name = kinds.label(kind)
            self.kinds[name] = self.kinds.get(name, 0) + number


@dataclass(frozen=True, slots=True)
class RunShown:
    run: MailboxRun
    figures: Figures

    @property
    def is_open(self) -> bool:
        return self.run.status in mailbox_runs.OPEN and not self.is_interrupted

    @property
    def is_interrupted(self) -> bool:
        is_dead = self.run.status == MailboxRun.Status.RUNNING and mailbox_runs.is_lost(self.run)
        return is_dead or self.run.status == MailboxRun.Status.INTERRUPTED

    @property
    def is_waiting_long(self) -> bool:
        waits = timezone.now() - self.run.asked_at
        return self.run.status == MailboxRun.Status.WAITING and waits > PATIENCE

    @property
    def is_live(self) -> bool:
        """Whether there is something to watch."""
        if self.is_open:
            return True
        ended = self.run.finished_at
        is_fresh = ended is not None and timezone.now() - ended < WATCHED
        return is_fresh and self.figures.unread > 0

    @property
    def percent(self) -> int:
        """How far it is: half of it is storing the messages, half is reading them."""
        if not self.run.found:
            return 0
        done = self.stored + self.run.known + self.run.known + self.figures.read
        return min(100, 50 * done // self.run.found)

    @property
    def stored(self) -> int:
        # A run that was interrupted has not told of its last batch.
        return max(self.run.stored, self.figures.total)

    @property
    def label(self) -> str:
        return desks.label(self.run.mailbox)

    @property
    def makes(self) -> str:
        """What the figure of what was made of them counts."""
        made = desks.makes(self.run.mailbox)
        return str(made.label) if made else _("done")


@dataclass(frozen=True, slots=True)
class MailboxShown:
    name: str
    label: str
    address: str
    cursors: list[MailboxCursor]
    unread: int
    run: RunShown | None

    @property
    def setting(self) -> str:
        """What to set to have this mailbox read."""
        return f"{self.name.upper()}_IMAP_USER"

    @property
    def run_error(self) -> str:
        """Why the last run failed, unless a folder says the same."""
        error = self.run.run.error if self.run else ""
        return "" if error in {cursor.error for cursor in self.cursors} else error

    @property
    def is_busy(self) -> bool:
        return self.run is not None and self.run.is_open


@dataclass(frozen=True, slots=True)
class State:
    mailboxes: list[MailboxShown]
    history: list[RunShown]
    stuck: list[InboundMessage]
    worker_is_alive: bool

    @property
    def is_live(self) -> bool:
        """Whether the page is worth looking at again in a moment."""
        return self.worker_is_alive and any(run.is_live for run in self.history)

    @property
    def any_configured(self) -> bool:
        return any(mailbox.address for mailbox in self.mailboxes)


def state() -> State:
    history = _history()
    waiting = dict(
        InboundMessage.objects.filter(channel=Channel.EMAIL, status__in=UNREAD)
        .order_by()
        .values_list("desk")
        .annotate(Count("pk"))
    )
    cursors = list(MailboxCursor.objects.order_by("mailbox", "pk"))
    shown = [
        _mailbox(name, history, [row for row in cursors if row.mailbox == name], waiting)
        for name in settings.MAILBOXES
    ]
    return State(shown, history, _stuck(history), worker_is_alive())


def _mailbox(
    name: str, history: list[RunShown], cursors: list[MailboxCursor], waiting: dict[str, int]
) -> MailboxShown:
    own = (run for run in history if run.run.mailbox == name)
    last = next((run for run in own if run.run.source == MailboxRun.Source.MAILBOX), None)
    is_configured = name in mailboxes.configured()
    return MailboxShown(
        name=name,
        label=desks.label(name),
        address=settings.MAILBOXES[name]["user"] if is_configured else "",
        cursors=[cursor for cursor in cursors if cursor.folder in mailboxes.folders(name)],
        unread=waiting.get(name, 0),
        run=last,
    )


def _history() -> list[RunShown]:
    runs = list(MailboxRun.objects.select_related("asked_by")[:SHOWN_RUNS])
    figures = _figures(run.pk for run in runs)
    _count_what_was_made(runs, figures)
    return [RunShown(run, figures[run.pk]) for run in runs]


def _figures(run_ids: Iterable[int]) -> dict[int, Figures]:
    found = {run_id: Figures() for run_id in run_ids}
    rows = (
        InboundMessage.objects.filter(run__in=list(found))
        .order_by()
        .values_list("run_id", "kind", "status")
        .annotate(Count("pk"))
    )
    for run_id, kind, status, number in rows:
        found[run_id].add(kind, status, number)
    return found


def _count_what_was_made(runs: list[MailboxRun], figures: dict[int, Figures]) -> None:
    """In the desk's own words: a message may hold two orders, or a change of an earlier one."""
    for name in {run.mailbox for run in runs}:
        ids = [run.pk for run in runs if run.mailbox == name]
        if made := desks.makes(name):
            numbers = made.count(ids)
            for run_id in ids:
                figures[run_id].made = numbers.get(run_id, 0)


def _stuck(history: list[RunShown]) -> list[InboundMessage]:
    """Messages of these runs that a person has to look at, newest first."""
    rows = InboundMessage.objects.filter(
        run__in=[run.run.pk for run in history], status__in=STUCK
    ).defer("body")
    return list(rows[:SHOWN_MESSAGES])
