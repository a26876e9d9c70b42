"""Repeat orders: "kif dima", "comme d'habitude", "mm cmd", "same as last time", "نفس الطلب".

The same words often speak of the payment, the quality or a delay; then nothing
is ordered again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orders.extraction.kind import which
from orders.extraction.kind.cue import ORDER_WORD
from orders.extraction.kind.intent import Clause, clauses
from orders.extraction.lines import told
from orders.extraction.lines.products import match
from orders.extraction.text.mentions import Mention, mentions

if TYPE_CHECKING:
    from orders.extraction.catalogue import Catalogue
    from orders.extraction.drafts import Draft, Span
    from orders.extraction.text.scan import Scan
    from orders.reading import Evidence

_B, _E = r"(?<![^\W_])", r"(?![^\W_])"
_USUAL = (
    r"(?:com+andes?|cmds?|cde)\s+habituelle?s?|habituellement|l'habituel\w*|usual\s+(?:order|one)",
    # Darija: "kif dima", "b7al l3ada", "nefs lcommande"
    (r"(?:kif|kima|kifma|b[h7]al|bhel|f[h7]al|b7el|bal)\s?(?:ma\s)?(?:dima|dayma?n?|l?\s?3ad+a|mwalfin|mwalef|kolla?\s?merra|kul\s?mera"
    r"|l?\s?(?:me?ra|merra|fois)\s+(?:li\s+fat\w*|lfayta|lkhra))"),
    r"(?:dakchi|dak\s?chi|nefs\s?chi)\s+(?:dyal\s+|d\s?)?(?:dima|l3ada)|dakchi\s+li\s+(?:mwal\w+|dima|3adat\w*)",
    rf"(?:nefs|nafs|nfs|nefss)\s+(?:l[ae]?\s+|l\s?|el\s+)?(?:{ORDER_WORD}|se?l3a\w*|chi|haja|7aja|me?ra|3adad|kmiya|talab\w*|order)",
    rf"(?:3awd\w*|3awed\w*|3awdo\w*)\s+(?:lina\s+|lia\s+|liya\s+)?(?:(?:l[ae]?|dik|had|nefs|nfs)\s+)*(?:l\s?)?(?:{ORDER_WORD}|l?talab\w*|se?l3a\w*)",
    # Arabic script
    (r"(?:كيف|كيما|بحال|زي|مثل)\s?(?:ما\s)?(?:ديما|دايما|العاده|دائما|ديمه|كل\s+مره|المره\s+\w+)|كالعاده|كالمعتاد|(?:ال)?طلب\w*\s+المعتاد\w*|المعتاد(?=\s*(?:من|عافاك|شكرا|$))|كما\s+(?:العاده|المعتاد)"
    r"|نفس\s+(?:ال)?(?:طلب\w*|كوموند\w*|كوماند\w*|كميه|كميات|شي|حاجه|مره|سلعه)|عاود\w*\s+(?:ليا\s+|لينا\s+)?(?:نفس\s+)?(?:ال)?(?:طلب\w*|كوموند\w*|كوماند\w*)"),
    # French, as spelt in haste
    r"(?:com+e?|cm|kom+)\s?(?:d|de|a|l)?\s?'?\s?h?ab(?:itud\w*|itued\w*|itde|it)?|que\s+d'?\s?h?abitude|(?:d'|a\s+l')\s?h?abitude",
    r"(?:toujours|tjrs?|tjs|tjr)\s+(?:pareill?e?|(?:la\s+|le\s+)?(?:meme|mm|mem)(?:\s+chose)?|idem)(?=\s*(?:svp|stp|merci|p(?:ou)?r|[.!,;\n]|$))",
    (r"(?:com+e?|cm|kom+)\s+(?:toujours?|tjrs?|tjs|tjr|avant|d'ordinaire|dernierement|precedem+ent|prevu\s+d'habitude"
    r"|(?:la\s+|le\s+|a\s+la\s+)?(?:derniere?|precedente?)\s+(?:fois|com+ande|cmd|livraison)|la\s+fois\s+(?:derniere|passee|precedente)"
    r"|le\s+mois\s+(?:dernier|passe|precedent)|la\s+semaine\s+(?:derniere|passee)|l'autre\s+fois|(?:a\s+)?chaque\s+(?:fois|mois|semaine))"),
    rf"(?:la\s+|les\s+|une\s+|l\s)?(?:memes?|meem|mem|mm|mme)\s+(?:\w+\s+)?(?:{ORDER_WORD}|choses?|quantites?|qtes?|produits?|articles?|references?|sacs|sachets)",
    r"pareill?e?s?\s+(?:que|qu'|q|comme|k)\b[^.!?\n]{0,30}|(?:la\s+meme|pareil|idem)(?=\s*(?:svp|stp|s'il|3afak|please|ce\s+mois|cette\s+(?:fois|semaine)|p(?:ou)?r\s+(?:n(?:ou)?s|moi|ce\s+mois|cette|la\s+semaine|\d)|[.!,;\n]|$))",
    r"(?:dima\s+)?b[h7]al\s+b[h7]al|remet\w*(?:[\s-]+(?:nous|moi))?\s+(?:ca|cela)",
    r"idem\s+(?:que|comme|a)\b|(?:a\s+l')?identique(?:ment)?\s+(?:a|au|que)\b|a\s+l'identique",
    rf"relanc\w+\s+(?:\w+\s+){{0,3}}?(?:{ORDER_WORD}|meme)|renouvel\w*|reconduire|reconduis\w*|reconduction|repet(?:er|ez|ition)\s+(?:\w+\s+){{0,2}}{ORDER_WORD}",
    rf"(?:re-?com+and\w+|repass\w+|refair?e?\w*|refaites?|redonn\w+|remet\w*)[\s-]+(?:\w+[\s-]+){{0,3}}?(?:memes?|pareil|identique|derniere|precedente|{ORDER_WORD}\s+(?:de|du|n))",
    which.AS_BEFORE,
    # English
    (r"same\s+(?:\w+\s+)?(?:as\s+(?:usual|last|before|always|the\s+(?:last|previous)|(?:in\s+)?(?:our|my)\s+(?:last\s+|previous\s+)?order)|order|things?|again|quantit\w+|products?|items)|as\s+(?:usual|always|last\s+time)"
    r"|(?:my|our|the)\s+usual(?:\s+order)?|repeat\s+(?:\w+\s+){0,3}order|re-?order|renew\w*|another\s+(?:round|batch)\s+of\s+the\s+same"),
)  # fmt: skip
USUAL = re.compile(_B + "(?:" + "|".join(_USUAL) + ")" + _E)

# Near these words, "as usual" is about something else.
_ABOUT_OTHER = re.compile(
    rf"{_B}(?:reglements?|paiements?|payer|paye\w*|regl\w+|cheques?|virements?|especes|cash|factur\w+|lkhlass|khlass|nkhels\w*|payment|pay|invoice|"
    r"qualites?|quality|service|travail|accueil|impeccable\w*|pleasure|plaisir|arrived|perfect\w*|working\s+with|personne|repond\w*|telephone|chauffeur|nickel|parfait\w*|excellent\w*|au\s+top|bravo|super|bien\s+re[cs]u\w*|merci\s+(?:a|pour)|"
    r"retards?|m3et+l\w*|late|delays?|probleme\w*|problem\w*|erreurs?|mauvais\w*|dechir\w*|manqu\w*|abim\w*|mochkil|mouchkil|meme\s+souci|reclam\w*|"
    r"الدفع|الخلاص|الجوده|الاداء|متاخر\w*|مشكل\w*|معطل\w*|تاخير)" + _E
)
# With quantities stated, these leave the order itself new.
_ABOUT_FORM = re.compile(
    rf"{_B}(?:design|logos?|impression\w*|imprim\w*|couleurs?|formats?|tailles?|dimensions?|papier|prix|prices?|taman|tarifs?|adresses?|depot|entrepot|"
    r"horaires?|livr\w+|delivery|address|size|print\w*|colou?rs?|conditions?|maquette|visuel|fichier|bat|transporteur|emballage)"
    + _E
)
_COSTS = re.compile(rf"\d\s*(?:dhs?|mad|eur\w*|€|\$|dirhams?){_E}")
_PART = re.compile(rf"(?<!\d),|,(?!\d)|[;:+\n]|{_B}(?:et|and|w|و){_E}")
_NOT = re.compile(rf"{_B}(?:pas|not|don't|ne|plus|contrairement\s+a|machi|ماشي|ليس)\s+(?:\w+\s+)?$")
_NUMBER = re.compile(
    r"(?<![\w-])(?P<prefix>cmd)[-_ ]?(?P<year>20\d\d)[-_ ]?(?P<serial>\d{3,6})(?![\w-])"
)
_EXCEPT = re.compile(
    r"(?:(?<![^\W_])(?:sauf|sans|hors|excepte|pas\s+de|pas\s+d'|pas|moins|enleve[rz]?|retire[rz]?|supprime[rz]?|bla|blach|mn\s*ghir|men\s*ghir|"
    r"mais\s+pas|except(?:\s+for)?|without|no|not|minus|ma\s*3ada|7yd\w*|7eyed\w*|ما\s*عدا|ماعدا|بلا|من\s+غير|بدون|الا))"
    r"\s*(?:les?\s+|la\s+|l'|des?\s+|d'|the\s+|had\s+|dyal\s+|ces\s+|دوك\s+)*$"
)


@dataclass(frozen=True, slots=True)
class Renewal:
    """Where the repeat is asked for, the order it names, and what it leaves out."""

    evidence: tuple[Evidence, ...] = ()
    confidence: float = 0.0
    number: str = ""
    number_evidence: tuple[Evidence, ...] = ()


def find(scans: list[Scan], drafts: list[Draft]) -> Renewal:
    """Return the request to repeat an earlier order in the author's own words, if any."""
    for scan in scans:
        if scan.document.key.startswith("attachment") and scan.document.kind != "audio":
            continue
        for clause in clauses(scan):
            found = _in_clause(clause, drafts)
            if found:
                number, span = _number(scan, clause)
                return Renewal(
                    scan.evidence(*found),
                    0.9 if len(scan.text) < 400 else 0.85,  # noqa: PLR2004 - short messages say little else
                    number,
                    scan.evidence(*span) if span else (),
                )
    return Renewal()


