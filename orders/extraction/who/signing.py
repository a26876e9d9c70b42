"""How messages are signed: the block under an e-mail, the last words of a short message."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from backoffice.core.text import folded, word_set
from backoffice.messaging.content import Span
from orders.extraction.lines.products import sign_of
from orders.extraction.splitting.places import TOWNS
from orders.extraction.who import names

if TYPE_CHECKING:
    from orders.extraction.text.scan import Scan

_TAIL_LINES = 6
_LONGEST_JOB = 3
_SEPARATORS = re.compile(r"\s+[-–—|·•/]\s+|\s*[|·•]\s*|,\s+|\s+chez\s+")
_SIGNED_OFF = re.compile(
    r"(?:^|[.!?,;\n]|[Mm]erci|[Tt]hx|[Tt]hanks|[Cc]hokran|شكرا)\s*"
    r"(?P<name>(?!Merci|Th[xa]|Chokran|Cordialement|Bonjour|Salam|Livraison)"
    r"[^\W\d_a-z][\w'-]+(?:[ ]+[^\W\d_a-z][\w'-]+){0,2})"
    r"[ ]*(?:[,،|@/]|[ ][-–—]|[ ](?:du|chez|from|at))[ ]*"
    r"(?P<firm>[^\W\d_][^\n.,،!?\d]{2,40}?)[\s.!]*\Z"
)
_CITIES = TOWNS | word_set("maroc morocco france london gueliz maarif agdal hassan anfa hivernage")
_CITY_TAIL = re.compile(
    r"\s+(?:(?:sidi|beni|el|ain|ait|ben|dar|oulad|souk)\s+)?(?:"
    + "|".join(sorted(map(re.escape, TOWNS), key=len, reverse=True))
    + r"|slimane|kacem|mellal|jadida|bennour|guerir|hoceima|chock|diab|sebaa)$"
)
# "Mustapha boulangerie el baraka": a person, then what the firm is.
_PERSON_AND_FIRM = re.compile(
    r"^(?P<person>[^\W\d_][\w'-]{2,}(?:\s+[^\W\d_][\w'-]+)?)\s+(?:du\s+|de\s+la\s+|de\s+l'|"
    r"mn\s+)?(?P<firm>(?:"
    + "|".join(sorted((w for w in names.FIRM_HEADS), key=len, reverse=True))
    + r")\s.+)$"
)
_LABELLED = re.compile(
    r"^(?:nom(?:\s+(?:et\s+prenom|complet))?|prenom|name|client|contact|responsable|signe|smiyti|"
    r"magasin|societe|firme|"
    r"entreprise|company|etablissement|raison\s+sociale|enseigne)\s*:\s*"
)
# "Livraison : 27 octobre": a line of a form, no signature.
_OTHER_LABEL = re.compile(
    r"^\W*(?:livraison|date|produit|article|quantite|qte|nombre|prix|adresse|message|commentaire|"
    r"objet|ville|modele|format|paiement|delivery|product|quantity|address)[^:\n]{0,25}:"
)
# The last words under a firm's profile: "... merci. Zak", "Grazie, Marco Bellini".
_LAST_PERSON = re.compile(
    r"(?:^|[.!?\n)]|(?i:merci|svp|stp|thanks|thx|thank you|please|cordialement|cdl?t|grazie|"
    r"gracias|ch?o?u?kran|bises|bient[oô]t|journ[ée]e|soir[ée]e|regards|salutations|شكرا)"
    r"(?:[ ](?:bcp|beaucoup|bien|infiniment|d'avance|[aà] vous|bzaf|a lot))?\s*[,.!]?)"
    r"[^\w\n:]*(?P<name>[^\W\d_a-z][\w'-]+"
    r"(?:[ ]+(?:(?:el|ben|ait|al)[ ]+)?[^\W\d_a-z][\w'-]+){0,2})"
    r"[^\w?]*\Z"
)
_NO_PERSON = word_set(
    "merci bonjour bonsoir salam slm urgent livraison ok paiement commande inchallah svp "
    "stp thanks "
    "please lundi mardi mercredi jeudi vendredi samedi dimanche janvier fevrier mars avril "
    "mai juin "
    "juillet aout septembre octobre novembre decembre monday tuesday wednesday thursday friday "
    "saturday sunday cordialement regards afak cash especes voila top parfait super"
)
# What somebody does, not what the firm is called: "Grossiste en épices, Settat".
_TRADE = re.compile(
    r"^(?:grossiste|detaillant|marchande?|commercante?|artisane?|fabricante?|negociante?|"
    r"importateur|"
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
    r"(?:\b(?:t[ée]l(?:[ée]phone)?s?|gsm|mob(?:ile)?|port(?:able)?|phone|fax|whatsapp|cell|"
    r"fixe|هاتف)"
    r"\b[\s.:/]*)?\+?\(?\d[\d\s.()/-]{6,}",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Signature:
    """What the signature block says, as written, with its place in the document."""

    name: str = ""
    name_at: tuple[int, int] | None = None
    firm: str = ""
    firm_at: tuple[int, int] | None = None


def last_words(body: Scan | None, display: str) -> tuple[str, str, int] | None:
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


def read(body: Scan, display: str) -> Signature:
    found = Signature()
    own_words = set(folded(display).split())
    blocks = body.document.signature or _below(body, own_words)
    for span in (*_signed_tail(body, own_words), *blocks):
        for start, line in _lines(body.document.text, span):
            _read_signature_line(found, start, line, own_words)
    return found


def _below(body: Scan, own_words: set[str]) -> tuple[Span, ...]:
    """The block right below the author's words that begins with the sender's name.

    A confidentiality notice under it may have hidden that it is a signature.
    """
    if not body.document.fresh:
        return ()
    text, start = body.document.text, body.document.fresh[-1].end
    lines = [one for one in _lines(text, Span(start, len(text))) if one[1].strip()][:_TAIL_LINES]
    if not lines or not own_words & set(folded(lines[0][1]).split()):
        return ()
    if names.kind_of(lines[0][1]) != "person":
        return ()
    return (Span(lines[0][0], lines[-1][0] + len(lines[-1][1])),)


def phone_spans(body: Scan, display: str) -> tuple[Span, ...]:
    """Where the author's own telephone number is looked for first."""
    return body.document.signature or _below(body, set(folded(display).split()))


