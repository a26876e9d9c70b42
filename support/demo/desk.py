"""Plays a thread of the demo: the customer's messages arrive, the worker drafts, staff decide.

Everything goes through the doors of the real desk; afterwards the rows are dated to when it
would have happened. What goes out is marked as sent at once; a worker finds nothing to send.
"""

from __future__ import annotations

import datetime as dt
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid, parseaddr
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone

from backoffice.messaging import twilio_door
from backoffice.messaging.mail_door import Mail, receive_mail
from backoffice.messaging.models import InboundMessage, OutboundMessage
from backoffice.messaging.receiving import receive
from backoffice.messaging.tasks import process_message
from crm import customers
from support import tasks, workflow
from support.automatic import switching
from support.demo.letters import report_of_failure
from support.incoming import intake
from support.incoming.submitting import DESK
from support.models import AutomaticTrial, Category, Draft, Ticket, TicketEvent

if TYPE_CHECKING:
    from collections.abc import Callable

ADDRESS = "Maison Olivette <sav@maison-olivette.example>"
DOMAIN = "boite.example"
STAFF = {
    "nadia": ("Nadia", "Lemaire"),
    "karim": ("Karim", "Haddad"),
    "odile": ("Odile", "Marchand"),
}
MANAGER = "odile"
# The worker takes a moment.
MINUTE = dt.timedelta(minutes=1)


class Desk:
    """The desk at work; ``now`` is the moment that hours are counted back from."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = now
        self.staff = {name: _member(name) for name in STAFF}
        self.tickets: dict[str, int] = {}
        self._switch("shadow")

    def play(self, thread: dict[str, Any]) -> None:
        """Have the thread's messages arrive and its steps done, one after the other.

        ``from``, or ``whatsapp`` with ``name`` and the address they are ``known_as``; then
        ``subject``, ``text``, and how many ``hours`` ago.
        ``automatic`` is the switch of its category meanwhile; ``then`` is a list of steps: what
        to ``do``, hours ``after`` the first message, ``by`` whom.
        """
        written_at = self.now - dt.timedelta(hours=thread["hours"])
        is_on = thread.get("automatic") == "on"
        if is_on:
            self._switch("on")
        message = self._arrive(thread, written_at)
        ticket = intake.ticket_of(message)
        if is_on:
            self._switch("shadow")
        if ticket is None:
            return
        self.tickets[thread.get("subject", "")] = ticket.pk
        for step in thread.get("then", ()):
            since = timezone.now()
            _STEPS[step["do"]](self, Ticket.objects.get(pk=ticket.pk), step)
            _date_back(ticket.pk, since, written_at + dt.timedelta(hours=step["after"]))

    def _arrive(self, thread: dict[str, Any], written_at: dt.datetime) -> InboundMessage:
        if "whatsapp" in thread:
            customers.register(
                name=thread["name"], email=thread["known_as"], phone=thread["whatsapp"]
            )
            return _work(_chat(thread, written_at), written_at)
        return _work(_mail(thread, written_at), written_at)

    def _switch(self, mode: str) -> None:
        category = Category.objects.get(key="Information commande")
        switching.switch(
            category.pk,
            by=self.staff[MANAGER],
            mode=mode,
            confidence=category.automatic_confidence,
            daily_limit=category.automatic_daily_limit,
            confirmed=True,
        )

    def approve(self, ticket: Ticket, step: dict[str, Any]) -> None:
        draft = ticket.drafts.get(status=Draft.Status.READY)
        body = draft.body
        if "insert" in step:
            *paragraphs, farewell = body.split("\n\n")
            body = "\n\n".join([*paragraphs, step["insert"], farewell])
        with transaction.atomic():
            workflow.approve(draft.pk, by=self.staff[step["by"]], body=body)
            _mark_sent(ticket)

    def reply(self, ticket: Ticket, step: dict[str, Any]) -> None:
        with transaction.atomic():
            workflow.reply(
                ticket.pk,
                by=self.staff[step["by"]],
                body=step["text"],
                revision=ticket.revision,
            )
            _mark_sent(ticket)

    def reject(self, ticket: Ticket, step: dict[str, Any]) -> None:
        draft = ticket.drafts.get(status=Draft.Status.READY)
        workflow.reject_draft(draft.pk, by=self.staff[step["by"]], reason=step["reason"])

    def close(self, ticket: Ticket, step: dict[str, Any]) -> None:
        workflow.close(ticket.pk, by=self.staff[step["by"]], reason=step["reason"])

    def assign(self, ticket: Ticket, step: dict[str, Any]) -> None:
        workflow.assign(ticket.pk, self.staff[step["to"]].pk, by=self.staff[step["by"]])

    def note(self, ticket: Ticket, step: dict[str, Any]) -> None:
        workflow.note(ticket.pk, step["text"], by=self.staff[step["by"]])

    def category(self, ticket: Ticket, step: dict[str, Any]) -> None:
        category = Category.objects.get(key=step["to"])
        workflow.change_category(ticket.pk, category.pk, by=self.staff[step["by"]])
        _draft(ticket)

    def merge(self, ticket: Ticket, step: dict[str, Any]) -> None:
        into = self.tickets[step["into"]]
        since = timezone.now()
        workflow.merge(ticket.pk, into, by=self.staff[step["by"]])
        target = Ticket.objects.get(pk=into)
        _draft(target)
        _date_back(into, since, ticket.last_message_at + MINUTE)

    def customer(self, ticket: Ticket, step: dict[str, Any]) -> None:
        self._answer(ticket, step, {})

    def machine(self, ticket: Ticket, step: dict[str, Any]) -> None:
        self._answer(ticket, step, {"Auto-Submitted": "auto-replied"})

    def bounce(self, ticket: Ticket, step: dict[str, Any]) -> None:
        sent = _sent(ticket).latest("pk")
        moment = ticket.opened_at + dt.timedelta(hours=step["after"])
        raw = report_of_failure(sent, ADDRESS, moment)
        _work(receive_mail(Mail(raw, desk=DESK))[0], moment)

    def _answer(self, ticket: Ticket, step: dict[str, Any], headers: dict[str, str]) -> None:
        sent = _sent(ticket).latest("pk")
        thread = {
            "from": f"{ticket.name} <{ticket.email}>",
            "subject": step.get("subject", sent.subject),
            "text": step["text"],
            "headers": {"In-Reply-To": sent.provider_id, "References": sent.provider_id, **headers},
        }
        moment = ticket.opened_at + dt.timedelta(hours=step["after"])
        _work(_mail(thread, moment), moment)


_STEPS: dict[str, Callable[[Desk, Ticket, dict[str, Any]], None]] = {
    "approve": Desk.approve,
    "reply": Desk.reply,
    "reject": Desk.reject,
    "close": Desk.close,
    "assign": Desk.assign,
    "note": Desk.note,
    "category": Desk.category,
    "merge": Desk.merge,
    "customer": Desk.customer,
    "machine": Desk.machine,
    "bounce": Desk.bounce,
}


def _member(name: str) -> User:
    """Somebody of the demo's staff, who cannot sign in."""
    first, last = STAFF[name]
    user, is_new = User.objects.get_or_create(
        username=f"demo.{name}",
        defaults={"first_name": first, "last_name": last, "is_staff": True},
    )
    if is_new:
        user.set_unusable_password()
        user.save(update_fields=["password"])
        role = "Responsable" if name == MANAGER else "Support"
        user.groups.add(Group.objects.get(name=role))
    return user


