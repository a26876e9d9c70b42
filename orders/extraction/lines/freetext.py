"""Product lines in running text and lists: "5k sacs fond carré à 0,70 dh et 2k plates"."""

from __future__ import annotations

import re
from bisect import bisect_left
from operator import attrgetter
from typing import TYPE_CHECKING

from orders.extraction.catalogue import PACKAGING, Catalogue
from orders.extraction.drafts import Draft, Span
from orders.extraction.lines import later_prices, not_ordered, pricing, ranges, referring
from orders.extraction.lines.goods import GOODS, goods_after, goods_before
from orders.extraction.lines.pairing import Pair, gap_cost, pair
from orders.extraction.lines.products import OTHER_GOODS, Match, match
from orders.extraction.text.mentions import Mention, Quantity, counted, mentions, quantities

if TYPE_CHECKING:
    from orders.extraction.text.scan import Scan

# "(et non 3 000)", "au lieu de 2000": the number that is no longer wanted.
NOT_THIS = re.compile(
    r"(?:et\s+non|non\s+pas|au\s+lieu\s+d[eu'](?:s)?|a\s+la\s+place\s+d[eu']s?|instead\s+of|rather\s+than|"
    r"plutot\s+que|(?<![^\W_])(?:not|pas|etait|was|avant|(?<!par\s)contre)|f?\s?blas[st]\w*|bdel|machi|مكان|بدل|بلاصه|ماشي)"
    r"\s+(?:de\s+|les\s+|des\s+|dyal\s+)?$"
)
# "on avait pris 2000 sacs": told, not asked.
_IN_THE_PAST = re.compile(
    r"(?<![^\W_])(?:ai|avais|avait|avions|avons|avez|aviez|ont|a|as|g|on\s+a)\s+(?:deja\s+|bien\s+)?"
    r"(?:pris|prises?|com+and[ea]\w*|re[cs]ue?s?|achete\w*)\s+(?:les\s+|des\s+)?$"
    r"|(?<![^\W_])(?:kh?dina|kh?dit|li\s+com+and\w+|we\s+(?:had|ordered|bought|received))\s+(?:les\s+)?$"
)
# "8 palettes... non pardon 8 cartons"
_SLIP = re.compile(
    r"\W*(?:euh\W+)?(?:non|pardon|oups?|plutot|ou\s+plutot|enfin|je\s+veux\s+dire|correction|erreur|sorry|"
    r"i\s+mean|no|la\s+la|lla)(?:\W+(?:non|pardon|plutot|desole\w*|sorry|plutot))*\W*"
    r"(?:(?:dir\w*|met\w*|fait\w*|make|c'est|bghit|khass?ni|pren\w*|disons|say|give\s+me|on\s+part\s+sur|(?:il\s+)?(?:m'en\s+)?faut)"
    r"(?:[\s-]+(?:ha|hom|it|that|en|nous|moi|les))?\W+)?"
)
# "3 alaf sachet fond plat.. la la, dirha 5 alaf", "2000 plates, enfin plutôt 2500"
_CORRECTED = re.compile(
    r"(?:[,;.!)(-]|\.\.+)\s*(?:(?:euh|ah|oh|bon|ok|alors|et|donc|attend\w*)\W+){0,2}(?:non|pardon|oups?|plutot|ou\s+plutot|enfin|je\s+veux\s+dire|"
    r"correction|erreur|finalement|sorry|i\s+mean|no\s+wait|actually|make\s+that|make\s+it|la\s+la|lla|"
    r"smhli|la\s+smhli|لا\s+لا|عفوا)(?![^\W_])[^\d\n]{0,40}$"
)
_IN_ALL = re.compile(
    r"(?:soit|au\s+total|en\s+tout|total|majmou3|in\s+all|dont|inclus)\s*:?\s*(?:de\s+)?$"
)
_PACKED_IN = re.compile(r"\s*(?:de|d'|x|of|dyal|a)\s*$")
_VARIANT = re.compile(
    r"\s*(?:sacs?\s+|modeles?\s+|en\s+|du\s+|des\s+|de\s+|format\s+|taille\s+|f\s+)*(?:les\s+)?"
    r"(?:petits?|petites?|grands?|grandes?|moyens?|moyennes?|blancs?|blanches?|bruns?|brunes?|noirs?|"
    r"noires?|rouges?|kraft|small|large|medium|white|brown|black|sghar|kbar|kbir|sghir|\x01)"
)
# A list of sizes under the bag: "18x35 : 3000"
_SIZE_FIRST = re.compile(
    r"\n[^\w\x01\n]*(?:\x01+|petits?|grands?|moyens?|blancs?|bruns?|noirs?|kraft)[^\w\n]*$"
)
# "petit modèle 1 000, moyen 800, grand 500"
_SIZE_NAMED = re.compile(
    r"(?:(?<![^\W_])(?:et|w|and|puis|و)(?![^\W_])|[+,;/\n])\s*(?:les\s+|en\s+|format\s+|taille\s+|modele\s+)*"
    r"(?:petite?s?|grande?s?|moyen(?:ne)?s?|blanc(?:he)?s?|brune?s?|noire?s?|kraft|small|medium|"
    r"large|white|brown|black|sghi?a?r|mtwsst|moutawassit|kbi?a?r|صغير\w*|كبير\w*|متوسط\w*|\x01+|"
    r"x?[sml]|\d+\s?kg)\s*(?:modeles?|formats?|tailles?|size)?\s*[:=-]?\s*$"
)
_GENERIC_PRICE_WORD = re.compile(
    r"(?:(?<![^\W_])(?:a|b|@|x|prix|pu|at|price|taman|تمن|ب)|[:=@])\s*$"
)


