"""Telephone numbers a message gives of somebody else: a stand-in, a driver, a colleague."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from orders.extraction.text.scan import Scan

_B, _E = r"(?<![^\W_])", r"(?![^\W_])"
_MINE = (
    r"(?:moi|nous|me|m'|nous-memes|us|our|my|directement|svp|stp|sur|au|le|la|"
    r"s'il|please|lia|liya|lina)"
)
_REACH = (
    r"(?:contacter|contactez|joindre|joignez|appeler|appelez|adresser|adressez|voir\s+avec|contact|"
    r"call|reach|3iytou?\s+l|3ayet\s+l|تواصل\w*|اتصل\w*)"
)
# "merci de contacter M. Rachid Bouzid au", but neither "me contacter au" nor "appelez-moi au".
_ANOTHER = re.compile(
    rf"(?<!me\s)(?<!m')(?<!nous\s){_B}{_REACH}{_E}(?!\s*-?\s*{_MINE}{_E})\s*(?:a\s+|avec\s+)?"
    r"(?:[^\W\d_][\w'.-]*[ ,(:]+){1,8}$"
)
_ROLE = re.compile(
    rf"{_B}(?:mon|ma|notre|le|la|son|my|our|the)\s+(?:collegue|remplacan\w+|adjoint\w*|"
    rf"assistant\w*|"
    r"frere|associe\w*|chauffeur|livreur|magasinier|gardien|transporteur|colleague|driver|brother|"
    r"stand-in|khouya|khoya)(?:[ ,(:]+[^\W\d_][\w'.-]*){0,4}[ ,(:]*$"
)
_SENTENCE = re.compile(r"(?<=[^\W\d_]{3})[.!?;]\s|\n")
_LEAD = 70


def is_anothers(scan: Scan, position: int) -> bool:
    """Whether the number at ``position`` is said to be that of somebody else."""
    if scan.document.key != "body":
        return False
    before = _SENTENCE.split(scan.text[max(0, position - _LEAD) : position])[-1]
    return bool(_ANOTHER.search(before) or _ROLE.search(before))