def _mail(thread: dict[str, Any], written_at: dt.datetime) -> InboundMessage:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = thread["from"]
    mail["To"] = ADDRESS
    mail["Subject"] = thread["subject"]
    mail["Date"] = format_datetime(written_at)
    mail["Message-ID"] = make_msgid(domain=parseaddr(thread["from"])[1].partition("@")[2])
    for name, value in thread.get("headers", {}).items():
        mail[name] = value
    mail.set_content(thread["text"])
    return receive_mail(Mail(mail.as_bytes(), desk=DESK))[0]


def _chat(thread: dict[str, Any], written_at: dt.datetime) -> InboundMessage:
    sid = f"SMdemo{int(written_at.timestamp()):026d}"
    form = {
        "MessageSid": sid,
        "From": f"whatsapp:{thread['whatsapp']}",
        "To": "whatsapp:+14155238886",
        "ProfileName": thread["name"],
        "Body": thread["text"],
        "NumMedia": "0",
    }
    raw = urlencode(form).encode()
    return receive(twilio_door.incoming(form, raw, written_at, desk=DESK))[0]


def _work(message: InboundMessage, written_at: dt.datetime) -> InboundMessage:
    """Do the worker's part at once: the ticket, its draft, and when it was."""
    since = timezone.now()
    process_message(message.pk)
    InboundMessage.objects.filter(pk=message.pk).update(
        received_at=written_at, processed_at=written_at + MINUTE
    )
    ticket = intake.ticket_of(message)
    if ticket is not None:
        _draft(ticket)
        # Where it was answered automatically.
        _mark_sent(ticket)
        ticket.thread.filter(message=message).update(created_at=written_at)
        Ticket.objects.filter(pk=ticket.pk, created_at__gte=since).update(created_at=written_at)
        _date_back(ticket.pk, since, written_at + MINUTE)
    return message


def _draft(ticket: Ticket) -> None:
    for pk in ticket.drafts.filter(status=Draft.Status.WAITING).values_list("pk", flat=True):
        tasks.write_draft(pk)


def _sent(ticket: Ticket) -> Any:  # noqa: ANN401 - a queryset
    about = ContentType.objects.get_for_model(Ticket)
    return OutboundMessage.objects.filter(about_type=about, about_id=ticket.pk)


def _mark_sent(ticket: Ticket) -> None:
    """Leave nothing for the worker to send."""
    for row in _sent(ticket).filter(status=OutboundMessage.Status.QUEUED):
        row.status = OutboundMessage.Status.SENT
        row.provider_id = make_msgid(domain="maison-olivette.example")
        row.sent_at = timezone.now()
        row.save(update_fields=["status", "provider_id", "sent_at"])


def _date_back(ticket_id: int, since: dt.datetime, moment: dt.datetime) -> None:
    """Let what has happened to the ticket ``since`` have happened at ``moment``."""
    dated: tuple[tuple[Any, tuple[str, ...]], ...] = (
        (TicketEvent.objects.filter(ticket=ticket_id), ("at",)),
        (Draft.objects.filter(ticket=ticket_id), ("created_at", "written_at", "decided_at")),
        (AutomaticTrial.objects.filter(ticket=ticket_id), ("created_at", "compared_at")),
        (_sent(Ticket(pk=ticket_id)), ("created_at", "sent_at", "handed_over_at")),
        (Ticket.objects.filter(pk=ticket_id), ("first_response_at", "ended_at")),
    )
    for rows, names in dated:
        for name in names:
            rows.filter(**{f"{name}__gte": since}).update(**{name: moment})
