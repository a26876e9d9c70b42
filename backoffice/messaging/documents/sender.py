"""Who sent an e-mail: one of us or not, and where answers go."""

from __future__ import annotations

from email.utils import parseaddr
from typing import TYPE_CHECKING, Final

from django.conf import settings

from backoffice.integrations.mail import is_nobody
from backoffice.messaging.content import Person
from backoffice.messaging.documents import headers, machines

if TYPE_CHECKING:
    from collections.abc import Sequence
    from email.message import Message

# Two people with the same public provider are not colleagues.
PUBLIC_DOMAINS: Final = frozenset(
    [
        "gmail.com",
        "googlemail.com",
        "outlook.com",
        "outlook.fr",
        "hotmail.com",
        "hotmail.fr",
        "live.com",
        "live.fr",
        "msn.com",
        "yahoo.com",
        "yahoo.fr",
        "icloud.com",
        "me.com",
        "mac.com",
        "orange.fr",
        "wanadoo.fr",
        "free.fr",
        "sfr.fr",
        "laposte.net",
        "menara.ma",
        "iam.ma",
        "gmx.com",
        "gmx.fr",
        "aol.com",
        "proton.me",
        "protonmail.com",
        "mail.com",
    ]
)


def correspondents(message: Message) -> tuple[Person, Person | None]:
    """The sender, and where answers go instead of to them (None: to them).

    A shop's form writes as no-reply@ and names the customer in Reply-To: then the
    customer is the sender. A list, a machine and an address of ours in Reply-To
    change nothing.
    """
    named = headers.people(message, "From") or headers.people(message, "Sender")
    sender = next(iter(named), Person())
    answers = next(iter(headers.people(message, "Reply-To")), Person())
    if not _may_answer_to(message, sender, answers):
        return sender, None
    if not sender.email or is_nobody(sender.email) or machines.is_no_reply(sender.email):
        return Person(name=answers.name or sender.name, email=answers.email), None
    return sender, answers


def _may_answer_to(message: Message, sender: Person, answers: Person) -> bool:
    address = answers.email
    if "@" not in address or address == sender.email or is_nobody(address):
        return False
    own = headers.addresses(message, "To", "Delivered-To", "X-Original-To")
    if is_ours(address) or address in own or is_colleague(address, own):
        return False
    return not machines.is_bulk(message) and not machines.is_daemon(sender.email)


def our_addresses() -> frozenset[str]:
    """The addresses we receive at and send from, in lower case."""
    boxes = [str(options["user"]) for options in settings.MAILBOXES.values()]
    senders = [settings.DEFAULT_FROM_EMAIL, settings.SUPPORT_FROM_EMAIL]
    found = [*boxes, *(parseaddr(one)[1] for one in senders)]
    return frozenset(one.lower() for one in found if "@" in one)


def is_ours(address: str) -> bool:
    """Whether mail to the address comes to us: whatever its case, and with a "+tag" or without."""
    name, _at, place = address.strip().lower().rpartition("@")
    return bool({f"{name}@{place}", f"{name.partition('+')[0]}@{place}"} & our_addresses())


def is_colleague(address: str, own: Sequence[str]) -> bool:
    """Whether ``address`` is of our house; ``own``: addresses the message was sent to."""
    place = domain(address)
    if not place:
        return False
    ours = {name.lower().lstrip("@") for name in settings.COMPANY_EMAIL_DOMAINS}
    if ours:
        return place in ours
    return place not in PUBLIC_DOMAINS and place in {domain(other) for other in own}


def domain(address: str) -> str:
    """What stands behind the @."""
    return address.rpartition("@")[2].lower()
