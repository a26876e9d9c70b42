"""Signatures and disclaimers at the end of what somebody wrote.

A signature is not noise: the name, the company and the telephone of a customer
are read from it. It is only kept apart so that no postcode becomes a quantity.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from backoffice.messaging.documents.closings import is_closing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backoffice.messaging.documents.history import Line

_DELIMITER: Final = re.compile(r"^(?:--|—|__+|={4,}|-{4,}|\*{4,})\s*$")
_DISCLAIMER: Final = re.compile(
    r"confidentie|confidential|privileged|strictement r[ée]serv|avant d['’]imprimer"
    r"|before printing|seuls? destinataires?|intended (?:solely|only|for)|par erreur|in error"
    r"|antivirus|sans virus|virus-free|d[ée]sabonner|unsubscribe|secret professionnel|rgpd"
    r"|pi[èe]ces jointes sont",
    re.IGNORECASE,
)
# One of these is enough; of the others it takes two, for customers do write "par erreur".
_PLAIN_DISCLAIMER: Final = re.compile(
    r"avant d['’]imprimer|before printing|virus-free|sans virus|unsubscribe", re.IGNORECASE
)
_PHONE: Final = re.compile(r"\+?\d(?:[\s.()/-]{0,3}\d){7,}")
_MAIL: Final = re.compile(r"\S+@\S+\.\w")
_MAIL_OR_SITE: Final = re.compile(r"\S+@\S+|(?:www\.|https?://)\S+", re.IGNORECASE)
_CONTACT: Final = re.compile(
    rf"{_PHONE.pattern}|{_MAIL.pattern}|www\.|https?://"
    r"|\b(?:t[ée]l|gsm|fax|mob(?:ile)?|portable|phone|ice|rc|whatsapp)\b",
    re.IGNORECASE,
)
_PLACE: Final = re.compile(
    r"\b(?:rue|av(?:enue)?|bd|blvd|boulevard|route|place|quartier|zone|lot|lotissement|imm|immeuble"
    r"|r[ée]sidence|km|bp|angle|street|road|n°|[ée]tage|app?t|cedex|quai|chemin|all[ée]e|impasse)\b"
    r"|^\d{4,5}\s+[A-ZÀ-Ý]",
    re.IGNORECASE,
)
# "5 000 sachets", "- 2 palettes", "3x": a line of an order, never of a signature.
_ITEM: Final = re.compile(
    r"^\W{0,3}\d[\d .,]*\s*(?:x\b|[^\W\d]{2,})|[:=]\s*\d[\d .]*\s*(?:x\b|[^\W\d]{2,}|$)"
)
_POSTSCRIPT: Final = re.compile(
    r"^(?:p\.?\s?s\.?|n\.?\s?b\.?|post[- ]scriptum)\s*[:.\s-]", re.IGNORECASE
)
# What is still said about the order below a "Merci": not part of the signature.
_BUSINESS: Final = re.compile(
    r"\b(?:livr\w+|command(?:e|er|ons)|besoin|urgent\w*|avant le|pour le|demain|svp|merci de"
    r"|s['’]il (?:vous|te)|r[ée]glement|paiement|factur\w+|deliver\w*|please)\b"
    r"|\b(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)\b",
    re.IGNORECASE,
)
_TITLE: Final = re.compile(
    r"^(?:service|responsable|direct\w+|d[ée]p(?:artement|t)|charg[ée]\w*|assistant\w*|chef"
    r"|g[ée]rant\w*|acheteu\w+|commercial\w*|achats?)\b",
    re.IGNORECASE,
)
_SIGNATURE_LINES: Final = 14
_LINE_LENGTH: Final = 90
_SENTENCE_WORDS: Final = 9


def mark(lines: Sequence[Line], names: Sequence[str] = ()) -> list[str]:
    """For every line what it is: "fresh", "signature" or "disclaimer".

    ``names`` are the names the sender goes by; a last paragraph that begins
    with one is a signature even without a closing before it.
    """
    marks = ["fresh"] * len(lines)
    _mark_disclaimers(lines, marks)
    index = 0
    while index < len(lines):
        if marks[index] == "fresh" and _begins(lines, index):
            end = _signature_end(lines, marks, index)
            for line in range(index, end):
                if marks[line] == "fresh":
                    marks[line] = "signature"
            index = max(end, index + 1)
        else:
            index += 1
    _mark_unannounced(lines, marks, names)
    return marks


def _begins(lines: Sequence[Line], index: int) -> bool:
    text = lines[index].text
    if not text:
        return False
    if _DELIMITER.match(text):
        # A rule between two parts of an order is no signature delimiter, "--" is.
        return text in {"--", "---", "—"} or _rest_is_signature(lines, index + 1)
    return len(text) <= _LINE_LENGTH * 2 and is_closing(text)


def _rest_is_signature(lines: Sequence[Line], start: int) -> bool:
    # Two signatures' worth of lines are enough to know that it is none.
    rest = [line.text for line in lines[start : start + 2 * _SIGNATURE_LINES] if line.text]
    return bool(rest) and len(rest) <= _SIGNATURE_LINES and all(map(_fits, rest))


def _fits(text: str) -> bool:
    """May this line stand in a signature?"""
    # Before any search: on a line without end some of them take quadratic time.
    if len(text) > _LINE_LENGTH * 2:
        return False
    if is_closing(text) or _DELIMITER.match(text) or _TITLE.match(text):
        return True
    if _POSTSCRIPT.match(text) or _BUSINESS.search(_MAIL_OR_SITE.sub("", text)):
        return False
    if _CONTACT.search(text) or _PLACE.search(text):
        return not _ITEM.match(_without_phone(text))
    if len(text) > _LINE_LENGTH or _ITEM.search(text) or text.startswith(("- ", "* ", "• ")):
        return False
    return len(text.split()) < _SENTENCE_WORDS or not text.endswith((".", "!", "?", ":"))


def _without_phone(text: str) -> str:
    return "" if _PLACE.search(text) else _PHONE.sub("", text).strip()


def _signature_end(lines: Sequence[Line], marks: Sequence[str], start: int) -> int:
    """The line after the signature that begins at ``start``; blank lines do not end it."""
    end = start + 1
    taken = 0
    for index in range(start + 1, len(lines)):
        text = lines[index].text
        if not text or marks[index] == "disclaimer":
            continue
        taken += 1
        if taken > _SIGNATURE_LINES or not _fits(text):
            break
        end = index + 1
    return end


def _mark_disclaimers(lines: Sequence[Line], marks: list[str]) -> None:
    start = 0
    for index in range(len(lines) + 1):
        if index < len(lines) and lines[index].text and not _DELIMITER.match(lines[index].text):
            continue
        paragraph = " ".join(line.text for line in lines[start:index])
        found = {match.lower() for match in _DISCLAIMER.findall(paragraph)}
        if start and (len(found) > 1 or _PLAIN_DISCLAIMER.search(paragraph)):
            if _DELIMITER.match(lines[start - 1].text):
                marks[start - 1] = "disclaimer"
            marks[start:index] = ["disclaimer"] * (index - start)
        start = index + 1


def _mark_unannounced(lines: Sequence[Line], marks: list[str], names: Sequence[str]) -> None:
    """A last paragraph of name, company, telephone without "Cordialement" before it."""
    end = len(lines)
    while end and (not lines[end - 1].text or marks[end - 1] == "disclaimer"):
        end -= 1
    if not end or marks[end - 1] != "fresh":
        return
    folded = [name.casefold() for name in names if name]
    start = end
    proof = False
    while start and end - start < 6 and marks[start - 1] == "fresh":  # noqa: PLR2004 - lines of a signature
        text = lines[start - 1].text
        if (
            not text
            or not _fits(text)
            or (text.endswith((".", "!", "?")) and not _CONTACT.search(text))
        ):
            break
        start -= 1
        if text.casefold().strip(" .,") in folded:
            proof = True
            break
        proof = proof or bool(_PHONE.search(text) or _MAIL.search(text))
    # The first line of a message is what it is about.
    if proof and any(line.text for line in lines[:start]):
        marks[start:end] = ["signature"] * (end - start)