def last_person(body: Scan) -> tuple[str, int] | None:
    """The first name a short message ends with, and its place in the document."""
    fresh = body.document.fresh
    end = fresh[-1].end if fresh else len(body.document.text)
    start = max(0, end - 120)
    tail = _PHONE.sub(lambda found: " " * len(found.group()), body.document.text[start:end])
    match = _LAST_PERSON.search(tail)
    if match is None:
        return None
    name, plain = match["name"], folded(match["name"]).split()
    above = tail[: match.start("name")].rstrip().rsplit("\n", 1)[-1]
    telling = any(sign_of(word) or word in _NO_PERSON or word in _CITIES for word in plain)
    telling = telling or bool(re.match(r"[^\W_]+ez(?:-|$)", plain[0]))  # "Contactez Samia"
    if telling or above.endswith(":") or names.is_address(above) or names.is_job(name):
        return None
    if names.kind_of(name) != "person" or names.is_closing(name) or names.is_address(name):
        return None
    return name, start + match.start("name")


def _signed_tail(body: Scan, own_words: set[str]) -> list[Span]:
    """The last lines of the author's words from the one with the sender's name on."""
    last = body.document.fresh[-1] if body.document.fresh else Span(0, len(body.document.text))
    lines = _lines(body.document.text, last)[-_TAIL_LINES:]
    for start, line in lines[1:]:
        if names.kind_of(line) == "person" and own_words & set(folded(line).split()):
            return [Span(start, last.end)]
    for (start, line), (_, below) in pairwise(lines[1:]):
        is_pair = names.kind_of(below) == "firm" and names.clean(below).istitle()
        if is_pair and _FULL_NAME.fullmatch(line.strip()) and names.kind_of(line) == "person":
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


def _read_signature_line(found: Signature, start: int, line: str, own_words: set[str]) -> None:
    if not line.strip() or names.is_closing(line):
        return
    bare = _PHONE.sub(" ", _CAPITAL.sub("", _WEB.sub(" ", line)))
    if names.is_address(bare) or (_OTHER_LABEL.match(folded(line)) and not _labelled(line)):
        return
    for part in _parts(bare):
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


def _labelled(line: str) -> re.Match[str] | None:
    return _LABELLED.match(folded(line.lstrip()))


def _parts(line: str) -> list[str]:
    """What a line of a signature names, a person apart from the firm behind it."""
    parts: list[str] = []
    for part in _SEPARATORS.split(line):
        label = _LABELLED.match(folded(part.lstrip()))
        bare = part.lstrip()[label.end() :] if label else part
        plain = folded(bare)
        both = _PERSON_AND_FIRM.match(plain) if len(plain) == len(bare) else None
        if both and names.kind_of(both["person"]) == "person" and not names.is_job(both["person"]):
            tail = _CITY_TAIL.search(plain)
            end = tail.start() if tail and tail.start() > both.start("firm") + 4 else len(bare)
            parts += [bare[: both.end("person")], bare[both.start("firm") : end]]
        else:
            parts.append(bare)
    return parts


def _names_the_author(
    found: Signature, text: str, kind: names.NameKind, *, is_own: bool, is_known: bool
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
