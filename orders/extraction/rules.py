"""Understanding an order message with local rules: no model, no network, no database."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from backoffice.core import phones, spoken
from orders.extraction import delivery
from orders.extraction.catalogue import PACKAGING, Catalogue
from orders.extraction.kind import asked, intent, offers, renewal
from orders.extraction.lines import freetext, pricing, tables
from orders.extraction.text.scan import Scan, scan
from orders.extraction.who import customer
from orders.extraction.who.company import Company
from orders.reading import Found, OrderReading

if TYPE_CHECKING:
    import datetime as dt

    from backoffice.messaging.content import MessageContent, ReadDocument
    from orders.extraction.drafts import Draft

_OUR_PAPER = re.compile(
    r"(?<![^\W_])(?:devis|proforma|facture|offre\s+de\s+prix|quotation|invoice|bon\s+de\s+livraison|delivery\s+note)(?![^\W_])"
)
_PRICE_LIST = re.compile(
    r"(?<![^\W_])(?:tarifs?|price\s+list|catalogue|bareme|liste\s+de\s+prix)(?![^\W_])"
)
_IN_ADDITION = re.compile(
    r"(?<![^\W_])(?:en\s+plus|plus|ajout\w*|rajout\w*|aussi|egalement|also|add|zid\w*|زيد\w*)(?![^\W_])"
)
_FRENCH = re.compile(r"\+33|0033|\bFrance\b|\.fr\b|€|\bEUR\b|\b0[1-4](?: \d\d){4}\b")
_MOROCCAN = re.compile(
    r"\+212|00212|\bMaroc\b|\bMorocco\b|\.ma\b|\b(?:DHS?|dhs?|MAD|dirhams?)\b|درهم|\b05[23]\d"
)
_INHERITED = re.compile(r"\s*(?:re|rép|rep|ref|aw|tr|fw|fwd|wg)\s*:", re.IGNORECASE)
_HEAD = 300
_TOLERANCE = Decimal("0.01")


def read(
    content: MessageContent,
    *,
    company: Company | None = None,
    catalogue: Catalogue = PACKAGING,
) -> OrderReading:
    """Return what a message asks for, field by field with confidence and evidence.

    ``company`` is us; addresses the message was sent to count as ours too.
    """
    us = (company or Company()).with_addresses(content.own_addresses)
    sent_on = content.sent_at.date()
    scans = scans_of(content, catalogue)
    relevant = [one for one in scans if not _is_not_theirs(one, us)]
    drafts, warnings, table_currency = _lines(relevant, catalogue)
    accepted = () if drafts else offers.accepted(relevant)
    if accepted:
        papers = offers.papers(relevant, [one for one in scans if one not in relevant])
        drafts, warnings, table_currency = _lines(papers, catalogue)
        relevant = [*relevant, *papers]
    drafts = asked.wanted(drafts, intent.asked_spans)
    delivered = delivery.find(relevant, sent_on)
    repeated = renewal.find(relevant, drafts)
    judged = intent.judge(
        relevant,
        drafts,
        repeated.evidence,
        is_automatic=content.is_automatic,
        has_unread=any(document.problem for document in content.documents),
        has_date=delivered.value is not None,
        accepted=accepted if drafts else (),
    )
    reading = OrderReading(
        kind=Found(judged.kind, judged.confidence, judged.evidence),
        is_order=Found(judged.is_order, judged.confidence, judged.evidence),
        is_renewal=Found(value=False, confidence=judged.confidence),
        customer=customer.find(content, scans, us),
        language=spoken.of(" ".join(d.own_text() for d in content.documents if d.key == "body")),
        warnings=_unread(content),
    )
    if not judged.is_order:
        return reading
    if not drafts and not repeated.evidence:
        drafts = _in_subject(relevant, catalogue)
    total = _total(relevant, drafts)
    return replace(
        reading,
        is_renewal=Found(bool(repeated.evidence), repeated.confidence or 0.9, repeated.evidence),
        lines=tuple(draft.reading() for draft in drafts),
        currency=_currency(relevant, drafts, total, table_currency),
        total=_checked_total(total, drafts),
        delivery_date=delivered,
        renewed_number=Found(repeated.number, 0.95, repeated.number_evidence)
        if repeated.number
        else Found(),
        excluded=renewal.excluded(relevant, drafts, catalogue) if repeated.evidence else (),
        warnings=(*reading.warnings, *warnings, *_sum_warning(total, drafts)),
    )


def scans_of(content: MessageContent, catalogue: Catalogue = PACKAGING) -> list[Scan]:
    """The message's documents, searched; relative dates count from the day it was sent.

    Whoever looks for goods in them finds those of the ``catalogue``.
    """
    sent_on, regions = content.sent_at.date(), _phone_regions(content)
    return [
        _searched(document, sent_on, regions, catalogue)
        for document in content.documents
        if document.text.strip()
    ]


@lru_cache(maxsize=32)
def _searched(
    document: ReadDocument, sent_on: dt.date, regions: tuple[str, ...], catalogue: Catalogue
) -> Scan:
    """A scan that remembers what was found in it by these names, and by no others."""
    return replace(scan(document, sent_on, regions), memory={"catalogue": catalogue})


def _phone_regions(content: MessageContent) -> tuple[str, ...]:
    """France first for a sender with French signs, else Morocco: "06..." is valid in both."""
    text = " ".join([content.author.email, *(document.text for document in content.documents)])
    french, moroccan = len(_FRENCH.findall(text)), len(_MOROCCAN.findall(text))
    return ("FR", "MA") if french > moroccan else phones.DEFAULT_REGIONS


def _is_not_theirs(one: Scan, company: Company) -> bool:
    """Our own quotation or invoice sent back to us, or a price list: nothing is ordered in it."""
    if not one.document.key.startswith("attachment"):
        return False
    head = one.text[:_HEAD]
    first = head.strip().split("\n")[0]
    if company.is_named_in(first) and _OUR_PAPER.search(head):
        return True
    return bool(_PRICE_LIST.search(first))


def _lines(scans: list[Scan], catalogue: Catalogue) -> tuple[list[Draft], tuple[str, ...], str]:
    """Lines of all documents, warnings about rows, and the currency of table headers."""
    by_document: list[list[Draft]] = []
    warnings: list[str] = []
    currency = ""
    for one in scans:
        if one.document.key == "subject":
            continue
        table = tables.read(one, catalogue)
        currency = currency or table.currency
        found = list(table.drafts)
        if table.doubtful_rows:
            warnings.append(
                _("%(count)s table rows do not add up: check quantity, price and amount.")
                % {"count": table.doubtful_rows}
            )
        if not found or one.document.key == "body":
            found += _outside(one, table, catalogue)
        if found:
            by_document.append(found)
    drafts, more = _merged(by_document)
    return drafts, (*warnings, *more), currency


def _in_subject(scans: list[Scan], catalogue: Catalogue) -> list[Draft]:
    """Lines of a subject that is the whole order; an inherited one speaks of another message."""
    subjects = [one for one in scans if one.document.key == "subject"]
    own = [one for one in subjects if not _INHERITED.match(one.document.text)]
    return [draft for one in own for draft in freetext.read(one, catalogue)]


def _outside(one: Scan, table: tables.TableReading, catalogue: Catalogue) -> list[Draft]:
    """Lines in the running text around tables."""
    if not table.covered:
        return freetext.read(one, catalogue)
    first = min(start for start, _end in table.covered)
    last = max(end for _start, end in table.covered)
    drafts: list[Draft] = []
    for start, end in one.regions():
        for a, b in ((start, min(end, first)), (max(start, last), end)):
            if a < b:
                drafts += freetext.read_between(one, a, b, catalogue)
    return drafts


def _merged(by_document: list[list[Draft]]) -> tuple[list[Draft], list[str]]:
    """One list of lines: attachments first when they hold the order, the body for what it adds."""
    if len(by_document) < 2:  # noqa: PLR2004 - nothing to merge
        return (by_document[0] if by_document else []), []
    body = [d for found in by_document for d in found if d.scan.document.key == "body"]
    merged: list[Draft] = []
    for found in by_document:
        if found[0].scan.document.key == "body":
            continue
        keys = {draft.key for draft in merged}
        # The same order as PDF and as spreadsheet is one order.
        merged += [] if keys and {d.key for d in found} <= keys else found
    warnings: list[str] = []
    keys = {draft.key for draft in merged}
    for draft in body:
        if draft.key in keys:
            continue
        same = [d for d in merged if d.product.code == draft.product.code]
        if not same or _IN_ADDITION.search(draft.scan.text):
            merged.append(draft)
        else:
            warnings.append(
                _("The message says %(said)s, the attachment %(attached)s: check the quantity.")
                % {"said": draft.quantity, "attached": same[0].quantity}
            )
    return merged, warnings


def _total(scans: list[Scan], drafts: list[Draft]) -> tuple[pricing.Total, Scan] | None:
    """The most final total of the documents that hold the order."""
    holders = [one for one in scans if any(d.scan is one for d in drafts)] or [
        one for one in scans if one.document.key == "body"
    ]
    found = [
        (total, one)
        for one in holders
        for start, end in one.regions()
        for total in pricing.totals(one, start, end)
        if not any(d.total_span == total.span and d.scan is one for d in drafts) or total.rank > 2  # noqa: PLR2004 - "soit" of a line
        if not any(d.price_span == total.span and d.scan is one for d in drafts)
    ]
    priced = any(draft.unit_price is not None for draft in drafts)
    found = [(total, one) for total, one in found if total.currency or total.rank > 3 or priced]  # noqa: PLR2004 - "soit 12 cartons"
    return max(found, key=lambda pair: (pair[0].rank, pair[0].span), default=None)


def _sum(drafts: list[Draft]) -> Decimal | None:
    """The lines' amounts added up; None where one line has neither total nor price."""
    added = Decimal()
    for draft in drafts:
        if draft.total is not None:
            added += draft.total
        elif draft.unit_price is not None:
            added += draft.quantity * draft.unit_price
        else:
            return None
    return added if drafts else None


