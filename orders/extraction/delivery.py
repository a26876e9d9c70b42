"""Which of a message's dates is the one the goods are wanted."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING

from orders.reading import Found

if TYPE_CHECKING:
    import datetime as dt

    from backoffice.core.dates import DateFound
    from orders.extraction.text.scan import Scan

_B, _E = r"(?<![^\W_])", r"(?![^\W_])"
# Words before the date in its line, and how much they say for or against delivery.
_BEFORE: tuple[tuple[float, re.Pattern[str]], ...] = tuple(
    (weight, re.compile(_B + "(?:" + pattern + ")"))
    for weight, pattern in (
        (3.0, (
            r"livr\w*|liver\w*|deliver\w*|delivery|ship(?:ped|ment|ping)?|required|needed|"
            r"need\s+(?:it|them)|reception\s+(?:souhaitee|prevue)|enlevement|recuper\w*|expedi\w*|"
            r"disponible"
        )),
        (3.0, (
            r"t[ao]?slim|t[ao]?ws+il|twss?e?l\w*|tw[ae]?s+l\w*|bghit?hom|bghinahom|bghitha|khass\w*hom|khassni\w*|"
            r"nakhod\w*|twejed|tkoun\s+wajda|توصل\w*|التوصيل|التسليم|بغيتهم|يوصل\w*|نوصل\w*"
        )),
        (3.5, (
            r"au\s+plus\s+tard|dernier\s+delai|butoir|deadline|au\s+pire|imperativement|no\s+later\s+than|"
            r"at\s+the\s+latest"
        )),
        (2.5, (
            r"idealement|de\s+preference|ideally|d'ici|avant|pour|pr|date\s+limite|delai|by|before|no\s+later\s+than|until|9bel|9bl|"
            r"qbel|قبل|ل?نهار|besoin|(?:me|nous|m|ns)\s+(?:les?|la|en)\s+fau\w*|urgent|souhaite\w*|"
            r"voulue?|prevue?|(?:les?|la)\s+(?:voudr\w+|veu\w+|voul\w+|faut|prend\w*|recevoir)|"
            r"(?:want|need|expect|get|have)\s+(?:it|them|these)|bghi(?:t|na)\w*|محتاج\w*|بغينا\w*"
        )),
        (1.0, r"nhar|lyoum|le|on|f|fi|في|يوم"),
        (-4.0, (r"conversation|visite|appel|reunion|entretien|echange|telephone|courriel|mail|"
            r"offre|"
            r"devis|"
        r"facture\w*|proforma|tarif|prix|reglement|paiement|regl\w+|echeance|virement|cheque|"
               r"valable|validite|jusqu'?\s?au|until|expire|bon\s+a\s+tirer|bat|epreuve|depuis|"
               r"since|mn\s|quote|quotation|invoice|payment|choix|decision|confirm\w*|repon\w*|"
               r"repondre|fermes?|ferme|conges?|absent\w*|mouvement|salon|"
               r"tombe\w*\s+a|zero|rupture|epuise\w*|a\s+sec|out\s+of\s+stock|salit\w*")),
        (-3.0, (
            r"com+ande\s+(?:n°\s?\S+\s+)?(?:du|le|d')|order\s+date|"
            r"date\s+(?:de\s+)?(?:la\s+)?com+ande|date\s+d'emission|emis|etabli|fait\s+a|edite|"
            r"imprime|livree?s?\s+(?:le|hier|lundi)|recue?s?"
        )),
        (-2.0, r"sinon|a\s+defaut|otherwise"),
        # What the goods are for: "pour le souk du 6 juin mais je les voudrais demain".
        (-2.0, (
            r"souk|moussem|mariages?|noces|3ers|l?3ars|ouvertures?|inaugur\w*|foires?|fetes?|aid|ramadan|"
            r"noel|anniversaires?|evenements?|event|opening|wedding|soiree|ceremonie|seminaire|"
            r"congres|vernissage|bapteme|3id|l3id|rentree|fair|festival|party|kermesse|3qiqa|"
            r"افتتاح|عرس|العيد|حفل\w*|معرض|on\s+ouvre|nous\s+ouvrons|we\s+open"
        )),
        (-2.0, r"date\s*:?\s*\|?\s*$|dated?"),
    )
)  # fmt: skip
_AFTER = re.compile(
    r"\s*(?:au\s+plus\s+tard|dernier\s+delai|max\w*|imperativement|inchal\w*|inch?a?\w*|svp|"
    r"stp|latest|ان\s?شاء|ila\s+kan|si\s+possible)"
)
_LETTER_DATE = re.compile(r"\s*[^\W\d_][\w' -]{2,25},\s*(?:le\s+)?$")
_MARK_BEFORE = re.compile(r"[📅🗓⏰🚚📦]\W*(?:\w+\W+){0,2}$")
_ORDER_LINE = re.compile(
    rf"{_B}(?:bon\s+de\s+com+ande|com+ande|bc|order|facture)\s*(?:n°)?\s*[\w/-]*\s*"
    r"(?:du|en\s+date\s+du|le|of|dated|[-:|])?\s*$"
)
_NEAR = 70
# Dates before one that may have a say in it.
_NEAREST = 3
# "pour mercredi. Ah non pas mercredi": said to take a day back.
_RETRACTED = re.compile(
    rf"{_B}(?:pas|non\s+pas|et\s+non|not|machi|plus|ماشي|instead\s+of|au\s+lieu\s+d[eu])\s+"
    r"(?:(?:le|the|pour|on|for|de|celui\s+du|nhar|du|l)\s+)*$"
)
# "Livraison le 14, enfin si vous pouvez plutôt le 13": the better day.
_RATHER = re.compile(
    rf"{_B}(?:plutot|finalement|rather|actually|better|mieux|preferer\w*|make\s+it|correction|"
    rf"walla\s+7sn|a7sn|hsn|الاحسن){_E}[^.!?\n]{{0,25}}$"
)
# "semaine prochaine, mercredi 20 mai", "dans dix jours (soit le 8 juin)": one date said twice.
_SAME_AGAIN = re.compile(
    r"[\s,;:(-]*(?:soit|c'est\s+a\s+dire|c'est-a-dire|cad|plus\s+precisement|precisement|disons|"
    r"exactement|donc|i\.?e\.?|so|that\s+is|ya3ni|يعني)?[\s,:]*(?:au\s+plus\s+tard\s+)?(?:le|the|du)?\s*$"
)
_RANGE = re.compile(r"\s*(?:et|au|and|to|w|و|-)\s+(?:le\s+|the\s+|nhar\s+)?$")
_RANGE_START = re.compile(r"(?:entre|between|du|from|bin|mabin|بين)\s+(?:le\s+|the\s+)?$")
_EXACTNESS = {"absolute": 2, "day_of_month": 2, "weekday": 1, "relative": 1, "period": 0}
_LABEL_CELL = re.compile(r"[^|\n]*$")


@dataclass(frozen=True, slots=True)
class _Candidate:
    scan: Scan
    date: DateFound
    score: float


def find(scans: list[Scan], sent_on: dt.date) -> Found[dt.date]:
    """Return the delivery date the documents ask for, with where it was read."""
    candidates = [
        _Candidate(scan, date, score(scan, date, sent_on))
        for scan in scans
        for start, end in scan.regions()
        for date in scan.dates
        if start <= date.start and date.end <= end
    ]
    taken_back = {c.date.value for c in candidates if is_retracted(c.scan, c.date)}
    candidates = [c for c in candidates if c.date.value not in taken_back]
    # "début juin, au plus tard le 8": a day says more than the period it lies in.
    good = [candidate for candidate in candidates if candidate.score >= 1.0]
    if not good:
        return _only_date(candidates)
    # Of equals the last one said counts: people correct themselves.
    best = max(enumerate(good), key=lambda pair: (round(pair[1].score, 1), pair[0]))[1]
    others = {c.date.value for c in good if c.score >= best.score - 0.5} - {best.date.value}
    confidence = min(0.97, 0.55 + 0.1 * best.score) * best.date.certainty
    if others:
        confidence -= 0.2
    return Found(
        best.date.value,
        round(max(confidence, 0.3), 2),
        best.scan.evidence(best.date.start, best.date.end),
    )


def is_retracted(scan: Scan, date: DateFound) -> bool:
    return bool(_RETRACTED.search(scan.text[max(0, date.start - 30) : date.start]))


def _only_date(candidates: list[_Candidate]) -> Found[dt.date]:
    """A single date to come that nothing says is another's: probably the one wanted."""
    days = {c.date.value for c in candidates if c.scan.document.key == "body"}
    if len(days) != 1 or not (hopeful := [c for c in candidates if c.score >= 0]):
        return Found()
    found = hopeful[0]
    where = found.scan.evidence(found.date.start, found.date.end)
    return Found(found.date.value, 0.45, where)


