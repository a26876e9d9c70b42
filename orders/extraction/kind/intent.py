"""What a message asks for: weighs the cues of its clauses (:mod:`orders.extraction.kind.cues`)."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from orders.extraction.kind import asked, cues, order_cues
from orders.extraction.kind.cue import ORDER_WORD, PRICE_WORD, B, E
from orders.extraction.lines import told
from orders.extraction.lines.products import sign_of

if TYPE_CHECKING:
    from orders.extraction.drafts import Draft, Span
    from orders.extraction.text.scan import Scan
    from orders.reading import Evidence, MessageKind

_CLAUSE = re.compile(r"(?:[^.!?;\n]|(?<=\d)[.](?=\d)|(?<=\b[a-z])[.]|\.(?=[a-z]))+[!?.;]*|\n")
_LIST_COLON = re.compile(r":\s*$")
_WORD = re.compile(r"[^\W_]+")
_ENOUGH = 2.5
# A body that points to its subject has few words; a quantity in a subject is no article number.
_FEW_WORDS, _FEWEST = 12, 10
_LINES_COUNT = 2.0
_KNOWN_LINES_COUNT = 0.5
# A question about prices that names no quantity, beside goods that are named.
_ASIDE = 0.7
# A price asked for other goods than those ordered.
_BESIDE = 0.35
# "nos 2000 sacs" have been ordered before.
_KNOWN_GOODS = re.compile(
    r"(?<![^\W_])(?:mes|nos|mon|notre|my|our|ces|had|dok|dik|duk|"
    r"(?:livraison|reception|facture)\s+d(?:e|es|e\s+vos))\s+$"
)
_HEAD = 400
_ASKS_ELSE = re.compile(rf"\?|{B}(?:{PRICE_WORD}|^livraisons?|reclam\w*|facture\w*){E}")
# A thread's subject was written for its first message.
_INHERITED = (
    (0.25, re.compile(r"(?<![^\W_])(?:re|rep|aw|sv)\s*:")),
    (0.5, re.compile(r"^\W*(?:tr|fw|fwd|wg)\s*:")),
)


@dataclass(frozen=True, slots=True)
class Clause:
    scan: Scan
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.scan.text[self.start : self.end]


@dataclass(slots=True)
class Weighing:
    """Scores by kind, and the words that gave them."""

    scores: dict[MessageKind, float] = field(default_factory=lambda: defaultdict(float))
    evidence: dict[MessageKind, list[Evidence]] = field(default_factory=lambda: defaultdict(list))
    seen: set[tuple[MessageKind, str]] = field(default_factory=set)

    def add(self, kind: MessageKind, weight: float, scan: Scan, span: Span, cue: str) -> None:
        if (kind, cue) in self.seen:
            return
        self.seen.add((kind, cue))
        self.scores[kind] += weight
        self.evidence[kind].extend(scan.evidence(*span))


@dataclass(frozen=True, slots=True)
class Intent:
    kind: MessageKind
    confidence: float
    evidence: tuple[Evidence, ...]

    @property
    def is_order(self) -> bool:
        return self.kind in {"order", "renewal"}


def clauses(scan: Scan) -> list[Clause]:
    """The clauses of the author's own words."""
    if "clauses" not in scan.memory:
        scan.memory["clauses"] = _clauses(scan)
    found: list[Clause] = scan.memory["clauses"]
    return found


def _clauses(scan: Scan) -> list[Clause]:
    found: list[Clause] = []
    for start, end in scan.regions():
        found += [
            Clause(scan, match.start(), match.end())
            for match in _CLAUSE.finditer(scan.text, start, end)
            if match.group().strip()
        ]
    return found


def told_spans(scan: Scan) -> list[Span]:
    """Where goods are only spoken of: received, missing, cancelled (see :mod:`told`)."""
    if "told" not in scan.memory:
        scan.memory["told"] = [
            span for one in clauses(scan) for span in told.spans(scan.text, one.start, one.end)
        ]
    found: list[Span] = scan.memory["told"]
    return found


def asked_spans(scan: Scan) -> list[Span]:
    """Where a price is asked, with the goods it is asked for (see :mod:`asked`)."""
    if "asked" not in scan.memory:
        text = asked.known_prices_blanked(scan.text)
        scan.memory["asked"] = [
            span for one in clauses(scan) for span in asked.spans(text, one.start, one.end)
        ]
    found: list[Span] = scan.memory["asked"]
    return found


def _share(subject: Scan) -> float:
    """How much the subject's words weigh beside the body's."""
    return next((share for share, prefix in _INHERITED if prefix.search(subject.text)), 1.2)


