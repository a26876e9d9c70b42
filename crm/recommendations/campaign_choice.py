"""Whom a campaign may reach with what: looked up again at the moment of use, slice by slice."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import phonenumbers
from django.db import connection
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from phonenumbers import PhoneNumberType

from backoffice.core.errors import DomainError
from crm.models import (
    CustomerIdentity,
    Product,
    Recommendation,
    RecommendationRules,
    RecommendedProduct,
)
from crm.recommendations import reasons, rules
from crm.recommendations.deciding import allowed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from crm.models import Customer

# Of Interaction.Channel, those a campaign may use, each with the consent it needs.
CHANNELS = {"email": "consent_email", "sms": "consent_sms", "call": "consent_phone"}
SLICE = 500
_MOBILE = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE, PhoneNumberType.UNKNOWN)

_ESTIMATE = """
WITH latest AS (
    SELECT DISTINCT ON (customer_id) customer_id, contacted_at
    FROM crm_recommendation WHERE status = 'approved' ORDER BY customer_id, id DESC
)
SELECT CASE
    WHEN c.archived_at IS NOT NULL OR c.merged_into_id IS NOT NULL THEN 'archived'
    WHEN NOT (c.{agrees} AND (c.consent_email OR %(any)s)) THEN 'opted_out'
    WHEN NOT EXISTS (
        SELECT FROM crm_customeridentity i
        WHERE i.customer_id = c.id AND i.kind = %(kind)s AND i.is_confirmed
    ) THEN 'unreachable'
    ELSE ''
END, count(*)
FROM latest JOIN crm_customer c ON c.id = latest.customer_id
WHERE latest.contacted_at IS NULL GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class Chosen:
    """One customer's recommendation, with what may still be proposed, the first first.

    ``email``, ``mobile`` and ``phone`` (E.164) are confirmed and the customer agrees to be reached
    by them; empty otherwise.
    """

    recommendation: Recommendation
    # At most so many as were asked for.
    places: list[RecommendedProduct]
    # How many there are.
    products: int
    # Of the products that the evidence tells of, by id; shared by the slice.
    names: Mapping[int, str]
    email: str = ""
    mobile: str = ""
    phone: str = ""

    def reached_by(self, channel: str) -> str:
        return {"email": self.email, "sms": self.mobile, "call": self.phone}[channel]


def refuse_unknown_channel(channel: str) -> None:
    if channel not in CHANNELS:
        sentence = _("“%(value)s” is not a channel of campaigns: choose one of %(known)s.")
        words = {"value": channel, "known": ", ".join(CHANNELS)}
        raise DomainError(sentence % words, field="channel", value=channel)


def why(code: str, count: int) -> str:
    """Why so many customers are left out."""
    sentences = {
        "opted_out": ngettext(
            "%(count)d customer does not want to be contacted this way.",
            "%(count)d customers do not want to be contacted this way.",
            count,
        ),
        "archived": ngettext(
            "%(count)d customer is archived.", "%(count)d customers are archived.", count
        ),
        "unreachable": ngettext(
            "%(count)d customer has no confirmed address or number for it.",
            "%(count)d customers have no confirmed address or number for it.",
            count,
        ),
        "no_products": ngettext(
            "%(count)d customer has no product left that may be proposed: bought, sent back,"
            " refused, out of stock or no longer sold since.",
            "%(count)d customers have no product left that may be proposed: bought, sent back,"
            " refused, out of stock or no longer sold since.",
            count,
        ),
    }
    return sentences[code] % {"count": count}


def slices(
    recommendation_ids: Sequence[int] | None, channel: str, *, most: int
) -> Iterator[tuple[list[Chosen], Counter[str]]]:
    """A few hundred customers at a time with ``most`` products, and how many were left out why."""
    for ids in batches(recommendation_ids):
        yield choose(ids, channel, most=most)


def batches(recommendation_ids: Sequence[int] | None) -> Iterator[list[int]]:
    """Ids of the approved ones, the latest of each customer; without ids, where it is unused.

    One before the latest is out of date: it is not used after that.
    """
    found = Recommendation.objects.filter(status=Recommendation.Status.APPROVED)
    if recommendation_ids is not None:
        # As one value: of thousands, each by itself would be too many.
        given = RawSQL("SELECT unnest(%s::bigint[])", [list(recommendation_ids)])
        found = found.filter(pk__in=given)
    latest = found.order_by("customer_id", "-pk").distinct("customer_id")
    chosen = latest.values_list("pk", "contacted_at")
    ids = [pk for pk, used in chosen if recommendation_ids is not None or used is None]
    return (ids[begin : begin + SLICE] for begin in range(0, len(ids), SLICE))


