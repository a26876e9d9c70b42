"""Words beside a number that tell what it is there for (see :mod:`number_roles`)."""

from __future__ import annotations

import re
from typing import Literal

Role = Literal[
    "count", "price", "total", "sum", "phone", "reference", "size", "grammage", "date",
    "postcode", "percent", "time", "duration", "address", "told", "tax", "other", "unknown",
]  # fmt: skip
_B, _E = r"(?<![^\W_])", r"(?![^\W_])"

# Right before the number.
_BEFORE: tuple[tuple[Role, tuple[str, ...]], ...] = (
    (
        "reference",
        (
            r"ice|if|i\.f\.?|rc|r\.c\.?|patente|cnss|rib|iban|compte|siret|siren|capital(?:\s+de)?",
            r"tva\s+(?:fr|intra\w*)|vat\s+(?:no|n°)?|p\.?\s?iva|code|ref\w*|dossier|client\s+n°",
            r"(?:n°|no\.?|num\w*)(?:\s*n°)?",
        ),
    ),
    (
        "address",
        (
            r"lot|villa|imm\w*|immeuble|appt?|appartement|bloc|bp|b\.p\.|etage|magasin|porte|rue",
            r"av|avenue|bd|boulevard|route|rn|km|zone|zi|quai|hay|derb",
        ),
    ),
    (
        "sum",
        (
            (
                r"(?:(?:sous-?\s?)?total\w*|net\s+a\s+payer|montant|somme|majmou3|lmajmou3|en\s+tout|"
                r"ttc|ht|المجموع|order\s+value|amount\s+due|grand\s+total)[^\d\n]{0,25}"
            ),
        ),
    ),
    (
        "tax",
        (
            (
                r"(?:tva|t\.v\.a\.?|vat|taxe|remise|rabais|transport|frais|port|acompte|avance|"
                r"escompte)[^\d\n]{0,20}"
            ),
        ),
    ),
    (
        "price",
        (
            (
                r"(?:prix|pu|p\.u\.?|tarif|price|taman|rate|convenu\w*|ثمن|الثمن)"
                r"(?:\s+(?:unitaire|ht|unit|de|dyal|:))*"
            ),
            r"a|at",
        ),
    ),
)
BEFORE: tuple[tuple[Role, re.Pattern[str]], ...] = (
    *(
        (role, re.compile(rf"{_B}(?:" + "|".join(words) + r")\W{0,4}$"))
        for role, words in _BEFORE
    ),
    ("price", re.compile(r"@\s*$")),
)  # fmt: skip
# Right after it.
_AFTER: tuple[tuple[Role, str], ...] = (
    (
        "address",
        (
            r"(?:bis|ter)?,?\s*(?:rue|avenue|av\.?|bd\.?|bld|boulevard|route|rte|place|quai|impasse|"
            r"allee|street|road|hay|derb|zankat|(?:e|er|eme|ieme)?\s*etage)"
        ),
    ),
    ("size", r"cm|mm|m"),
    ("grammage", r"(?:g|gr|grs|grammes?|gsm)(?:/m2?)?"),
    ("other", r"couleurs?|coul|colou?rs?|plis?|faces?|magasins?|collaborateurs?|km|employes?"),
)
AFTER = tuple((role, re.compile(rf"\s*(?:{words}){_E}")) for role, words in _AFTER)
# These words do not make another thing of a number that counts the bag beside it.
WEAK: frozenset[Role] = frozenset({"reference", "address", "price", "sum"})