def judge(  # noqa: PLR0913 - what is known of the message, by name
    scans: list[Scan],
    drafts: list[Draft],
    renewal: tuple[Evidence, ...],
    *,
    is_automatic: bool,
    has_unread: bool,
    has_date: bool,
    accepted: tuple[Evidence, ...] = (),
) -> Intent:
    """Weigh subject, body and attachments; ``renewal`` is where a repeat is asked for.

    ``accepted`` is where our offer is taken, of which the lines then are.
    """
    weighing = Weighing()
    for scan in scans:
        if scan.document.key in {"subject", "body"} or not _has_body(scans):
            _weigh_text(weighing, scan, drafts, is_subject=scan.document.key == "subject")
        _weigh_heading(weighing, scan, drafts)
    others = {kind: score for kind, score in weighing.scores.items() if kind != "order"}
    _weigh_lines(weighing, scans, drafts, has_date=has_date, alone=not others)
    if accepted:
        weighing.scores["order"] += 4.0
        weighing.evidence["order"].extend(accepted)
    if renewal:
        weighing.scores["order"] += 4.0
        weighing.evidence["order"].extend(renewal)
    if not drafts and not renewal and not others:
        _weigh_subject_alone(weighing, scans)
    elif not drafts and not renewal and not has_unread:
        # Somebody speaks of an order but names no goods: not enough to make one.
        weighing.scores["order"] = min(weighing.scores["order"], _ENOUGH)
    return _decide(weighing, drafts, renewal, is_automatic=is_automatic)


def _weigh_subject_alone(weighing: Weighing, scans: list[Scan]) -> None:
    """An order that fits in the subject, over a body that only points to it."""
    subject = next((scan for scan in scans if scan.document.key == "subject"), None)
    said = " ".join(s.text[a:b] for s in scans if s.document.key == "body" for a, b in s.regions())
    if subject and len(_WORD.findall(said)) <= _FEW_WORDS and not _share(subject) < 1:
        counted = any(number.value >= _FEWEST for number in subject.numbers)
        named = any(sign_of(word) for word in _WORD.findall(subject.text))
        if counted and named and not told_spans(subject) and not _ASKS_ELSE.search(subject.text):
            weighing.add("order", 3.0, subject, (0, len(subject.text)), "subject alone")
            return
    weighing.scores["order"] = min(weighing.scores["order"], _ENOUGH)


def _has_body(scans: list[Scan]) -> bool:
    return any(s.document.key == "body" and s.text.strip() for s in scans)


def _weigh_text(weighing: Weighing, scan: Scan, drafts: list[Draft], *, is_subject: bool) -> None:
    found = clauses(scan)
    share = (_share(scan) if drafts else 1.2) if is_subject else 1.0
    # Blanked out, "conformément à votre devis" asks for no quotation.
    text = asked.known_prices_blanked(scan.text)
    priced = asked_spans(scan)
    wished = told.blanked(scan.text, [*told_spans(scan), *priced])
    beside = _is_beside(priced, drafts, scan)
    for index, clause in enumerate(found):
        others = [
            (cue, match)
            for cue in cues.OTHERS
            if (match := cue.pattern.search(text, clause.start, clause.end))
        ]
        elsewhere = not is_subject and drafts and not re.search(r"\d", clause.text)
        for cue, match in others:
            weight = cue.weight * share
            if beside and cue.kind == "quote_request":
                weight *= _BESIDE
            elif elsewhere and cue.kind in {"quote_request", "other"}:
                weight *= _ASIDE
            weighing.add(cue.kind, weight, scan, match.span(), cue.pattern.pattern)
        asks_price = any(cue.kind == "quote_request" and cue.weight >= 2.5 for cue, _ in others)  # noqa: PLR2004 - more than a word
        asks_where = any(cue.kind == "order_status" and cue.weight >= 3.5 for cue, _ in others)  # noqa: PLR2004 - more than a word
        tells = any(cue.kind == "other" and cue.weight >= 5 for cue, _ in others)  # noqa: PLR2004 - a paper that is no order
        if asks_price and beside and _orders_too(clause, priced, drafts):
            asks_price = False
        if asks_price or asks_where or tells or cues.NOT_NOW.search(clause.text):
            continue
        goods = _names_goods(clause, found[index + 1 :], drafts)
        for cue in order_cues.ORDER:
            match = cue.pattern.search(wished, clause.start, clause.end)
            if match and (goods or not cue.needs_goods):
                weighing.add("order", cue.weight, scan, match.span(), cue.pattern.pattern)


def _is_beside(priced: list[Span], drafts: list[Draft], scan: Scan) -> bool:
    """Whether a price is asked for other goods than those that are ordered."""
    mine = [draft.quantity_span[0] for draft in drafts if draft.scan is scan]
    free = [at for at in mine if not any(start <= at < end for start, end in priced)]
    names = any(
        sign_of(word) in {"S", "B", "T"}
        for start, end in priced
        for word in _WORD.findall(scan.text[start:end])
    )
    return bool(free and priced and names)


def _orders_too(clause: Clause, priced: list[Span], drafts: list[Draft]) -> bool:
    """Whether a clause that asks for a price orders something else before."""
    return any(
        draft.scan is clause.scan
        and clause.start <= draft.quantity_span[0] < clause.end
        and not any(start <= draft.quantity_span[0] < end for start, end in priced)
        for draft in drafts
    )


_ORDER_WORD = re.compile(rf"(?<![^\W_]){ORDER_WORD}(?![^\W_])")


