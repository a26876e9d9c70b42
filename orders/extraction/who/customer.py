"""Who orders: the person, the firm, e-mail and telephone.

Looked for where people put it, nearest first: in so many words, in the
signature, on the letterhead of an attachment, in the sender's display name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from backoffice.core.text import folded, same_words
from orders.extraction.who import (
    domain_firm,
    firm_called,
    introductions,
    letterhead,
    names,
    others_phones,
    signing,
)
from orders.reading import CustomerReading, Evidence, Found

if TYPE_CHECKING:
    from backoffice.messaging.content import MessageContent
    from orders.extraction.text.scan import Scan
    from orders.extraction.who.company import Company

# "la société Nova Food" is Nova Food.
_GENERIC = re.compile(
    r"^(?:(?:la|l'|notre)\s*)?(?:soci[ée]t[ée]|st[ée]|entreprise|company|"
    r"[ée]tablissement)\s+",
    re.IGNORECASE,
)
_DISPLAY_SIGNS = re.compile(r"\s*[|@•·(]\s*|\s+[-–—/]\s+|\s+(?:chez|from|de\s+chez)\s+")


@dataclass(frozen=True, slots=True)
class _Sources:
    """Everything a name may be read from, nearest to the author's own words first."""

    display: str
    trade: str
    body: Scan | None
    spoken: Scan | None
    introduction: introductions.Introduction
    signature: signing.Signature
    heads: tuple[letterhead.Letterhead, ...]
    subject: Scan | None
    scans: tuple[Scan, ...]
    us: Company
    email: str = ""


def find(content: MessageContent, scans: list[Scan], company: Company) -> CustomerReading:
    """Return who the message is from; never ourselves."""
    author_is_us = bool(content.author.email) and company.owns(content.author.email)
    sources = _sources(content, scans, company, author_is_us=author_is_us)
    name, firm = _name(sources), _company(sources)
    if name.value and firm.value and same_words(name.value, firm.value):
        # One name for both: the display name of a firm that no word gives away.
        name = Found()
    return CustomerReading(
        name=name,
        company=firm,
        email=_email(content, scans, company, author_is_us=author_is_us),
        phone=_phone(content, scans, company, author_is_us=author_is_us),
    )


def _sources(
    content: MessageContent, scans: list[Scan], company: Company, *, author_is_us: bool
) -> _Sources:
    body = next((scan for scan in scans if scan.document.key == "body"), None)
    introduction = introductions.Introduction()
    spoken = body
    for spoken in (s for s in scans if s.document.key == "body" or s.document.kind == "audio"):
        introduction = introductions.find(spoken, told=author_is_us)
        if introduction.name or introduction.firm:
            break
    display = "" if author_is_us else content.author.name
    attached = [scan for scan in scans if scan.document.key.startswith("attachment")]
    display, trade = _display_parts(display, content.author.email or "")
    return _Sources(
        display,
        trade,
        body,
        spoken,
        introduction,
        signing.read(body, display) if body and not author_is_us else signing.Signature(),
        tuple(letterhead.find(scan, company) for scan in attached),
        next((scan for scan in scans if scan.document.key == "subject"), None),
        tuple(scans),
        company,
        "" if author_is_us else content.author.email,
    )


def _display_parts(display: str, email: str) -> tuple[str, str]:
    """Person and firm of a display name: "Hind | Chic & Gift"; the firm alone is the second."""
    parts = [names.clean(part) for part in _DISPLAY_SIGNS.split(display) if names.clean(part)]
    kinds = [names.kind_of(part) for part in parts]
    if len(parts) == 2 and "" not in kinds and "department" not in kinds:  # noqa: PLR2004 - a pair
        person = 1 if kinds == ["firm", "person"] else 0
        if kinds[person] == "person":
            return parts[person], parts[1 - person]
    if len(parts) == 1 and kinds[0] == "person" and domain_firm.bears_name(parts[0], email):
        return "", parts[0]
    return display, ""


