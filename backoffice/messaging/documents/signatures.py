"""Signatures and disclaimers at the end of what somebody wrote.

A signature is not noise: the name, the company and the telephone of a customer
are read from it. It is only kept apart so that no postcode becomes a quantity.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backoffice.messaging.documents.history import Line

_CLOSING_WORDS: Final = (
    r"(?:tr[èe]s |bien )?cordialement|bien [àa] (?:vous|toi|tous)|(?:bien )?amicalement"
    r"|(?:sinc[èe]res|meilleures|cordiales|respectueuses)? ?salutations(?: distingu[ée]es)?|cdlt|cdt|cldt|bien cdlt|slts"
    r"|sinc[èe]rement|respectueusement|(?:mes|nos) (?:meilleures )?salutations"
    r"|(?:bonne|belle|excellente) (?:journ[ée]e|soir[ée]e|r[ée]ception|continuation|fin de journ[ée]e|semaine)"
    r"|(?:kind|best|warm|with best|many)? ?regards|yours (?:sincerely|faithfully|truly)|sincerely"
    r"|best|cheers|best wishes|all the best|[àa] bient[ôo]t|bslama|besslama|مع تحيات[يا]?|تحياتي"
)
_THANKS: Final = (
    r"(?:(?:je vous |nous vous )?remerci\w+|(?:un grand |mille )?mercis?|d['’]avance merci|thanks|thank you|many thanks|thx|tks"
    r"|ch?o[uo]?kran|chokran|شكرا)(?: (?:d['’]avance|par avance|beaucoup|bien|infiniment|encore|bcp|in advance|again|so much|bzaf|bezzaf|jazilan|جزيلا))?"
)
# A closing alone on its line, or followed by a name: "Merci, Salma".
_CLOSING: Final = re.compile(
    rf"^(?:{_THANKS}|{_CLOSING_WORDS})(?:\s*(?:,|et)\s*(?:{_CLOSING_WORDS}|{_THANKS}))?"
    r"\s*[,.!:)☺😊🙏-]*(?:\s*[A-ZÀ-Ý][\w.'’-]*(?:\s[A-ZÀ-Ý][\w.'’-]*){0,3})?\s*[.!,🙏😊]*$"
)
_CLOSING_ANY_CASE: Final = re.compile(
    rf"^(?:{_THANKS}|{_CLOSING_WORDS})\s*[,.!:)☺😊🙏-]*$", re.IGNORECASE
)
# Sentences that only ever close a letter.
_FORMULA: Final = re.compile(
    r"^(?:veuillez (?:agr[ée]er|recevoir|croire)|(?:je|nous) vous prie|dans l['’]attente de|en vous remerciant"
    r"|en vous souhaitant|(?:bien )?cordialement\b|(?:tr[èe]s )?(?:bonne|belle) journ[ée]e [àa]|merci (?:d['’]avance|par avance)"
    r"(?: (?:pour|de) (?:votre|ta|ton|vos)| et\b)|merci (?:pour|de) (?:votre|ta|ton|vos) (?:retour|r[ée]ponse|confirmation|confiance)"
    r"|looking forward to|i look forward)",
    re.IGNORECASE,
)
_DEVICE: Final = re.compile(
    r"^(?:(?:envoy[ée]|sent|enviado|gesendet|inviato)(?: (?:de|depuis|[àa] partir de|from|via|von|desde|da)) .{2,60}"
    r"|get outlook for .+|obtenir outlook pour .+|t[ée]l[ée]charge[rz] outlook .+|provenance : .+"
    r"|yahoo mail.{0,60}|outlook pour (?:ios|android).*)$",
    re.IGNORECASE,
)
_DELIMITER: Final = re.compile(r"^(?:--|—|__+|={4,}|-{4,}|\*{4,})\s*$")
_DISCLAIMER: Final = re.compile(
    r"confidentie|confidential|privileged|strictement r[ée]serv|avant d['’]imprimer|before printing"
    r"|seuls? destinataires?|intended (?:solely|only|for)|par erreur|in error|antivirus|sans virus|virus-free"
    r"|d[ée]sabonner|unsubscribe|secret professionnel|rgpd|pi[èe]ces jointes sont",
    re.IGNORECASE,
)
_CONTACT: Final = re.compile(
    r"\+?\d(?:[\s.()/-]{0,3}\d){7,}|\S+@\S+\.\w|www\.|https?://|\b(?:t[ée]l|gsm|fax|mob(?:ile)?|portable|phone|ice|rc|whatsapp)\b",
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


def is_closing(text: str) -> bool:
    return bool(
        _CLOSING.match(text[:1].upper() + text[1:] if text[:1].islower() else text)
        or _CLOSING.match(text[:1].lower() + text[1:])
        or _CLOSING_ANY_CASE.match(text)
        or _FORMULA.match(text)
        or _DEVICE.match(text)
    )


def _begins(lines: Sequence[Line], index: int) -> bool:
    text = lines[index].text
    if not text:
        return False
    if _DELIMITER.match(text):
        # A rule between two parts of an order is no signature delimiter, "--" is.
        return text in {"--", "---", "—"} or _rest_is_signature(lines, index + 1)
    return len(text) <= _LINE_LENGTH * 2 and is_closing(text)


def _rest_is_signature(lines: Sequence[Line], start: int) -> bool:
    rest = [line.text for line in lines[start:] if line.text]
    return bool(rest) and len(rest) <= _SIGNATURE_LINES and all(map(_fits, rest))


def _fits(text: str) -> bool:
    """May this line stand in a signature?"""
    if _POSTSCRIPT.match(text):
        return False
    if is_closing(text) or _DELIMITER.match(text) or _DEVICE.match(text):
        return True
    if _CONTACT.search(text) or _PLACE.search(text):
        return len(text) <= _LINE_LENGTH * 2 and not _ITEM.match(_without_phone(text))
    if len(text) > _LINE_LENGTH or _ITEM.search(text) or text.startswith(("- ", "* ", "• ")):
        return False
    return len(text.split()) < _SENTENCE_WORDS or not text.endswith((".", "!", "?", ":"))


def _without_phone(text: str) -> str:
    return "" if _PLACE.search(text) else re.sub(r"\+?\d(?:[\s.()/-]{0,3}\d){7,}", "", text).strip()


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
        # One keyword in a long paragraph, two in a short one: customers do write "par erreur".
        found = {match.lower() for match in _DISCLAIMER.findall(paragraph)}
        if start and (
            len(found) > 1
            or (
                found
                & {
                    "confidential",
                    "avant d'imprimer",
                    "avant d’imprimer",
                    "before printing",
                    "virus-free",
                    "unsubscribe",
                }
            )
        ):
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
        proof = proof or bool(re.search(r"\d(?:[\s.()/-]{0,3}\d){7,}|\S+@\S+\.\w", text))
    # The first line of a message is what it is about.
    if proof and any(line.text for line in lines[:start]):
        marks[start:end] = ["signature"] * (end - start)
