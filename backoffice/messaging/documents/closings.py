"""How letters end, in the words of our customers: French, English, Darija, Arabic."""

from __future__ import annotations

import re
from typing import Final

_CLOSINGS: Final = (
    r"(?:tr[èe]s |bien )?cordialement",
    r"bien [àa] (?:vous|toi|tous)",
    r"(?:bien )?amicalement",
    r"(?:(?:sinc[èe]res|meilleures|cordiales|respectueuses) )?salutations(?: distingu[ée]es)?",
    r"(?:mes|nos) (?:meilleures )?salutations",
    r"(?:bien )?(?:cdlt|cdt|cldt|slts)",
    r"sinc[èe]rement|respectueusement",
    r"(?:bonne|belle|excellente) (?:fin de )?(?:journ[ée]e|soir[ée]e|semaine)",
    r"(?:bonne|belle) (?:r[ée]ception|continuation)",
    r"(?:(?:kind|best|warm|with best|many) )?regards",
    r"(?:yours )?(?:sincerely|faithfully|truly)",
    r"best|cheers|best wishes|all the best",
    r"[àa] bient[ôo]t|be?sslama|bslama",
    r"مع تحيات[يا]?|تحياتي",
)
_THANKS: Final = (
    r"(?:(?:(?:je|nous) vous )?remerci\w+|(?:un grand |mille )?mercis?|d['’]avance merci"
    r"|(?:many )?thanks|thank you|thx|tks|ch?o[uo]?kran|شكرا)"
    r"(?: (?:d['’]avance|par avance|beaucoup|bien|infiniment|encore|bcp|in advance|again|so much"
    r"|bzaf|bezzaf|jazilan|جزيلا))?"
)
_FORMULAS: Final = (
    r"veuillez (?:agr[ée]er|croire)",
    r"(?:je|nous) vous prie d['’](?:agr[ée]er|accepter)",
    r"(?:recevez|veuillez recevoir)[^\d\n]{0,40}(?:salutations|sentiments)",
    r"dans l['’]attente (?:de|d['’])",
    r"en vous (?:remerciant|souhaitant)",
    r"(?:bien )?cordialement\b",
    r"merci (?:d['’]avance|par avance)(?: (?:pour|de) (?:votre|ta|ton|vos)| et\b)",
    r"merci (?:pour|de) (?:votre|ta|ton|vos) (?:retour|r[ée]ponse|confirmation|confiance)",
    r"(?:i look|looking) forward to",
)
_DEVICES: Final = (
    r"envoy[ée] (?:de|depuis|[àa] partir de) .{2,60}",
    r"(?:sent from|sent via|enviado desde|gesendet von|inviato da) .{2,60}",
    r"get outlook for .+",
    r"(?:obtenir outlook pour|t[ée]l[ée]charge[rz] outlook) .+",
    r"outlook pour (?:ios|android).*",
    r"provenance : .+",
    r"yahoo mail.{0,60}",
)
_WORDS: Final = f"(?:{_THANKS}|{'|'.join(_CLOSINGS)})"
_END: Final = r"\s*[,.!:)☺😊🙏-]*"
_NAME: Final = r"[A-ZÀ-Ý][\w.'’-]*"
# A closing alone on its line, or followed by a name: "Merci, Salma".
_CLOSING: Final = re.compile(
    rf"^(?i:{_WORDS}(?:\s*(?:,|et)\s*{_WORDS})?){_END}"
    rf"(?:\s*{_NAME}(?:\s{_NAME}){{0,3}})?\s*[.!,🙏😊]*$"
)
# Sentences that only ever close a letter.
_FORMULA: Final = re.compile(f"^(?:{'|'.join(_FORMULAS)})", re.IGNORECASE)
_DEVICE: Final = re.compile(f"^(?:{'|'.join(_DEVICES)})$", re.IGNORECASE)
_LONGEST: Final = 180


def is_closing(text: str) -> bool:
    """Is this line how a letter ends: "Cordialement", "Merci, Salma", "Sent from my phone"?"""
    if len(text) > _LONGEST:
        return False
    return any(pattern.match(text) for pattern in (_CLOSING, _FORMULA, _DEVICE))