def _name(of: _Sources) -> Found[str]:
    sender = names.person(of.display) if names.kind_of(of.display) == "person" else ""
    said, signed = of.introduction, of.signature
    if sender:
        return Found(_fuller(sender, said.name, signed.name), 0.93)
    if signed.name and of.body and not of.us.is_named_in(signed.name):
        return Found(names.person(signed.name), 0.9, _evidence(of.body, signed.name_at))
    return _name_in_text(of)


def _name_in_text(of: _Sources) -> Found[str]:
    """The person whom words of the message name: nobody is in the sender's or a signature's."""
    said = of.introduction
    if said.name and of.spoken and said.name_span:
        return Found(names.person(said.name), 0.85, of.spoken.evidence(*said.name_span))
    if of.body and (last := signing.last_person(of.body)):
        person, at = last
        return Found(names.person(person), 0.8, _evidence(of.body, (at, at + len(person))))
    if of.body and (buyer := letterhead.buyer(of.body, of.us)):
        name = letterhead.with_given_name(of.body, of.body.folded.source_text(*buyer))
        return Found(names.person(name), 0.8, of.body.evidence(*buyer))
    for head in of.heads:
        if head.person and head.person_span:
            return Found(names.person(head.person), 0.8, head.scan.evidence(*head.person_span))
    return Found()


def _fuller(sender: str, *others: str) -> str:
    """The longest form of the sender's name: "Hassan", "H. El Fassi", "Hassan El Fassi" are one."""
    words = [word.strip(".") for word in folded(sender).split()]
    for other in others:
        candidate = names.person(other) if other else ""
        longer = [word.strip(".") for word in folded(candidate).split()]
        if set(words) < set(longer) or (len(words) > 1 and _abbreviates(words, longer)):
            return candidate
    return sender


def _abbreviates(short: list[str], full: list[str]) -> bool:
    """Whether initials stand for words of the full name: "kenza b", "j ferrand"."""
    pairs = list(zip(short, full, strict=False))
    return (
        len(short) <= len(full)
        and any(word == whole and len(word) > 1 for word, whole in pairs)
        and any(len(word) == 1 < len(whole) for word, whole in pairs)
        and all(word == whole or (len(word) == 1 and whole[0] == word) for word, whole in pairs)
    )


def _company(of: _Sources) -> Found[str]:
    found = _firm(of)
    if not found.value or of.us.is_named_in(found.value):
        return Found()
    bare = _GENERIC.sub("", found.value)
    return Found(_as_written(bare, of.scans), found.confidence, found.evidence)


def _firm(of: _Sources) -> Found[str]:
    """The firm as the nearest source writes it."""
    said, signed = of.introduction, of.signature
    # "pour la boutique du coin" says less than the firm under the message.
    is_weak = (said.firm.islower() and bool(signed.firm or of.trade)) or (
        bool(signed.name) and same_words(said.firm, signed.name)
    )
    if said.firm and of.spoken and said.firm_span and not is_weak:
        return Found(said.firm, 0.88, of.spoken.evidence(*said.firm_span))
    if stated := _labelled(of) or _spelled(of):
        return stated
    if signed.firm and of.body:
        return Found(signed.firm, 0.92, _evidence(of.body, signed.firm_at))
    if last := signing.last_words(of.body, of.display):
        _, firm, at = last
        return Found(firm, 0.8, _evidence(of.body, (at, at + len(firm))) if of.body else ())
    if of.trade:
        return Found(of.trade, 0.85)
    return _called(of) or _firm_of_header(of)


def _labelled(of: _Sources) -> Found[str] | None:
    """The firm after a label of a message laid out as a form: "Société : Le Lys"."""
    labelled = letterhead.client(of.body, of.us) if of.body else None
    if of.body is None or labelled is None:
        return None
    person = of.display if names.kind_of(of.display) == "person" else ""
    written = of.body.folded.source_text(*labelled)
    if set(folded(written).split()) <= set(folded(person).split()):
        return None
    return Found(written, 0.85, of.body.evidence(*labelled))