def _in_clause(clause: Clause, drafts: list[Draft]) -> Span | None:
    for found in USUAL.finditer(clause.scan.text, clause.start, clause.end):
        before = clause.scan.text[clause.start : found.start()]
        sentence = clause.text
        if _NOT.search(before[-25:]) or _ABOUT_OTHER.search(sentence):
            continue
        spoken_of = told.spans(clause.scan.text, clause.start, clause.end)
        if any(start <= found.start() < end for start, end in spoken_of):
            continue
        around = _around(clause, found.start(), found.end())
        if drafts and (_ABOUT_FORM.search(around) or _COSTS.search(around)):
            continue
        if _of_one_line(clause, found.start(), drafts):
            continue
        return found.span()
    return None


def _of_one_line(clause: Clause, position: int, drafts: list[Draft]) -> bool:
    """Whether "as always" is said of one line beside others: "et 6000 sachets comme toujours"."""
    before = clause.scan.text[clause.start : position]
    parts = [match.end() for match in _PART.finditer(before)]
    start = clause.start + (parts[-1] if parts else 0)
    mine = [start <= d.quantity_span[0] < position for d in drafts if d.scan is clause.scan]
    return bool(parts) and any(mine) and not all(mine)


def _around(clause: Clause, start: int, end: int) -> str:
    """The words near a phrase, within its part of the clause."""
    before = re.split(r"[,:(+]", clause.scan.text[clause.start : start])[-1][-35:]
    after = re.split(r"[,:)+]", clause.scan.text[end : clause.end])[0][:25]
    return before + " " + clause.scan.text[start:end] + " " + after


def _number(scan: Scan, clause: Clause) -> tuple[str, Span | None]:
    match = _NUMBER.search(scan.text, clause.start, clause.end) or _NUMBER.search(scan.text)
    if match is None:
        return "", None
    return f"CMD-{match['year']}-{match['serial']}", match.span()


def excluded(scans: list[Scan], drafts: list[Draft], catalogue: Catalogue) -> tuple[str, ...]:
    """Codes of products that a repeat order leaves out ("sauf les sachets")."""
    codes: list[str] = []
    for scan in scans:
        if scan.document.key != "body":
            continue
        for start, end in scan.regions():
            for mention in mentions(scan, start, end, catalogue):
                if _is_excluded(scan, mention, drafts):
                    code = match(mention.traits, catalogue).code
                    codes += [code] if code and code not in codes else []
    return tuple(codes)


def _is_excluded(scan: Scan, mention: Mention, drafts: list[Draft]) -> bool:
    counted = any(d.scan is scan and d.description[0] == mention.start for d in drafts)
    before = scan.masked[max(0, mention.start - 30) : mention.start]
    return not counted and bool(_EXCEPT.search(before))
