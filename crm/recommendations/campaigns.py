"""Approved recommendations for a mailing tool, and into the contact history."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core import jobs
from backoffice.core.errors import DomainError
from backoffice.core.spreadsheets.formats import Csv, Xlsx
from crm import signals
from crm.models import Interaction, Recommendation, RecommendationFeedback
from crm.recommendations import campaign_choice, campaign_columns
from crm.recommendations.deciding.refusals import require

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from django.contrib.auth.models import User

    from crm.recommendations.campaign_choice import Chosen

# Of Interaction.Channel, those a campaign may use, each with the consent it needs.
CHANNELS = campaign_choice.CHANNELS
TOOLS = campaign_columns.TOOLS
# Where the contact came from, in the history; each recommendation is one reference.
SOURCE = "recommendations"
EXPORT = "crm.export_recommendation"
LONGEST_NAME = Interaction._meta.get_field("campaign").max_length or 0  # noqa: SLF001 - Django's public name
_LONGEST_SUBJECT = 300
# Products that the history names.
_SAID = 12
# Above so many, marking is a job and a page estimates.
MANY = 1_000
MOST_IN_WORKBOOK = 10_000
_STATUS = {"call": Interaction.Status.DONE}


@dataclass(slots=True)
class Preview:
    """Who would be in the file, and who would not: code of the reason to customers."""

    customers: int = 0
    products: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    # Of many, products are looked up when the file is written: fewer may be left then.
    is_exact: bool = True

    def sentences(self) -> list[str]:
        """Why customers are left out, each reason with how many."""
        return [campaign_choice.why(code, count) for code, count in sorted(self.left_out.items())]


def rows(
    recommendation_ids: Sequence[int] | None,
    *,
    channel: str,
    tool: str = "brevo",
    products: int = campaign_columns.PRODUCTS,
) -> Iterator[list[object]]:
    """The headings, then one row per customer; streamed.

    Only approved ones of customers who (still) allow the channel and can be reached by it;
    products bought, archived, out of stock or refused since are left out, and so is who has none
    left then (:func:`preview` counts them). Without ids, all that were not used yet. Raises
    ``DomainError`` for a channel or tool that is none before the first row.
    """
    campaign_choice.refuse_unknown_channel(channel)
    columns = campaign_columns.of(tool, products)
    return _rows(recommendation_ids, channel, columns)


def _rows(
    ids: Sequence[int] | None, channel: str, columns: campaign_columns.Columns
) -> Iterator[list[object]]:
    yield list(columns.headings)
    for chosen, _left_out in campaign_choice.slices(ids, channel, most=columns.products):
        for one in chosen:
            yield columns.row(one)


def formats(tool: str = "brevo") -> Mapping[str, Csv | Xlsx]:
    """The files the tool reads, by extension; both keep the cells from being formulas."""
    csv = Csv()
    csv.delimiter = campaign_columns.DELIMITERS.get(tool, csv.delimiter)
    return {"csv": csv, "xlsx": Xlsx()}


def preview(recommendation_ids: Sequence[int] | None, *, channel: str) -> Preview:
    """What :func:`rows` would give at this moment."""
    campaign_choice.refuse_unknown_channel(channel)
    found = Preview()
    for chosen, left_out in campaign_choice.slices(recommendation_ids, channel, most=0):
        found.customers += len(chosen)
        found.products += sum(one.products for one in chosen)
        found.left_out.update(left_out)
    return found


def outlook(channel: str) -> Preview:
    """:func:`preview` of all unused ones; where they are many, an estimate in two queries."""
    campaign_choice.refuse_unknown_channel(channel)
    if not is_many(None):
        return preview(None, channel=channel)
    customers, left_out = campaign_choice.estimate(channel)
    return Preview(customers, left_out=left_out, is_exact=False)


def is_many(recommendation_ids: Sequence[int] | None, limit: int | None = None) -> bool:
    """Whether so many take longer than somebody waits for a page."""
    limit = MANY if limit is None else limit
    if recommendation_ids is not None:
        return len(recommendation_ids) > limit
    unused = Recommendation.objects.filter(status="approved", contacted_at=None)
    return unused.order_by()[limit : limit + 1].exists()


def refuse_large_workbook(recommendation_ids: Sequence[int] | None) -> None:
    """Raise ``DomainError`` where an XLSX, which is sent when it is whole, would take minutes."""
    if is_many(recommendation_ids, MOST_IN_WORKBOOK):
        sentence = _(
            "An Excel file of more than %(most)d customers takes too long: download it as CSV,"
            " which Excel opens as well."
        )
        raise DomainError(sentence % {"most": MOST_IN_WORKBOOK}, code="too_many", field="format")


def mark_contacted(
    recommendation_ids: Sequence[int] | None, *, channel: str, campaign: str, by: User
) -> int:
    """Write the contact into each customer's history, once; how many were written.

    Without ids, of all that :func:`rows` gives without.

    Those that :func:`rows` leaves out at this moment were not contacted, nor are those again that
    were marked before. Each slice is a transaction: stopped half-way, call it again.
    """
    campaign = _checked(channel, campaign, by)
    return sum(
        _mark(ids, channel=channel, campaign=campaign, by=by)
        for ids in campaign_choice.batches(recommendation_ids)
    )


def mark_later(
    recommendation_ids: Sequence[int] | None, *, channel: str, campaign: str, by: User
) -> int:
    """The same in jobs of a slice each; of how many it is looked up then. Refuses at once."""
    from crm import tasks  # noqa: PLC0415 - tasks import this package

    campaign, asked = _checked(channel, campaign, by), 0
    with transaction.atomic():
        for ids in campaign_choice.batches(recommendation_ids):
            asked += len(ids)
            written = ",".join(map(str, ids))
            jobs.enqueue(tasks.mark_contacted, written, channel, campaign, by.pk)
    return asked


def _checked(channel: str, campaign: str, by: User) -> str:
    """The campaign's name; refuses who may not, what is no channel, and a name too long."""
    require(by, EXPORT)
    campaign_choice.refuse_unknown_channel(channel)
    campaign = campaign.strip()
    if len(campaign) > LONGEST_NAME:
        sentence = _("Name the campaign in %(most)d characters; these are %(length)d.")
        words = {"most": LONGEST_NAME, "length": len(campaign)}
        raise DomainError(sentence % words, code="too_long", field="campaign", value=campaign)
    return campaign


