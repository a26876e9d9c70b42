"""Why a lead has its score: what is kept with it, in words and in points."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.engine import features, reasons

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.models import LeadScore


def client_of(lead: LeadScore) -> Sequence[float]:
    """The seven figures that the model was asked about, as ``scoring.engine.clients.FIELDS``."""
    contact = lead.last_contact_on or lead.known_since
    return (
        float(max((lead.as_of - contact).days, 0)),
        float(lead.total_contacts),
        float(lead.total_spent),
        float(lead.emails_sent),
        float(lead.emails_opened),
        float(lead.website_visits),
        float(max((lead.as_of - lead.known_since).days, 0)),
    )


def features_of(lead: LeadScore) -> dict[str, float]:
    """What the model looked at, by name."""
    values = features.of_one(client_of(lead)).tolist()
    return dict(zip(features.NAMES, values, strict=True))


def contributions_of(lead: LeadScore) -> dict[str, float]:
    """Points by feature; ``lead.base`` + their sum is :func:`exact`."""
    return dict(zip(features.NAMES, lead.contributions, strict=True))


def exact(lead: LeadScore) -> float:
    """The score before it was rounded."""
    return float(lead.base) + sum(lead.contributions)


def in_short(lead: LeadScore, count: int = reasons.COUNT) -> list[tuple[str, float]]:
    """The strongest reasons as facts in words, each with its points."""
    values = list(features_of(lead).values())
    return reasons.in_short(contributions_of(lead), values, count)


def signed(points: float) -> str:
    """Whole points as people write them, with their sign."""
    whole = round(points)
    return "0" if whole == 0 else f"{whole:+d}".replace("-", "\N{MINUS SIGN}")
