"""Our own offer accepted: "ok pour votre devis, lancez", "Bon pour accord" on our paper sent back.

What is ordered then stands in our words: in the quotation attached, or in the mail quoted
below the answer.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from orders.extraction.kind.cue import B, E

if TYPE_CHECKING:
    from collections.abc import Iterable

    from orders.extraction.text.scan import Scan
    from orders.reading import Evidence

_OFFER = r"(?:devis|offres?|pro\s?forma|propositions?|cotation|prix|tarifs?|quote|quotation|offer)"
_YES = r"(?:ok|okay|d'accord|accord|go|feu\s+vert|valid\w+|accept\w+|approuv\w+|confirm\w+|oui|yes)"
_ACCEPTS = re.compile(
    rf"{B}(?:bon\s+pour\s+(?:accord|nous|moi|com+ande)|{_YES}{E}[^.!?\n]{{0,40}}{B}{_OFFER}|"
    rf"{_OFFER}{E}[^.!?\n]{{0,40}}{B}(?:signee?s?|acceptee?s?|validee?s?|approuvee?s?|accepted|"
    r"approved|signed|convien\w+|(?:me|nous)\s+va)|"
    r"(?:vous\s+pouvez|tu\s+peux|pouvez[- ]vous|merci\s+de|veuillez|you\s+(?:can|may)|please)\s+"
    r"(?:donc\s+|y\s+|bien\s+)?(?:lancer|proceder|demarrer|commencer|produire|proceed|go\s+ahead|start)|"
    r"go\s+ahead|on\s+(?:y\s+va|valide|lance|fonce)|nous\s+(?:validons|acceptons)|je\s+(?:valide|"
    r"confirme|prends)|lance[zr]|c'est\s+(?:bon|ok|valide|parti)|safi\s+(?:dir|lanc|sir)\w*|"
    rf"mwaf[9q]\w*|موافق\w*|على\s+بركه){E}"
)
_NOT_YET = re.compile(
    rf"{B}(?:pas\s+(?:encore|d'accord|possible|bon|valid\w+|lanc\w+)|ne\s+(?:lance|valid)\w*|trop\s+"
    r"(?:cher|eleve)|reflech\w*|hesit\w*|revien\w*|recontact\w*|compar\w*|apres\s+(?:accord|"
    r"validation)|des\s+que|si\s+(?:vous|tu|le|on)|remise|baisser|negoci\w*|not\s+yet|too\s+"
    rf"expensive|decline\w*|refus\w*|annul\w*|cancel\w*){E}|\?"
)
_OFFERED = re.compile(rf"{B}(?:devis|offres?|pro\s?forma|proposition|quotation|quote|offer){E}")
_HEAD = 300


def accepted(scans: Iterable[Scan]) -> tuple[Evidence, ...]:
    """Where the author's own words take an offer; empty where they leave it open."""
    for scan in scans:
        if scan.document.key != "body":
            continue
        for start, end in scan.regions():
            yes = _ACCEPTS.search(scan.text, start, end)
            if yes and not _NOT_YET.search(scan.text, start, end):
                return scan.evidence(*yes.span())
    return ()


def papers(scans: Iterable[Scan], ours: Iterable[Scan]) -> list[Scan]:
    """Our offers in a message: papers among ``ours``, else the mail quoted below the answer."""
    attached = [one for one in ours if _OFFERED.search(one.text[:_HEAD])]
    if attached:
        return attached
    return [
        replace(
            one, document=replace(one.document, fresh=(), signature=()), memory=dict(one.memory)
        )
        for one in scans
        if one.document.key == "body" and one.document.fresh and _offers_below(one)
    ]


def _offers_below(scan: Scan) -> bool:
    """Whether what is quoted below the author's words offers goods at a price."""
    end = max(stop for _start, stop in scan.regions())
    priced = any(amount.start >= end for amount in scan.amounts)
    return priced and bool(_OFFERED.search(scan.text, end))
