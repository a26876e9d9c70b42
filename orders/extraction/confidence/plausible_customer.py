"""Whether somebody named in a message can be the customer: not us, not whom it is written to."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from backoffice.core.text import folded, words
from orders.extraction.doubts import doubted
from orders.extraction.who import names

if TYPE_CHECKING:
    from backoffice.messaging.content import MessageContent
    from orders.extraction.text.scan import Scan
    from orders.extraction.who.company import Company
    from orders.reading import CustomerReading, Found

_GREETED = re.compile(
    r"(?<![^\W_])(?:bonjour|bonsoir|salut|slt|bjr|hello|hi|dear|salam|slm|salam\s+alaykoum|coucou|cher|chere|السلام|سلام|"
    r"attn|a\s+l'attention\s+de|merci|thanks|chokran)\s*,?\s+(?:m\.|mr|mme|madame|monsieur|si|lalla)?\s*$"
)
_SUPPLIER = re.compile(
    r"(?<![^\W_])(?:fournisseur|supplier|vendeur|vendor|destinataire|a\s+l'attention\s+de|expediteur|transporteur)\s*:?\s*\|?\s*$"
)


def check(
    customer: CustomerReading, content: MessageContent, scans: list[Scan], us: Company
) -> CustomerReading:
    """Return who orders with less confidence in what is ours or another's."""
    return replace(
        customer,
        name=_name(customer.name, content, scans, us),
        company=_company(customer.company, content, scans, us),
        email=_email(customer.email, content, us),
        phone=_phone(customer.phone, content, scans, us),
    )


def _ours(found: Found[str]) -> Found[str]:
    return doubted(found, 0.1, _("That is our own."))


def _name(found: Found[str], content: MessageContent, scans: list[Scan], us: Company) -> Found[str]:
    name, author = found.value, content.author.name
    if not name or us.is_named_in(name):
        return _ours(found) if name else found
    if _alike(name, author):
        return found
    if content.forwarded_by and _alike(name, content.forwarded_by.name):
        return doubted(found, 0.3, _("That is the colleague who forwarded the message."))
    if _only_after(name, scans, _GREETED):
        return doubted(found, 0.3, _("That is whom the message is written to."))
    shared = set(words(name)) & set(words(author))
    if names.kind_of(author) == "person" and not shared and not _is_signed(name, scans):
        return doubted(found, 0.5, _("The sender has another name."))
    return found


def _company(
    found: Found[str], content: MessageContent, scans: list[Scan], us: Company
) -> Found[str]:
    if not found.value:
        return found
    if us.is_named_in(found.value) or _alike(found.value, us.name):
        return _ours(found)
    if _only_after(found.value, scans, _SUPPLIER):
        return doubted(found, 0.3, _("That is named as the supplier or the carrier."))
    author = content.author.name
    if author and names.kind_of(author) == "person" and _alike(found.value, author):
        return doubted(found, 0.4, _("That is the person, not a firm."))
    return found


def _email(found: Found[str], content: MessageContent, us: Company) -> Found[str]:
    if not found.value:
        return found
    address = found.value.lower()
    if us.owns(address) or address in {own.lower() for own in content.own_addresses}:
        return _ours(found)
    if content.author.email and address != content.author.email.lower():
        return doubted(found, 0.4, _("The message was sent from another address."))
    return found


def _phone(
    found: Found[str], content: MessageContent, scans: list[Scan], us: Company
) -> Found[str]:
    number, author = found.value, content.author.phone
    if not number or number == author:
        return found
    if number in us.phones:
        return _ours(found)
    there = [(scan, phone) for scan in scans for phone in scan.phones if phone.e164 == number]
    doubts = (
        (bool(author), _("The message was sent from another number.")),
        (there and all(phone.is_fax for _scan, phone in there), _("That is a fax number.")),
        (
            there and not any(_is_own(scan, phone.start) for scan, phone in there),
            _("It stands only in an earlier message."),
        ),
    )
    note = next((note for is_so, note in doubts if is_so), "")
    return doubted(found, 0.35, note) if note else found


def _is_own(scan: Scan, at: int) -> bool:
    spans = (*scan.document.fresh, *scan.document.signature)
    first = scan.folded.source(at, at + 1)[0]
    return not scan.document.fresh or any(s.start <= first < s.end for s in spans)


def _alike(one: str, other: str) -> bool:
    first, second = set(words(one)), set(words(other))
    return bool(first) and bool(second) and (first <= second or second <= first)


def _only_after(name: str, scans: list[Scan], before: re.Pattern[str]) -> bool:
    """Whether a name stands nowhere but behind such words."""
    pattern = re.compile(r"(?<![^\W_])" + r"\s+".join(map(re.escape, folded(name).split())))
    spots = [
        bool(before.search(scan.text[max(0, m.start() - 40) : m.start()]))
        for scan in scans
        for m in pattern.finditer(scan.text)
    ]
    return bool(spots) and all(spots)


def _is_signed(name: str, scans: list[Scan]) -> bool:
    """Whether a name stands in the author's own words, or in an attachment."""
    pattern = re.compile(r"[\s|]+".join(map(re.escape, folded(name).split())))
    return any(_is_own(scan, m.start()) for scan in scans for m in pattern.finditer(scan.text))