_ADJACENT = 0.5


def read(scan: Scan, catalogue: Catalogue = PACKAGING) -> list[Draft]:
    """Return the product lines of the author's own words, in order."""
    drafts: list[Draft] = []
    for start, end in scan.regions():
        drafts += read_between(scan, start, end, catalogue)
    return drafts


def read_between(scan: Scan, start: int, end: int, catalogue: Catalogue = PACKAGING) -> list[Draft]:
    """Return the product lines between two positions of the folded text."""
    found = mentions(scan, start, end, catalogue)
    counts = referring.multiplied(scan, counted(quantities(scan, start, end), found))
    counts = ranges.narrowed(scan, _countable(scan, counts, found))
    counts += referring.as_many(scan, start, end, counts, found)
    found = [mention for mention in found if not not_ordered.is_refused(scan, mention, counts)]
    given_up = [one for one in found if not_ordered.is_taken_back(scan, one, counts)]
    found = [mention for mention in found if mention not in given_up]
    events: list[Mention | Quantity] = sorted([*found, *counts], key=lambda event: event.start)
    pairs, alone, _ = pair(scan, events)
    drafts = [_draft(scan, one, catalogue) for one in pairs]
    drafts += _variants(scan, alone, pairs, catalogue)
    drafts += _other_goods(scan, _not_in(drafts, alone), pairs, catalogue)
    if not drafts:
        drafts = _of_the_only_product(scan, alone, found, catalogue)
    drafts.sort(key=lambda draft: draft.quantity_span)
    drafts = _without_given_up(drafts, given_up, catalogue)
    pricing.add_prices(scan, drafts, end)
    later_prices.add(scan, drafts, start, end)
    return _without_summary(drafts)


def _without_given_up(
    drafts: list[Draft], given_up: list[Mention], catalogue: Catalogue
) -> list[Draft]:
    """The lines that are still wanted, where some of those before are given up by name."""
    last = {match(one.traits, catalogue).code: one.start for one in given_up}
    kept = [d for d in drafts if d.quantity_span[0] > last.get(d.product.code, -1)]
    return kept or drafts


def _countable(scan: Scan, counts: list[Quantity], found: list[Mention]) -> list[Quantity]:
    """Leave out contents of a carton, superseded numbers, prices and summaries."""
    kept: list[Quantity] = []
    for quantity in counts:
        before = scan.masked[max(0, quantity.start - 40) : quantity.start]
        index = bisect_left(found, quantity.start, key=attrgetter("start"))
        inside = any(quantity.end <= m.end for m in found[max(0, index - 1) : index])
        if inside or not quantity.value or NOT_THIS.search(before) or _is_price(quantity, before):
            continue
        if _IN_THE_PAST.search(before) or _is_line_number(scan, quantity, counts):
            continue
        if not_ordered.is_told(scan, quantity) or pricing.is_amount_of(scan, quantity, counts):
            continue
        if kept and not_ordered.is_model(scan, kept[-1], quantity, found):
            kept.pop()
        if kept and _supersedes(scan, kept[-1], quantity, found):
            kept.pop()
        if kept and _is_detail(scan, kept[-1], quantity, found):
            continue
        kept.append(quantity)
    return kept


