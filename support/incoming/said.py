"""What a customer says in a message: their own words, spoken ones, and files nobody could read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from support.incoming.writers import is_passed_on
from support.understanding import number_labels, order_numbers

if TYPE_CHECKING:
    from backoffice.messaging.content import MessageContent, ReadDocument

# Characters kept of a message; the message itself keeps all of it.
MOST = 50_000
_OF_A_FILE = 4_000
_MOST_SIGNED, _LONGEST_SIGNED = 3, 120


def text_of(content: MessageContent) -> str:
    """The customer's own words, without quoted answers and signature.

    Below them, marked as a signature, what names an order in it: "Réf. commande : 10402".
    Voice messages count as words. Where there are none, what stands in the files, then
    the subject.
    """
    body = content.document("body")
    spoken = [one.text for one in content.documents if one.kind == "audio"]
    words = [_own(body, content) if body else "", *spoken]
    said = "\n\n".join(filter(None, (one.strip() for one in words)))
    if not said:
        written = [one.text.strip()[:_OF_A_FILE] for one in _files(content) if one.kind != "audio"]
        said = "\n\n".join(filter(None, written))
    if not said:
        subject = content.document("subject")
        said = subject.text.strip() if subject else ""
    signed = _orders_signed(body, said) if body and said else ""
    return said[: MOST - len(signed)] + signed


def unread(content: MessageContent) -> str:
    """A sentence for staff about files whose content no machine knows; empty where all is read."""
    unknown = [one for one in _files(content) if one.problem or not one.text.strip()]
    if not unknown:
        return ""
    names = ", ".join(one.filename or one.mime or one.kind for one in unknown[:5])
    return _("Look at the files yourself, no text was read in them: %(names)s.") % {"names": names}


def says_anything(content: MessageContent) -> bool:
    """Whether there is any word or file at all."""
    return any(one.text.strip() for one in content.documents) or bool(_files(content))


def _own(body: ReadDocument, content: MessageContent) -> str:
    if content.forwarded_by is None:
        return body.own_text()
    # What a customer forwards (the carrier's e-mail) is of use only with their words about it.
    return body.own_text() if is_passed_on(content) else body.text


def _orders_signed(body: ReadDocument, said: str) -> str:
    """The lines of the signature that call a number an order's, as a signature of their own."""
    if not body.fresh:
        return ""
    signed = "\n".join(body.text[span.start : span.end] for span in body.signature)
    lines = [line.strip() for line in signed.splitlines() if _calls_an_order(line)]
    lines = [line for line in lines if line not in said]
    return "\n".join(["", "", "-- ", *lines[:_MOST_SIGNED]]) if lines else ""


def _calls_an_order(line: str) -> bool:
    found = order_numbers.find(line) if len(line) <= _LONGEST_SIGNED else []
    return any(one.score >= number_labels.NAMED for one in found)


def _files(content: MessageContent) -> list[ReadDocument]:
    return [one for one in content.documents if one.key.startswith("attachment")]