def _mark(ids: Sequence[int], *, channel: str, campaign: str, by: User) -> int:
    now = timezone.now()
    with transaction.atomic():
        rows = Recommendation.objects.select_for_update(no_key=True).order_by("pk")
        unused = rows.filter(pk__in=ids, status="approved", contacted_at=None)
        locked = [one.pk for one in unused]
        chosen, _left_out = campaign_choice.choose(locked, channel, most=_SAID)
        used = [one.recommendation.pk for one in chosen]
        Interaction.objects.bulk_create(
            [
                Interaction(
                    customer_id=one.recommendation.customer_id,
                    occurred_at=now,
                    channel=channel,
                    campaign=campaign,
                    subject=_subject(one),
                    status=_STATUS.get(channel, Interaction.Status.SENT),
                    source=SOURCE,
                    external_ref=str(one.recommendation.pk),
                )
                for one in chosen
            ],
            ignore_conflicts=True,
        )
        RecommendationFeedback.objects.bulk_create(
            RecommendationFeedback(
                recommendation_id=pk,
                action=RecommendationFeedback.Action.CONTACTED,
                comment=campaign,
                by=by,
            )
            for pk in used
        )
        Recommendation.objects.filter(pk__in=used).update(
            contacted_at=now, contact_channel=channel, campaign=campaign
        )
        ours = sorted({one.recommendation.customer_id for one in chosen})
        signals.customers_changed.send(sender=Interaction, customer_ids=ours)
    return len(used)


def _subject(chosen: Chosen) -> str:
    names = ", ".join(place.product.name for place in chosen.places)
    return (_("Proposed: %(products)s") % {"products": names})[:_LONGEST_SUBJECT]
