"""What may be wrong with recommendations: every kind once, for counts, lists, links and REST."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from crm.models import Product, Recommendation, RecommendationRules, RecommendedProduct, Sale
from crm.models.product import StockLevel
from crm.recommendations import rules as rules_in_force
from crm.recommendations.auditing.counting import COUNTED

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet
    from django.utils.functional import _StrOrPromise

Status = Recommendation.Status
Severity = Literal["high", "medium", "low"]
SEVERITIES: dict[Severity, _StrOrPromise] = {
    "high": pgettext_lazy("severity", "high"),
    "medium": pgettext_lazy("severity", "medium"),
    "low": pgettext_lazy("severity", "low"),
}
# The thresholds, in the units of the columns: 0-1, 0-100, products.
LEAST_CONFIDENCE = Decimal("0.7")
LEAST_QUALITY = 60
LEAST_PRODUCTS = 2
# Still to be decided about, or decided and still to be used.
PENDING = Q(status=Status.PENDING)
UNUSED = Q(status=Status.APPROVED, contacted_at__isnull=True)
IN_PLAY = PENDING | UNUSED


@dataclass(frozen=True, slots=True)
class Kind:
    """``sentence`` takes ``count`` and ``limit``; ``condition`` is one on recommendations.

    ``limit`` is the threshold as people read it: percent, points, products, days.
    """

    type: str
    severity: Severity
    label: _StrOrPromise
    sentence: _StrOrPromise
    condition: Callable[[RecommendationRules], Q]
    limit: Callable[[RecommendationRules], int] = lambda _rules: 0

    def message(self, count: int, rules: RecommendationRules) -> str:
        return str(self.sentence % {"count": count, "limit": self.limit(rules)})


def rows(kind: Kind, rules: RecommendationRules) -> QuerySet[Recommendation]:
    """Those with the issue; replaced ones never."""
    return Recommendation.objects.filter(kind.condition(rules), status__in=COUNTED)


def narrowed(found: QuerySet[Recommendation], kind: Kind) -> QuerySet[Recommendation]:
    """Those of ``found`` with the issue, by the rules in force."""
    return found.filter(kind.condition(rules_in_force.current()), status__in=COUNTED)


def kind_of(name: str) -> Kind | None:
    return next((kind for kind in KINDS if kind.type == name), None)


def _low_confidence(_rules: RecommendationRules) -> Q:
    return Q(confidence__lt=LEAST_CONFIDENCE)


def _low_quality(_rules: RecommendationRules) -> Q:
    return Q(quality__lt=LEAST_QUALITY)


def _few_products(_rules: RecommendationRules) -> Q:
    # Two at least are two in one list or one in each: the first two of both tell, and the index
    # of these is small.
    first = RecommendedProduct.objects.filter(
        recommendation=OuterRef("pk"), rank__lte=LEAST_PRODUCTS
    ).order_by()
    return ~Q(Exists(first[LEAST_PRODUCTS - 1 : LEAST_PRODUCTS]))


def _stale(rules: RecommendationRules) -> Q:
    bought = Sale.objects.filter(
        customer=OuterRef("customer"), updated_at__gt=OuterRef("created_at")
    )
    return PENDING & (Q(created_at__lt=_days_ago(rules.stale_days)) | Q(Exists(bought)))


def _opted_out(rules: RecommendationRules) -> Q:
    refused = Q(customer__consent_email=False)
    if rules.consent == RecommendationRules.Consent.ANY:
        refused &= Q(customer__consent_sms=False, customer__consent_phone=False)
    gone = Q(customer__archived_at__isnull=False) | Q(customer__merged_into__isnull=False)
    return IN_PLAY & (refused | gone)


def _unavailable(_rules: RecommendationRules) -> Q:
    levels = StockLevel.objects.filter(product=OuterRef("pk"))
    # Unknown stock is available (docs/crm-recommendations.md).
    empty = Q(Exists(levels)) & ~Q(Exists(levels.filter(available__gt=0)))
    missing = Product.objects.order_by().filter(Q(is_active=False) | empty)
    # As an array, looked up once: with a join, PostgreSQL looks at each product of each
    # recommendation where it guesses that many products are missing (14 s instead of 0.1).
    is_missing = Func(
        F("product_id"),
        ArraySubquery(missing.values("pk")),
        template="(%(expressions)s))",
        arg_joiner=" = ANY(",
        output_field=BooleanField(),
    )
    proposed = RecommendedProduct.objects.filter(is_missing, rank__isnull=False)
    return IN_PLAY & Q(pk__in=proposed.order_by().values("recommendation"))


def _unused(rules: RecommendationRules) -> Q:
    return UNUSED & Q(decided_at__lt=_days_ago(rules.stale_days))


def _days_ago(days: int) -> dt.datetime:
    return timezone.now() - dt.timedelta(days=days)


def _stale_days(rules: RecommendationRules) -> int:
    return rules.stale_days


# The worst first.
KINDS: tuple[Kind, ...] = (
    Kind(
        "low_data_quality",
        "high",
        _("little data"),
        ngettext_lazy(
            "%(count)d recommendation has a data score below %(limit)d: look at the customer's"
            " data.",
            "%(count)d recommendations have a data score below %(limit)d: look at the customers'"
            " data.",
            "count",
        ),
        _low_quality,
        lambda _rules: LEAST_QUALITY,
    ),
    Kind(
        "opted_out",
        "high",
        _("opted out since"),
        ngettext_lazy(
            "%(count)d recommendation is for a customer who opted out or was archived since: do not"
            " use it.",
            "%(count)d recommendations are for customers who opted out or were archived since: do"
            " not use them.",
            "count",
        ),
        _opted_out,
    ),
    Kind(
        "low_confidence",
        "medium",
        _("low confidence"),
        ngettext_lazy(
            "%(count)d recommendation has a confidence below %(limit)d %%.",
            "%(count)d recommendations have a confidence below %(limit)d %%.",
            "count",
        ),
        _low_confidence,
        lambda _rules: int(100 * LEAST_CONFIDENCE),
    ),
    Kind(
        "unavailable_product",
        "medium",
        _("product not available"),
        ngettext_lazy(
            "%(count)d recommendation has a product that is out of stock or archived since: swap it"
            " or make the recommendation anew.",
            "%(count)d recommendations have a product that is out of stock or archived since: swap"
            " it or make them anew.",
            "count",
        ),
        _unavailable,
    ),
    Kind(
        "stale",
        "medium",
        _("outdated"),
        ngettext_lazy(
            "%(count)d recommendation waits for more than %(limit)d days, or its customer's"
            " purchases changed since: make it anew.",
            "%(count)d recommendations wait for more than %(limit)d days, or their customers'"
            " purchases changed since: make them anew.",
            "count",
        ),
        _stale,
        _stale_days,
    ),
    Kind(
        "few_products",
        "low",
        _("few products"),
        ngettext_lazy(
            "%(count)d recommendation has fewer than %(limit)d products.",
            "%(count)d recommendations have fewer than %(limit)d products.",
            "count",
        ),
        _few_products,
        lambda _rules: LEAST_PRODUCTS,
    ),
    Kind(
        "approved_unused",
        "low",
        _("approved, not used"),
        ngettext_lazy(
            "%(count)d recommendation was approved more than %(limit)d days ago and never used.",
            "%(count)d recommendations were approved more than %(limit)d days ago and never used.",
            "count",
        ),
        _unused,
        _stale_days,
    ),
)