def score(scan: Scan, date: DateFound, sent_on: dt.date) -> float:
    text = scan.text
    line_start = text.rfind("\n", 0, date.start) + 1
    # A cue goes with the nearest date: "à livrer mercredi, on a un mariage jeudi".
    index = bisect_left(scan.dates, date.start, key=attrgetter("start"))
    near = scan.dates[max(0, index - _NEAREST) : index]
    earlier = [d for d in near if line_start <= d.start and d.end <= date.start]
    vaguer = _said_again(text, earlier, date)
    is_later = _ends_range(text, earlier, date)
    if vaguer or is_later:
        earlier.pop()
    first = max([line_start, date.start - _NEAR, *(d.end for d in earlier)])
    before = re.split(r"[.;!?]\s", text[first : date.start])[-1]
    score = _cues_before(before) + is_later
    if vaguer:
        score += 1.5 if _EXACTNESS[date.kind] > _EXACTNESS[vaguer.kind] else -3.0
    if line_start == date.start or not before.strip(" :-|"):
        score += _label_above(text, line_start)
    own = text[date.start : date.end]
    if own.startswith(
        (
            "avant",
            "pour",
            "pr ",
            "livr",
            "nhar",
            "by ",
            "before",
            "9bel",
            "نهار",
            "قبل",
            "ce ",
            "sous",
            "d'ici",
            "dans",
        )
    ):
        score += 2.5
    if _AFTER.match(text, date.end):
        score += 1.5
    if _RATHER.search(before):
        score += 3.0
    if _MARK_BEFORE.search(before):
        score += 2.0
    head = text[line_start : date.start]
    if (date.kind == "absolute" and _LETTER_DATE.match(head)) or _ORDER_LINE.search(before):
        score -= 4.0
    score += {"relative": 1.0, "weekday": 1.0, "period": -1.0, "day_of_month": 0.5}.get(
        date.kind, 0.0
    )
    if date.value < sent_on:
        score -= 4.0
    elif date.value == sent_on:
        score -= 1.0
    if scan.document.key == "subject":
        score -= 0.5
    return score


