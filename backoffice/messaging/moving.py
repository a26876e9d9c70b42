"""Reading a message again, and moving it to the desk it was meant for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.core.jobs import enqueue, start_over
from backoffice.messaging import desks, media, tasks
from backoffice.messaging.lanes import INBOX
from backoffice.messaging.models import Attachment, Document, InboundMessage

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_OPEN = (InboundMessage.Status.RECEIVED, InboundMessage.Status.PROCESSING)
PERMISSION = "messaging.process_inboundmessage"


class MessageBeingRead(DomainError):
    """The worker has the message at this moment."""

    code = "message_being_read"
    conflict = True


def process_again(message_id: int, *, by: User) -> InboundMessage:
    """Have the message read anew by its desk, with another try for files that gave trouble.

    What the desk proposed before is the desk's to renew; it does not double it.
    """
    with transaction.atomic():
        message = _locked(message_id, by)
        _restart(message)
        _record(message, by, _("Read again."))
    return message


def read_late_files() -> int:
    """Have messages read again whose files could be fetched only now; returns how many."""
    ended = InboundMessage.objects.exclude(status__in=_OPEN)
    read = 0
    for message_id in media.fetch_late():
        with transaction.atomic():
            message = ended.select_for_update(no_key=True).filter(pk=message_id).first()
            here = Attachment.objects.filter(message_id=message_id).exclude(document=None)
            here.update(fetch_again_at=None)
            # One that waits for its turn finds the file there.
            if message is not None:
                _restart(message)
                read += 1
    return read


def move(message_id: int, desk: str, *, by: User) -> InboundMessage:
    """Give the message to another desk, which reads it as if it had come there.

    The former desk withdraws what it proposed; where people have decided
    something on it already, its DomainError stops the move.
    """
    if desk not in {known.name for known in desks.all_desks()}:
        raise DomainError(
            _("There is no desk “%(desk)s”.") % {"desk": desk},
            code="unknown_desk",
            field="desk",
            value=desk,
        )
    with transaction.atomic():
        message = _locked(message_id, by)
        former = message.desk
        if former == desk:
            raise DomainError(
                _("The message is already at this desk. Choose another one."),
                code="same_desk",
                field="desk",
                value=desk,
            )
        desks.withdraw(message)
        # What a person decided, no desk undoes by handing the message on.
        _restart(message, desk=desk, handed_from=former)
        _record(
            message,
            by,
            _("Moved from %(former)s to %(desk)s.")
            % {"former": desks.label(former), "desk": desks.label(desk)},
        )
    return message


def _locked(message_id: int, by: User) -> InboundMessage:
    if not by.has_perm(PERMISSION):
        raise PermissionDenied
    # no_key: whoever validates the message's order points its outbox row at the message while
    # holding the order, which is what we wait for next.
    message = InboundMessage.objects.select_for_update(no_key=True).get(pk=message_id)
    # Moving it now would let the attempt under way propose to the former desk.
    if message.status == InboundMessage.Status.PROCESSING:
        raise MessageBeingRead(_("The message is being read right now. Try again in a minute."))
    return message


def _restart(message: InboundMessage, **fields: object) -> None:
    """Forget the outcome and what went wrong with files; keep every text that was read."""
    attachments = Attachment.objects.filter(message=message)
    attachments.filter(document=None).exclude(source_url="").update(problem="", fetch_again_at=None)
    Document.objects.filter(attachments__message=message).exclude(problem="").update(
        read_at=None, problem=""
    )
    start_over(INBOX, message, processed_at=None, kind="", reason="", **fields)
    enqueue(tasks.process_message, message.pk)


def _record(message: InboundMessage, by: User, what: str) -> None:
    LogEntry.objects.log_actions(by.pk, [message], CHANGE, what, single_object=True)