def _supersedes(scan: Scan, last: Quantity, quantity: Quantity, found: list[Mention]) -> bool:
    """Whether a number takes back the one before, of the same goods."""
    if _SLIP.fullmatch(scan.masked, last.end, quantity.start):
        return True
    if not _CORRECTED.search(scan.masked, last.end, quantity.start):
        return False
    if not quantity.unit_word and not last.value / 20 < quantity.value < last.value * 20:
        return False  # "plutôt le 13"
    following = next((m for m in found if m.start >= quantity.end), None)
    if following is None or gap_cost(scan, quantity, following) >= _ADJACENT:
        return True
    between = [m for m in found if last.end <= m.start and m.end <= quantity.start]
    if len(between) != 1:
        return False
    # "2000 sacs... ah non pardon 2000 sachets": which bag was not said before.
    named = match(between[0].traits)
    return not between[0].traits.telling or named == match(following.traits)


_LINE_START = re.compile(r"(?:^|\n)[ \t]*$")
_LARGEST_LINE_NUMBER = 99


def _is_line_number(scan: Scan, quantity: Quantity, counts: list[Quantity]) -> bool:
    """Whether a small number begins a line that has a larger one: "10 Sac fond carré 6,000"."""
    if quantity.value > _LARGEST_LINE_NUMBER or quantity.unit_word:
        return False
    if not _LINE_START.search(scan.text[max(0, quantity.start - 40) : quantity.start]):
        return False
    end = scan.text.find("\n", quantity.end)
    rest = [q for q in counts if quantity.end < q.start < (end if end >= 0 else len(scan.text))]
    return any(q.value > _LARGEST_LINE_NUMBER and not q.value % 1 for q in rest)


def _is_price(quantity: Quantity, before: str) -> bool:
    """Whether a number without currency is a price: a fraction of a piece, or "à 2"."""
    if quantity.unit not in {"piece", "mille"}:
        return False
    if quantity.value % 1:
        return True
    if pricing.UNIT_COSTS.search(before) and not quantity.unit_word:
        return True
    small = quantity.value < 50  # noqa: PLR2004 - a bag costs less, an order counts more
    return small and not quantity.unit_word and bool(_GENERIC_PRICE_WORD.search(before))


def _is_detail(scan: Scan, last: Quantity, quantity: Quantity, found: list[Mention]) -> bool:
    """Whether a number explains the one before: "12 cartons de 500", "(12 cartons)", "soit 6"."""
    between = scan.masked[last.end : quantity.start]
    packed = last.unit in {"carton", "palette"} or last.unit_word in {"paquets", "paquet", "lots"}
    if packed and _PACKED_IN.fullmatch(between):
        return True
    if "\n" in between or len(between) > 90:  # noqa: PLR2004 - about a line
        return False
    if _IN_ALL.search(between):
        return True
    following = next((m for m in found if m.start >= quantity.end), None)
    if following and gap_cost(scan, quantity, following) < _ADJACENT:
        # "(2 000 sachets, 500 sacs plats)": each names its own goods.
        return False
    opened = between.rfind("(")
    if opened < 0 or ")" in between[opened:]:
        return False
    # "(5 000)" after its product is the quantity, after another quantity it explains.
    return not any(last.end <= m.start < quantity.start for m in found) or any(
        m.start >= last.end and _adjacent(scan, last.end, m.start) for m in found
    )


def _adjacent(scan: Scan, start: int, end: int) -> bool:
    return start <= end and not re.search(r"[.;:,\n]", scan.masked[start:end])


def _draft(scan: Scan, one: Pair, catalogue: Catalogue) -> Draft:
    product = match(one.mention.traits, catalogue)
    quantity, described = one.quantity, _description(scan, one)
    return Draft(
        scan,
        described,
        product,
        quantity.value,
        (quantity.start, quantity.end),
        quantity.unit,
        unit_certainty=0.95 if quantity.unit_word else 0.88,
        certainty=max(0.6, 0.96 - 0.06 * one.cost),
        whole=(one.start, max(one.end, described[1])),
        in_thousands=quantity.number.thousands,
    )


_STOP = re.compile(r"[,;|\n+]|\.(?:\s|$)|\s(?:et|w|and|pour|a|livr\w*|svp|stp|merci|و)(?=\s|$)|:")


def _description(scan: Scan, one: Pair) -> Span:
    """The product's words with the size, colour or print that follow."""
    start, end = one.mention.start, one.mention.end
    if one.quantity.start >= end:
        return start, end
    limit = min(len(scan.text), end + 80)
    stop = _STOP.search(scan.masked, end, limit)
    after = stop.start() if stop else limit
    figures = re.search(r"\d", scan.masked[end:after])
    return start, end + figures.start() if figures else after