def _said_again(text: str, earlier: list[DateFound], date: DateFound) -> DateFound | None:
    """The date just before that this one makes more, or less, exact."""
    last = earlier[-1] if earlier else None
    if last is None or not _SAME_AGAIN.match(text[last.end : date.start]):
        return None
    return last if _EXACTNESS[last.kind] != _EXACTNESS[date.kind] else None


def _ends_range(text: str, earlier: list[DateFound], date: DateFound) -> bool:
    """Whether this is the later day of "entre le 24 et le 28"."""
    if not earlier or not _RANGE.match(text[earlier[-1].end : date.start]):
        return False
    return bool(_RANGE_START.search(text[max(0, earlier[-1].start - 30) : earlier[-1].start]))


def _cues_before(before: str) -> float:
    """The strongest word for, and the strongest against, the nearer one counting more."""
    best, worst = 0.0, 0.0
    best_at, worst_at = -1, -1
    for weight, pattern in _BEFORE:
        found = list(pattern.finditer(before))
        if not found:
            continue
        last = found[-1]
        if weight > best or (weight == best and last.end() > best_at):
            best, best_at = weight, last.end()
        if weight < worst:
            worst, worst_at = weight, last.end()
    if best_at >= 0 and worst_at >= 0:
        return best + (worst if worst_at > best_at else worst / 4)
    return best + worst


def _label_above(text: str, line_start: int) -> float:
    """A label on the line above ("Livraison souhaitée :" and the date below it)."""
    above = text[max(0, line_start - 60) : max(0, line_start - 1)].rsplit("\n", 1)[-1]
    return _cues_before(above) * 0.8 if above.rstrip().endswith(":") or len(above) < 30 else 0.0  # noqa: PLR2004 - a label