def estimate(channel: str) -> tuple[int, Counter[str]]:
    """Of all unused ones who may be reached, and how many not for which reason; two queries.

    Whether any of their products is left, and a number is a mobile's, is not looked up.
    """
    agrees = CHANNELS[channel]
    statement = _ESTIMATE.format(agrees=agrees)
    values = {
        "any": rules.current().consent == RecommendationRules.Consent.ANY,
        "kind": "email" if channel == "email" else "phone",
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        counted = Counter(dict(cursor.fetchall()))
    return counted.pop("", 0), counted


def choose(ids: Sequence[int], channel: str, *, most: int) -> tuple[list[Chosen], Counter[str]]:
    """Who of these may be reached with what, and how many not for which reason.

    Nine queries at most, however many they are.
    """
    now_rules = rules.current()
    left_out: Counter[str] = Counter()
    chosen = []
    found = Recommendation.objects.filter(pk__in=ids).select_related("customer")
    recommendations = list(found.order_by("customer_id"))
    reach = _reach([one.customer for one in recommendations])
    left = _left(recommendations)
    shown = _places(keys[:most] for keys in left.values())
    names = reasons.names_for(shown.values())
    for one in recommendations:
        keys = left[one.pk]
        places = [shown[key] for key in keys[:most]]
        candidate = Chosen(one, places, len(keys), names, **reach[one.customer_id])
        if reason := _against(candidate, channel, now_rules):
            left_out[reason] += 1
        else:
            chosen.append(candidate)
    return chosen, left_out


def _against(candidate: Chosen, channel: str, now_rules: RecommendationRules) -> str:
    customer = candidate.recommendation.customer
    if customer.archived_at is not None or customer.merged_into_id is not None:
        return "archived"
    agrees = getattr(customer, CHANNELS[channel])
    if not agrees or not allowed.may_be_asked(customer, now_rules):
        return "opted_out"
    if not candidate.reached_by(channel):
        return "unreachable"
    return "" if candidate.products else "no_products"


def _reach(customers: Sequence[Customer]) -> dict[int, dict[str, str]]:
    """The first confirmed address, mobile and number of each who agrees to be reached by it."""
    kinds = (CustomerIdentity.Kind.EMAIL, CustomerIdentity.Kind.PHONE)
    known = CustomerIdentity.objects.filter(
        customer__in=customers, kind__in=kinds, is_confirmed=True
    )
    values: dict[tuple[int, str], list[str]] = defaultdict(list)
    for customer_id, kind, value in known.order_by("pk").values_list(
        "customer_id", "kind", "value"
    ):
        values[customer_id, kind].append(value)
    found = {}
    for customer in customers:
        emails = values[customer.pk, CustomerIdentity.Kind.EMAIL]
        phones = values[customer.pk, CustomerIdentity.Kind.PHONE]
        mobiles = [phone for phone in phones if _is_mobile(phone)]
        found[customer.pk] = {
            "email": next(iter(emails), "") if customer.consent_email else "",
            "mobile": next(iter(mobiles), "") if customer.consent_sms else "",
            "phone": next(iter(phones), "") if customer.consent_phone else "",
        }
    return found


@lru_cache(maxsize=4096)
def _is_mobile(phone: str) -> bool:
    try:
        parsed = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.number_type(parsed) in _MOBILE


def _left(recommendations: Sequence[Recommendation]) -> dict[int, list[int]]:
    """Places of what may still be proposed of each; the lists in turn: a short choice has both."""
    made = {
        one.pk: (one.customer_id, timezone.localtime(one.created_at).date())
        for one in recommendations
    }
    rows = RecommendedProduct.objects.filter(recommendation__in=made, rank__isnull=False)
    listed = list(
        rows.order_by("rank", "-question", "pk").values_list(
            "pk", "recommendation_id", "product_id"
        )
    )
    pairs = {(*made[recommendation], product) for _key, recommendation, product in listed}
    wrong = allowed.against([(customer, product, day) for customer, day, product in sorted(pairs)])
    found: dict[int, list[int]] = defaultdict(list)
    for key, recommendation, product in listed:
        if (made[recommendation][0], product) not in wrong:
            found[recommendation].append(key)
    return found


def _places(keys: Iterable[Sequence[int]]) -> dict[int, RecommendedProduct]:
    """With their products, each of which is loaded once."""
    wanted = [key for several in keys for key in several]
    if not wanted:
        return {}
    found = RecommendedProduct.objects.in_bulk(wanted)
    said = Product.objects.only("sku", "name", "list_price", "currency")
    products = said.in_bulk({place.product_id for place in found.values()})
    for place in found.values():
        place.product = products[place.product_id]
    return found