def _called(of: _Sources) -> Found[str] | None:
    """The firm named with what it is: "notre café Le Lys"."""
    if of.body is None:
        return None
    if names.kind_of(of.display) == "firm":
        return None
    letters = [one for one in of.scans if one.document.kind == "word"]
    for scan in (of.body, *letters):
        if found := firm_called.find(scan):
            return Found(scan.document.text[slice(*found)], 0.75, _evidence(scan, found))
    return None


def _spelled(of: _Sources) -> Found[str] | None:
    """The firm in the message that the sender's domain spells, unless the signature says more."""
    if of.body is None or not of.email or of.trade:
        return None
    person = of.display if names.kind_of(of.display) == "person" else ""
    found = domain_firm.find(of.body, of.email, person)
    if found is None or domain_firm.says_more(of.signature.firm_at, found, of.body, person):
        return None
    return Found(of.body.document.text[slice(*found)], 0.9, _evidence(of.body, found))


def _firm_of_header(of: _Sources) -> Found[str]:
    """The firm on a letterhead, in the sender's display name or in the subject."""
    for head in of.heads:
        if head.firm and head.firm_span and not same_words(head.firm, of.display):
            return Found(head.firm, 0.88, head.scan.evidence(*head.firm_span))
    kind = names.kind_of(of.display)
    if kind == "firm":
        return Found(of.display, 0.85)
    titled = introductions.find(of.subject) if of.subject else introductions.Introduction()
    if of.subject and titled.firm and titled.firm_span:
        return Found(titled.firm, 0.7, of.subject.evidence(*titled.firm_span))
    return Found(names.without_department(of.display), 0.5) if kind == "department" else Found()


def _as_written(name: str, scans: tuple[Scan, ...]) -> str:
    """A name in capitals as the documents write it elsewhere in small letters."""
    bare = names.clean(name)
    if bare.isupper():
        plain = folded(bare)
        for scan in scans:
            for match in re.finditer(re.escape(plain), scan.text):
                there = scan.folded.source_text(*match.span())
                if not there.isupper() and not there.islower():
                    return there
    return names.proper(bare)


def _evidence(body: Scan, at: tuple[int, int] | None) -> tuple[Evidence, ...]:
    if at is None:
        return ()
    return (Evidence(body.document.key, at[0], at[1], body.document.text[at[0] : at[1]]),)


def _email(
    content: MessageContent, scans: list[Scan], company: Company, *, author_is_us: bool
) -> Found[str]:
    if content.author.email and not author_is_us:
        return Found(content.author.email, 0.98)
    for scan in scans:
        for mark in scan.marks:
            if mark.kind == "email":
                address = scan.text[mark.start : mark.end].rstrip(".")
                if not company.owns(address) and address not in content.own_addresses:
                    return Found(address, 0.8, scan.evidence(mark.start, mark.end))
    return Found()


def _phone(
    content: MessageContent, scans: list[Scan], company: Company, *, author_is_us: bool
) -> Found[str]:
    if content.author.phone and not author_is_us:
        return Found(content.author.phone, 0.99)
    ranked: list[tuple[int, Scan, int, int, str]] = []
    for order, scan in enumerate(scans):
        for phone in scan.phones:
            if (
                phone.is_fax
                or phone.e164 in company.phones
                or letterhead.is_ours(scan, phone.start, company)
                or others_phones.is_anothers(scan, phone.start)
            ):
                continue
            rank = _phone_rank(scan, phone.start, phone.end, content.author.name)
            if rank is not None:
                ranked.append((rank + order, scan, phone.start, phone.end, phone.e164))
    if not ranked:
        return Found()
    _, scan, start, end, number = min(ranked, key=lambda item: (item[0], item[2]))
    return Found(
        number, 0.92 if len({r[4] for r in ranked}) == 1 else 0.85, scan.evidence(start, end)
    )


def _phone_rank(scan: Scan, start: int, end: int, author: str) -> int | None:
    """Signature first, then the author's words, then attachments; never quoted mail."""
    if scan.document.key != "body":
        return 20
    first, last = scan.folded.source(start, end)
    signed = signing.phone_spans(scan, author)
    if any(span.start <= first and last <= span.end for span in signed):
        return 0
    if any(a <= start and end <= b for a, b in scan.regions()):
        return 10
    return None