def _names_goods(clause: Clause, following: list[Clause], drafts: list[Draft]) -> bool:
    """Whether a clause, or the list it introduces, names goods that were read as lines."""
    ends = [clause.end]
    if following and (_LIST_COLON.search(clause.text) or len(clause.text) < 60):  # noqa: PLR2004 - an introduction
        ends += [later.end for later in following[:3]]
    for draft in drafts:
        if draft.scan is clause.scan and clause.start <= draft.quantity_span[0] < ends[-1]:
            return True
    return bool(
        any(sign_of(word) in {"S", "B"} for word in _WORD.findall(clause.text))
        and re.search(r"\d", clause.text)
    )


def _weigh_heading(weighing: Weighing, scan: Scan, drafts: list[Draft]) -> None:
    """A title such as "Bon de commande n° 14" at the head of a document or list."""
    if scan.document.key == "body" and not any(d.scan is scan for d in drafts):
        return
    for weight, pattern in order_cues.HEADINGS:
        for line in re.finditer(r"[^\n]+", scan.text[:_HEAD]):
            match = pattern.search(line.group())
            if match and not re.search(r"annul|reclam|retard|suivi|probleme|modif", line.group()):
                weighing.add(
                    "order",
                    weight if scan.document.key != "subject" else weight - 1.5,
                    scan,
                    (line.start() + match.start(), line.start() + match.end()),
                    "heading",
                )
                return


def _weigh_lines(
    weighing: Weighing, scans: list[Scan], drafts: list[Draft], *, has_date: bool, alone: bool
) -> None:
    drafts = [draft for draft in drafts if not _is_later(draft) and not _is_told(draft)]
    if not drafts:
        return
    known = all(_KNOWN_GOODS.search(_before(draft)) for draft in drafts)
    weighing.scores["order"] += _KNOWN_LINES_COUNT if known else _LINES_COUNT
    # A date beside an unmet expectation is no wish.
    told = weighing.scores.get("order_status", 0.0) or weighing.scores.get("complaint", 0.0)
    weighing.scores["order"] += 1.0 if has_date and not told else 0.0
    attached = any(draft.scan.document.key.startswith("attachment") for draft in drafts)
    polite = any(cues.POLITE.search(scan.text) for scan in scans)
    weighing.scores["order"] += 2.0 if attached else 0.5 if polite or alone else 0.0


def _before(draft: Draft) -> str:
    start = draft.quantity_span[0]
    return draft.scan.text[max(0, start - 24) : start]


def _is_told(draft: Draft) -> bool:
    """Whether a line was received, is cancelled, or stands on an invoice."""
    scan, at = draft.scan, draft.quantity_span[0]
    if scan.document.key.startswith("attachment") and scan.document.kind != "audio":
        head = scan.text[:_HEAD]
        return bool(cues.INVOICE.search(head)) and not cues.ORDER_FORM.search(head)
    return any(start <= at < end for start, end in told_spans(scan))


def _is_kept(draft: Draft) -> bool:
    at = draft.quantity_span[0]
    return any(
        clause.start <= at < clause.end
        and told.is_kept(draft.scan.text, clause.start, clause.end, at)
        for clause in clauses(draft.scan)
    )


def _is_later(draft: Draft) -> bool:
    """Whether the clause of a line puts it off: "je vous confirme demain pour les 5000 sachets"."""
    at = draft.quantity_span[0]
    return any(
        clause.start <= at < clause.end and cues.NOT_NOW.search(clause.text)
        for clause in clauses(draft.scan)
    )


def _decide(
    weighing: Weighing,
    drafts: list[Draft],
    renewal: tuple[Evidence, ...],
    *,
    is_automatic: bool,
) -> Intent:
    scores = weighing.scores
    order = scores["order"]
    if scores["change"] and any(
        cues.CHANGES_QUANTITY.search(d.scan.text) and not _is_told(d) for d in drafts
    ):
        # The customer restates the order with other quantities: that is the order now.
        order += scores["change"]
        scores["change"] = 0.0
    if scores["cancellation"] and any(_is_kept(draft) for draft in drafts):
        # Part of an order is given up: what is kept is the order now.
        order += scores["cancellation"]
        scores["cancellation"] = 0.0
    rivals: dict[MessageKind, float] = {
        kind: score
        for kind, score in scores.items()
        if kind != "order" and not (kind == "thanks" and order > _ENOUGH)
    }
    if is_automatic:
        rivals["automatic"] = rivals.get("automatic", 0.0) + 5.0
        if rivals.get("advertising"):
            rivals["advertising"] += 6.0
    kind, score = max(rivals.items(), key=lambda item: item[1], default=("other", 0.0))
    if order >= _ENOUGH + (0.1 if not drafts else 0.0) and order > score:
        certainty = min(0.98, 0.6 + 0.06 * (order - score))
        winner: MessageKind = "renewal" if renewal else "order"
        return Intent(winner, round(certainty, 2), tuple(weighing.evidence["order"][:4]))
    if not score:
        return Intent("other", 0.6, ())
    certainty = min(0.97, 0.55 + 0.06 * (score - order))
    return Intent(kind, round(max(certainty, 0.5), 2), tuple(weighing.evidence[kind][:4]))
