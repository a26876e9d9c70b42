"""Who orders: the person, the firm, e-mail and telephone.

Looked for where people put it, nearest first: in so many words, in the
signature, on the letterhead of an attachment, in the sender's display name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from backoffice.core.text import folded, same_words, word_set
from backoffice.messaging.content import Span
from orders.extraction import domain_firm, introductions, letterhead, names
from orders.reading import CustomerReading, Evidence, Found

if TYPE_CHECKING:
    from backoffice.messaging.content import MessageContent
    from orders.extraction.company import Company
    from orders.extraction.scan import Scan

# "la société Nova Food" is Nova Food.
_GENERIC = re.compile(
    r"^(?:(?:la|l'|notre)\s*)?(?:soci[ée]t[ée]|st[ée]|entreprise|company)\s+", re.IGNORECASE
)
_TAIL_LINES = 6
_LONGEST_JOB = 3
_SEPARATORS = re.compile(r"\s+[-–—|·•/]\s+|\s*[|·•]\s*|,\s+|\s+chez\s+")
_DISPLAY_SIGNS = re.compile(r"\s*[|@•·(]\s*|\s+[-–—/]\s+|\s+(?:chez|from|de\s+chez)\s+")
_SIGNED_OFF = re.compile(
    r"(?:^|[.!?,;\n]|[Mm]erci|[Tt]hx|[Tt]hanks|[Cc]hokran|شكرا)\s*"
    r"(?P<name>(?!Merci|Th[xa]|Chokran|Cordialement|Bonjour|Salam|Livraison)"
    r"[^\W\d_a-z][\w'-]+(?:[ ]+[^\W\d_a-z][\w'-]+){0,2})"
    r"[ ]*(?:[,،|@/]|[ ][-–—]|[ ](?:du|chez|from|at))[ ]*"
    r"(?P<firm>[^\W\d_][^\n.,،!?\d]{2,40}?)[\s.!]*\Z"
)
_CITIES = word_set(
    "casablanca casa rabat sale kenitra tanger tetouan fes fez meknes oujda agadir marrakech "
    "essaouira safi settat berrechid mohammedia khouribga nador larache temara maroc morocco paris "
    "lyon marseille london الرباط الدارالبيضاء مراكش فاس طنجه اكادير"
)
# What somebody does, not what the firm is called: "Grossiste en épices, Settat".
_TRADE = re.compile(
    r"^(?:grossiste|detaillant|marchande?|commercante?|artisane?|fabricante?|negociante?|importateur|"
    r"producteur|productrice|vente|specialiste|revendeu\w+)\s+(?:en|de|d'|du|des)\b"
)
_LABEL_WORDS = word_set(
    "standard mobile bureau direct ligne site web adresse patente capital if rc ice cnss"
)
# A line of its own: "Malika Ouhmad", "Najib AL FASSI".
_FULL_NAME = re.compile(r"[A-ZÀ-Ý][\w'.-]+(?:\s(?:[A-ZÀ-Ý][\w'.-]*|el|ben|ait|de)){1,3}")
_CAPITAL = re.compile(
    r"(?:\s+s\.?a\.?(?:r\.?l\.?|s\.?)?(?:\s+au)?)?\s+au\s+capital\b.*", re.IGNORECASE
)
_WEB = re.compile(r"\S+@\S+|https?://\S+|www\.\S+|\S+\.(?:ma|com|fr|example)\b")
_PHONE = re.compile(
    r"(?:\b(?:t[ée]l(?:[ée]phone)?s?|gsm|mob(?:ile)?|port(?:able)?|phone|fax|whatsapp|cell|fixe|هاتف)"
    r"\b[\s.:/]*)?\+?\(?\d[\d\s.()/-]{6,}",
    re.IGNORECASE,
)


@dataclass(slots=True)
class _Signature:
    """What the signature block says, as written, with its place in the document."""

    name: str = ""
    name_at: tuple[int, int] | None = None
    firm: str = ""
    firm_at: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class _Sources:
    """Everything a name may be read from, nearest to the author's own words first."""

    display: str
    trade: str
    body: Scan | None
    spoken: Scan | None
    introduction: introductions.Introduction
    signature: _Signature
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
        _read_signature(body, display) if body and not author_is_us else _Signature(),
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


def _last_words(body: Scan | None, display: str) -> tuple[str, str, int] | None:
    """Person, firm and its place at the end: "Merci. Hamid, Hôtel Les Palmiers"."""
    if body is None:
        return None
    fresh = body.document.fresh
    end = fresh[-1].end if fresh else len(body.document.text)
    match = _SIGNED_OFF.search(body.document.text[max(0, end - 120) : end])
    if not match:
        return None
    name, firm = match["name"], names.clean(match["firm"])
    known = names.kind_of(firm) == "firm"
    own = set(folded(display).split()) & set(folded(name).split())
    if names.kind_of(name) != "person" or folded(firm) in _CITIES or not (known or own):
        return None
    if names.is_job(firm) or names.is_address(firm) or (not known and not firm[:1].isupper()):
        return None
    return name, firm, max(0, end - 120) + match.start("firm")


def _read_signature(body: Scan, display: str) -> _Signature:
    found = _Signature()
    own_words = set(folded(display).split())
    for span in (*_signed_tail(body, own_words), *body.document.signature):
        for start, line in _lines(body.document.text, span):
            _read_signature_line(found, start, line, own_words)
    return found