def _agrees(total: Decimal, drafts: list[Draft]) -> bool | None:
    """Whether the lines add up to the total, before or after the 20 % (or lower) tax."""
    lines = _sum(drafts)
    if not lines:
        return None
    rates = (Decimal(1), Decimal("1.2"), Decimal("1.1"), Decimal("1.14"), Decimal("1.055"))
    return any(abs(lines * rate - total) <= max(_TOLERANCE, total / 500) for rate in rates)


def _checked_total(found: tuple[pricing.Total, Scan] | None, drafts: list[Draft]) -> Found[Decimal]:
    if found is None:
        return Found()
    total, one = found
    agrees = _agrees(total.value, drafts)
    confidence = 0.97 if agrees else 0.8 if agrees is None else 0.65
    return Found(total.value, confidence, one.evidence(*total.span))


def _sum_warning(found: tuple[pricing.Total, Scan] | None, drafts: list[Draft]) -> tuple[str, ...]:
    if found is None or _agrees(found[0].value, drafts) is not False:
        return ()
    return (
        _("The lines add up to %(sum)s, the total stated is %(total)s.")
        % {"sum": _sum(drafts), "total": found[0].value},
    )


def _currency(
    scans: list[Scan],
    drafts: list[Draft],
    total: tuple[pricing.Total, Scan] | None,
    table_currency: str,
) -> Found[str]:
    """The currency prices are stated in; none where no price is."""
    if total is None and all(d.unit_price is None and d.total is None for d in drafts):
        return Found()
    for draft in drafts:
        span = draft.price_span or draft.total_span
        if draft.currency and span:
            return Found(draft.currency, 0.95, draft.scan.evidence(*span))
    if total and total[0].currency:
        return Found(total[0].currency, 0.95, total[1].evidence(*total[0].span))
    if table_currency:
        return Found(table_currency, 0.93)
    for one in scans:
        for start, end in one.regions():
            named = pricing.currency_named(one, start, end)
            if named:
                return Found(named[0], 0.85, one.evidence(*named[1]))
    return Found()


def _unread(content: MessageContent) -> tuple[str, ...]:
    return tuple(document.problem for document in content.documents if document.problem)
