"""The buyer on an order form: its letterhead, its contact, its signature; never the supplier."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orders.extraction.who import names

if TYPE_CHECKING:
    from orders.extraction.drafts import Span
    from orders.extraction.text.scan import Scan
    from orders.extraction.who.company import Company

_B, _E = r"(?<![^\W_])", r"(?![^\W_])"
_TITLE = re.compile(
    rf"{_B}(?:bon\s+de|com+ande|purchase\s+order|order\s+form|facture|devis|date|n°|page|sheet|objet|formulaire|order|tel|gsm|phone|ice|rc|ref|madame|monsieur|total|designation|quantite|article|echeance|"
    r"bonjour|livraison|fournisseur|vendor|supplier|attention|attn)" + _E
)
_PERSON_LABEL = re.compile(
    rf"{_B}(?:acheteu\w+|demandeur|contact|suivi\s+par|demande\s+par|commande\s+par|attn|authorized\s+by|ordered\s+by|interlocut\w+|responsable|le\s+gerant|la\s+gerante|"
    r"le\s+directeur|la\s+directrice|signataire|signe|nom|buyer|requested\s+by|prepared\s+by|etabli\s+par|emis\s+par|from)\s*(?:\([^)]*\))?\s*[:,|]\s*(?P<value>[^|\n,–;(\d]{3,50}?)(?=\s*(?:[|\n,–;(]|-\s|\+?0\d|$))"
)
_FIRM_LABEL = re.compile(
    rf"{_B}(?:client|raison\s+sociale|societe|company(?:\s+name)?|customer|bill\s+to|factur\w+\s+a|donneur\s+d'ordre|nom\s+du\s+client|etablissement|enseigne|magasin|boutique|commerce|entreprise|organisation|buyer)\s*[:|](?:\s*\|)*\s*(?P<value>[^|\n;(]{{3,60}})"
)
_GIVEN_NAME = re.compile(
    r"(?m)^\W*(?:prenom|first\s+name)\s*:\s*(?P<value>[^\W\d_][^\n|:\d]{1,30})$"
)
# At the beginning of a line: in a sentence these words name nobody.
_FORM_LABEL = re.compile(
    r"(?m)^\W*(?:client|raison\s+sociale|societe|company(?:\s+name)?|customer|nom\s+(?:du\s+client|"
    r"de\s+l'entreprise|de\s+la\s+societe)|etablissement|enseigne|entreprise|organisation|magasin|"
    r"boutique|restaurant|commerce|smit\s+l\w+)\s*:\s*(?P<value>[^|\n;(,]{3,60})"
)
_SUPPLIER = re.compile(
    rf"{_B}(?:fournisseur|vendor|supplier|destinataire|a\s+l'attention|vendeur|seller|to)" + _E
)
_SIGNED = re.compile(r"^(?P<value>[^,\n|:]{4,40}),\s*(?P<job>[^,\n|]{4,40})\.?$")
_HEAD_LINES = 6
_TABLE_CELLS = 4
_BLOCK_LINES = 4
_LONGEST_LINE = 500
_LEGAL_FORM = re.compile(
    r"(?P<firm>[^\W\d_][^|\n,–-]{2,50}?\s(?:sarl(?:\s+au)?|s\.?a\.?r\.?l\.?|s\.?a\.?|sas|ltd|llc|inc))"
    + _E
)


@dataclass(frozen=True, slots=True)
class Letterhead:
    scan: Scan
    firm: str = ""
    firm_span: Span | None = None
    person: str = ""
    person_span: Span | None = None


def find(scan: Scan, company: Company) -> Letterhead:
    """Return the firm and the person that an attached order names as the buyer."""
    firm_span = _labelled(scan, _FIRM_LABEL, "firm", company) or _head(scan, company)
    person_span = _labelled(scan, _PERSON_LABEL, "person", company) or _signed(scan)
    return Letterhead(
        scan,
        scan.folded.source_text(*firm_span) if firm_span else "",
        firm_span,
        scan.folded.source_text(*person_span) if person_span else "",
        person_span,
    )


def buyer(scan: Scan, company: Company) -> Span | None:
    """The person that words like "Acheteur :" name."""
    return _labelled(scan, _PERSON_LABEL, "person", company)


def with_given_name(scan: Scan, name: str) -> str:
    """The name with what a form has on a line of its own: "Prénom : Salim", "Nom : Haddad"."""
    given = _GIVEN_NAME.search(scan.text)
    if given is None:
        return name
    written = scan.folded.source_text(*given.span("value")).strip()
    return name if written.casefold() in name.casefold() else f"{written} {name}"


def client(scan: Scan, company: Company) -> Span | None:
    """The firm that words like "Société :" name in a message laid out as a form."""
    return _labelled(scan, _FORM_LABEL, "firm", company)


def is_ours(scan: Scan, position: int, company: Company) -> bool:
    """Whether the line around a position speaks of us or of "the supplier"."""
    first, last = max(0, position - _LONGEST_LINE), position + _LONGEST_LINE
    start = scan.text.rfind("\n", first, position) + 1 or first
    end = scan.text.find("\n", position, last)
    line = scan.text[start : end if end >= 0 else last]
    if "|" in line and (column := _column(scan, start, position)) is not None:
        # Two blocks side by side: ours and the buyer's.
        if any(company.is_named_in(cell) for cell in column):
            return True
        if company.is_named_in("\n".join(_block(scan, start))):
            return False
    if company.is_named_in(line) or _SUPPLIER.match(line.strip()):
        return True
    # Our address block: the name alone on a line, then street, then telephone.
    first = max(0, start - _LONGEST_LINE)
    block_start = scan.text.rfind("\n\n", first, position) + 1 or first
    above = scan.text[block_start:start].split("\n")[-_BLOCK_LINES:]
    return any("|" not in text and company.is_named_in(text) for text in above)


def _block(scan: Scan, start: int) -> list[str]:
    """The lines above a line of the text, up to a blank one."""
    first = max(0, start - _LONGEST_LINE)
    begin = scan.text.rfind("\n\n", first, start) + 1 or first
    return scan.text[begin:start].split("\n")[-_BLOCK_LINES:]


def _column(scan: Scan, start: int, position: int) -> list[str] | None:
    """The cells above a place in a row, in its column; None where there is no row above."""
    index = scan.text.count("|", start, position)
    rows = [
        line.split("|")
        for line in _block(scan, start)
        # "Fournisseur | ..." is a label and its value, no column.
        if "|" in line and not (index and _SUPPLIER.match(line.strip()))
    ]
    return [row[index] for row in rows if index < len(row)] or None


def _head(scan: Scan, company: Company) -> Span | None:
    """The first line that could be a name, above everything else."""
    position, seen = 0, 0
    for line in scan.text.split("\n"):
        cells = [cell for cell in line.split("|") if cell.strip()]
        if len(cells) >= _TABLE_CELLS:
            position += len(line) + 1
            continue  # headings of columns, and what stands below them
        for cell in (part for whole in cells for part in re.split(r"\s[-–]\s", whole)):
            text = cell.strip()
            start = position + line.find(text) if text else position
            if not text or _TITLE.search(text) or text.startswith("["):
                continue
            seen += 1
            firm = names.clean(text)
            letters = sum(c.isalpha() for c in firm)
            if (
                letters >= 3  # noqa: PLR2004 - more than initials
                and not any(c.isdigit() for c in firm)
                and len(firm.split()) <= 7  # noqa: PLR2004 - a sentence
                and not company.is_named_in(firm)
                and not names.is_address(firm)
                and not firm.endswith(".")
            ):
                return start, start + len(text)
        position += len(line) + 1
        if seen >= _HEAD_LINES:
            break
    return None


def _labelled(
    scan: Scan, pattern: re.Pattern[str], kind: names.NameKind, company: Company
) -> Span | None:
    for match in pattern.finditer(scan.text):
        value = match["value"].strip()
        written = scan.folded.source_text(
            match.start("value"), match.start("value") + len(match["value"])
        )
        if company.is_named_in(value) or any(c.isdigit() for c in value):
            continue
        if kind == "firm" or names.kind_of(written) == kind:
            start = match.start("value") + len(match["value"]) - len(match["value"].lstrip())
            return start, start + len(value)
    return None


def _signed(scan: Scan) -> Span | None:
    """The signature at the foot: "Mehdi Skalli, gérant", or a name below "Le gérant,"."""
    position = len(scan.text)
    lines = scan.text.split("\n")
    for index in range(len(lines) - 1, max(-1, len(lines) - 12), -1):
        line = lines[index]
        position -= len(line) + (1 if index < len(lines) - 1 else 0)
        match = _SIGNED.match(line.strip())
        if match and names.is_job(match["job"]) and names.kind_of(match["value"]) == "person":
            start = position + line.find(match["value"])
            return start, start + len(match["value"])
        above = next((text for text in reversed(lines[:index]) if text.strip()), "")
        if (
            line.strip()
            and names.kind_of(line) == "person"
            and len(line.split()) > 1
            and re.search(
                r"gerant|direct(?:eur|rice|ion)|bon\s+pour|signature|cachet|responsable|president|"
                r"secretaire|tresori|proviseur|intendant|econome|coordinat|pour\s+la\s+societe|"
                r"manager|signed|المدير|المسير|الرييس|التوقيع",
                above,
            )
        ):
            start = position + len(line) - len(line.lstrip())
            return start, start + len(line.strip())
    return None
