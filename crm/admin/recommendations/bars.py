"""How sure and how well founded: bars whose words say what the number means."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from decimal import Decimal

    from crm.models import Recommendation

# From which percent on a bar is green, and amber; below it is red. The lower bounds are those
# from which the audit speaks of an issue.
CONFIDENCE = (70, 40)
QUALITY = (80, 60)
# Of crm.recommendations.quality.
PARTS = {
    "customer": gettext_lazy("what is known of the customer"),
    "history": gettext_lazy("how often they bought"),
    "recency": gettext_lazy("how lately they bought"),
    "products": gettext_lazy("what is known of the products bought"),
}


class Bar(NamedTuple):
    """``percent`` fills it; ``words`` are shown on hover and read aloud."""

    percent: int
    tone: str
    words: str


def confidence(row: Recommendation) -> Bar:
    percent = in_percent(row.confidence)
    words = _(
        "Of 100 recommendations like this one about %(count)d are followed by a purchase of one of"
        " the products next time, measured on purchases kept back."
    ) % {"count": percent}
    return Bar(percent, tone(percent, CONFIDENCE), words)


def data_score(row: Recommendation) -> Bar:
    parts = "\n".join(
        f"{PARTS.get(part, part)}: {points}" for part, points in row.quality_parts.items()
    )
    words = _("%(score)d of 100: how much there is to rest on.") % {"score": row.quality}
    return Bar(row.quality, tone(row.quality, QUALITY), f"{words}\n{parts}".strip())


def probability(value: Decimal | float | None) -> Bar | None:
    """Of one product; None where nobody measured it: put there by hand, too few purchases."""
    if value is None or math.isnan(value):
        return None
    percent = in_percent(value)
    words = _("About %(count)d in 100 such customers have it in their next purchase.")
    return Bar(percent, "info", words % {"count": percent})


def drawn(bar: Bar, text: str) -> str:
    """A cell of the list."""
    return format_html(
        '<span class="reco-bar" title="{}"><meter data-tone="{}" min="0" max="100" value="{}"'
        ' aria-hidden="true"></meter><b>{}</b></span>',
        bar.words,
        bar.tone,
        bar.percent,
        text,
    )


def in_percent(share: Decimal | float) -> int:
    return round(float(share) * 100)


def tone(percent: int, bounds: tuple[int, int]) -> str:
    good, fair = bounds
    return "success" if percent >= good else "warning" if percent >= fair else "danger"