def _variants(
    scan: Scan, alone: list[Quantity], pairs: list[Pair], catalogue: Catalogue
) -> list[Draft]:
    """Quantities that go on with the bag before: "3000 torsadés petits et 2000 grands"."""
    drafts: list[Draft] = []
    for quantity in alone:
        before = [one for one in pairs if one.end <= quantity.start]
        if not before or quantity.unit_word in GOODS:
            continue
        last = before[-1]
        earlier = [d.quantity_span[1] for d in drafts if d.quantity_span[1] <= quantity.start]
        between = scan.masked[max(last.end, *earlier, 0) : quantity.start]
        numbered = scan.marks_of("bullet", last.end, quantity.start)
        if _SIZE_FIRST.search(between) and "\n\n" not in between and not numbered:
            drafts.append(_variant(scan, last, quantity, catalogue))
            continue
        joined = re.search(r"(?<![^\W_])(?:et|w|and|و)(?![^\W_])|[+,;\n]", between)
        if not joined or len(between) > 60 or "\n\n" in between:  # noqa: PLR2004 - the next words
            continue
        named = not numbered and _SIZE_NAMED.search(between)
        if named or _VARIANT.match(scan.masked, quantity.end):
            drafts.append(_variant(scan, last, quantity, catalogue))
    return drafts


def _variant(scan: Scan, last: Pair, quantity: Quantity, catalogue: Catalogue) -> Draft:
    """A line of the same bag as ``last`` in another size or colour."""
    line_start = scan.text.rfind("\n", last.end, quantity.start) + 1 or quantity.start
    end = min(len(scan.text), quantity.end + 40)
    stop = _STOP.search(scan.masked, quantity.end, end)
    return Draft(
        scan,
        (last.mention.start, last.mention.end),
        match(last.mention.traits, catalogue),
        quantity.value,
        (quantity.start, quantity.end),
        quantity.unit,
        certainty=0.7,
        whole=(line_start, stop.start() if stop else end),
    )


def _not_in(drafts: list[Draft], counts: list[Quantity]) -> list[Quantity]:
    taken = {draft.quantity_span for draft in drafts}
    return [q for q in counts if (q.start, q.end) not in taken]


def _of_the_only_product(
    scan: Scan, alone: list[Quantity], found: list[Mention], catalogue: Catalogue
) -> list[Draft]:
    """Quantities of sale far from the one product named: "plus de sachets! envoi 5 cartons"."""
    codes = {match(mention.traits, catalogue).code for mention in found}
    sold = [q for q in alone if q.unit in {"carton", "palette", "kg"}]
    if len(codes) != 1 or len(sold) != 1 or len(sold) < len(alone):
        return []
    quantity, mention = sold[0], found[-1]
    return [
        Draft(
            scan,
            (mention.start, mention.end),
            match(mention.traits, catalogue),
            quantity.value,
            (quantity.start, quantity.end),
            quantity.unit,
            certainty=0.55,
        )
    ]


def _other_goods(
    scan: Scan, alone: list[Quantity], pairs: list[Pair], catalogue: Catalogue
) -> list[Draft]:
    """Lines of goods that are no bags: kept, with the product empty."""
    drafts: list[Draft] = []
    for quantity in alone:
        span = goods_after(scan, quantity) or goods_before(scan, quantity, bool(pairs))
        if span is None:
            continue
        named = catalogue.named(scan.text[span[0] : span[1]])
        product = Match(named[0].code, 0.85) if named else Match("", 0.8, OTHER_GOODS)
        drafts.append(
            Draft(
                scan,
                span,
                product,
                quantity.value,
                (quantity.start, quantity.end),
                quantity.unit,
                certainty=0.8,
                whole=(min(quantity.start, span[0]), max(quantity.end, span[1])),
            )
        )
    return drafts


def _without_summary(drafts: list[Draft]) -> list[Draft]:
    """Drop an unspecific line that sums up the others: "15 000 sacs : 10 000 ... 5 000 ..."."""
    for draft in drafts:
        others = [d for d in drafts if d is not draft and d.unit == draft.unit]
        if (
            len(others) > 1
            and draft.product.confidence < 0.8  # noqa: PLR2004 - "sacs" alone
            and sum(d.quantity for d in others) == draft.quantity
        ):
            return [d for d in drafts if d is not draft]
    return drafts