def _signed_tail(body: Scan, own_words: set[str]) -> list[Span]:
    """The last lines of the author's words from the one with the sender's name on."""
    last = body.document.fresh[-1] if body.document.fresh else Span(0, len(body.document.text))
    lines = _lines(body.document.text, last)[-_TAIL_LINES:]
    for start, line in lines[1:]:
        if names.kind_of(line) == "person" and own_words & set(folded(line).split()):
            return [Span(start, last.end)]
    start, line = lines[-1]
    bare = names.clean(_PHONE.sub(" ", line))
    is_above = bool(body.document.signature) or bool(own_words & set(folded(bare).split()))
    if len(lines) > 1 and is_above and names.kind_of(bare) == "firm" and bare.istitle():
        return [Span(start, last.end)]
    if not line[:1].isalpha() or (len(lines) > 1 and lines[-2][1].rstrip().endswith(":")):
        return []  # "📍 Marina de Salé"
    if len(lines) > 1 and _FULL_NAME.fullmatch(bare) and names.kind_of(bare) == "person":
        return [] if names.is_job(bare) or names.is_address(bare) else [Span(start, last.end)]
    return []


def _lines(text: str, span: Span) -> list[tuple[int, str]]:
    lines, position = [], span.start
    for line in text[span.start : span.end].split("\n"):
        lines.append((position, line))
        position += len(line) + 1
    return lines


def _read_signature_line(found: _Signature, start: int, line: str, own_words: set[str]) -> None:
    if not line.strip() or names.is_closing(line):
        return
    bare = _PHONE.sub(" ", _CAPITAL.sub("", _WEB.sub(" ", line)))
    if names.is_address(bare):
        return
    for part in _SEPARATORS.split(bare):
        text = names.clean(part)
        if _TRADE.match(folded(text)):
            return
        if folded(text) in _LABEL_WORDS:
            continue
        if len(text) < 2 or names.is_closing(text):  # noqa: PLR2004 - a stray letter
            continue
        at = (start + max(line.find(text), 0), start + max(line.find(text), 0) + len(text))
        kind = names.kind_of(text)
        is_own = bool(own_words & set(folded(text).split()))
        if _names_the_author(found, text, kind, is_own=is_own, is_known=bool(own_words)):
            found.name, found.name_at = text, at
        elif (names.is_job(text) and kind != "firm") or kind in {"department", ""}:
            continue
        elif not found.firm and text != found.name and not _is_job_only(text):
            found.firm, found.firm_at = text, at
            return


def _names_the_author(
    found: _Signature, text: str, kind: names.NameKind, *, is_own: bool, is_known: bool
) -> bool:
    """Whether a part of the signature is the person; a lone word must be the known sender's."""
    if kind != "person" or found.name or names.is_job(text):
        return False
    return is_own or (not found.firm and (not is_known or len(text.split()) > 1))


def _is_job_only(text: str) -> bool:
    """Whether a firm word in a job ("Service achats", "Export Manager") makes no firm of it."""
    plain = folded(text)
    if plain.startswith(("service ", "export manager")):
        return True
    is_short = len(plain.split()) <= _LONGEST_JOB
    return is_short and bool(names.JOB.match(plain)) and not plain.startswith("export ")


def _name(of: _Sources) -> Found[str]:
    sender = names.person(of.display) if names.kind_of(of.display) == "person" else ""
    said, signed = of.introduction, of.signature
    if sender:
        return Found(_fuller(sender, said.name, signed.name), 0.93)
    if signed.name and of.body and not of.us.is_named_in(signed.name):
        return Found(names.person(signed.name), 0.9, _evidence(of.body, signed.name_at))
    if said.name and of.spoken and said.name_span:
        return Found(names.person(said.name), 0.85, of.spoken.evidence(*said.name_span))
    if of.body and (buyer := letterhead.buyer(of.body, of.us)):
        name = of.body.folded.source_text(*buyer)
        return Found(names.person(name), 0.8, of.body.evidence(*buyer))
    for head in of.heads:
        if head.person and head.person_span:
            return Found(names.person(head.person), 0.8, head.scan.evidence(*head.person_span))
    return Found()


def _fuller(sender: str, *others: str) -> str:
    """The longest form of the sender's name: "Hassan" and "Hassan El Fassi" are one."""
    words = set(folded(sender).split())
    for other in others:
        candidate = names.person(other) if other else ""
        if candidate and words < set(folded(candidate).split()):
            return candidate
    return sender


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
    if spelled := _spelled(of):
        return spelled
    if signed.firm and of.body:
        return Found(signed.firm, 0.92, _evidence(of.body, signed.firm_at))
    if last := _last_words(of.body, of.display):
        _, firm, at = last
        return Found(firm, 0.8, _evidence(of.body, (at, at + len(firm))) if of.body else ())
    if of.trade:
        return Found(of.trade, 0.85)
    return _firm_of_header(of)


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
        if head.firm and head.firm_span:
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
    return (Evidence("body", at[0], at[1], body.document.text[at[0] : at[1]]),)


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
            ):
                continue
            rank = _phone_rank(scan, phone.start, phone.end)
            if rank is not None:
                ranked.append((rank + order, scan, phone.start, phone.end, phone.e164))
    if not ranked:
        return Found()
    _, scan, start, end, number = min(ranked, key=lambda item: (item[0], item[2]))
    return Found(
        number, 0.92 if len({r[4] for r in ranked}) == 1 else 0.85, scan.evidence(start, end)
    )


def _phone_rank(scan: Scan, start: int, end: int) -> int | None:
    """Signature first, then the author's words, then attachments; never quoted mail."""
    if scan.document.key != "body":
        return 20
    first, last = scan.folded.source(start, end)
    if any(span.start <= first and last <= span.end for span in scan.document.signature):
        return 0
    if any(a <= start and end <= b for a, b in scan.regions()):
        return 10
    return None
