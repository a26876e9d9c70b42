"""What a customer's page shows of what is proposed to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from backoffice.core import tiles
from crm.models import Recommendation
from crm.panels import Panel
from crm.profiles.shown import money
from crm.recommendations import reasons

if TYPE_CHECKING:
    from crm.models import Customer

Status = Recommendation.Status
# Of both lists together.
SHOWN = 6


def current(customer: Customer) -> Panel | None:
    """The one to review, else the last one approved, with its products and why; three queries."""
    rows = Recommendation.objects.filter(
        customer=customer, status__in=[Status.PENDING, Status.APPROVED]
    )
    row = rows.order_by("-pk").first()
    if row is None:
        return None
    listed = row.products.filter(rank__isnull=False).select_related("product")
    products = sorted(listed, key=lambda one: (one.rank, one.question != "repeat"))[:SHOWN]
    names = reasons.names_for(products)
    return Panel(
        title=_("Recommendation, %(status)s, confidence %(percent)d %%")
        % {"status": row.get_status_display(), "percent": round(row.confidence * 100)},
        headers=[_("Product"), _("List"), _("Why"), _("Price")],
        rows=[
            [
                format_html("<b>{}</b>", one.product),
                one.get_question_display(),
                next(iter(reasons.sentences(one.evidence, names)), ""),
                "" if one.price is None else money(one.price, one.currency),
            ]
            for one in products
        ],
        link=_page(row),
        link_text=_("Open the recommendation"),
    )


def _page(row: Recommendation) -> str:
    # No link where this model has no admin.
    has_page = tiles.list_link("crm.recommendation")
    return reverse("admin:crm_recommendation_change", args=[row.pk]) if has_page else ""
