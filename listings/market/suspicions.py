"""Offers that deserve a second look."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from backoffice.core import jobs
from backoffice.core.errors import DomainError
from listings.market import checks
from listings.models import Listing, Suspicion

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.models import QuerySet

# What a dismissed suspicion was about: the same again is not told again.
_DECIDED_BY = {
    Suspicion.Kind.CHEAP: ("price",),
    Suspicion.Kind.COPIED: ("trader",),
    Suspicion.Kind.PHOTO: ("message",),
    Suspicion.Kind.REFERENCE: ("reference", "family", "said"),
}


def waiting() -> QuerySet[Suspicion]:
    """Those that nobody has looked at."""
    return Suspicion.objects.filter(dismissed_at__isnull=True)


def examine(listing_id: int) -> None:
    """Write the suspicions about a listing as it is now; those that no longer hold go."""
    from listings import tasks  # noqa: PLC0415 - tasks import this

    with transaction.atomic():
        listing = Listing.objects.select_for_update(no_key=True).filter(pk=listing_id).first()
        if listing is None:
            return
        found = _found(listing)
        known = {row.kind: row for row in Suspicion.objects.filter(listing=listing)}
        for kind, row in known.items():
            if kind not in found and row.dismissed_at is None:
                row.delete()
        for kind, facts in found.items():
            _write(listing, kind, facts, known.get(kind))
        for other in sorted(checks.later_copies(listing)):
            jobs.enqueue(tasks.examine, other)


def dismiss(suspicion_id: int, *, by: User) -> Suspicion:
    """A person looked: nothing to it. It does not come back for the same facts."""
    with transaction.atomic():
        rows = Suspicion.objects.select_for_update(no_key=True)
        suspicion = rows.filter(pk=suspicion_id).first()
        if suspicion is None:
            raise DomainError(
                _("There is no such suspicion any more."), code="not_found", field="id"
            )
        if suspicion.dismissed_at:
            raise AlreadyDismissed(suspicion)
        suspicion.dismissed_at, suspicion.dismissed_by = timezone.now(), by
        suspicion.save(update_fields=["dismissed_at", "dismissed_by"])
    return suspicion


class AlreadyDismissed(DomainError):
    """Somebody else was first."""

    code = "decided"
    conflict = True

    def __init__(self, suspicion: Suspicion) -> None:
        at = suspicion.dismissed_at
        words = {
            "who": suspicion.dismissed_by or "–",
            "when": date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT") if at else "–",
        }
        super().__init__(_("%(who)s dismissed this on %(when)s already.") % words)


def sentence(suspicion: Suspicion) -> str:
    """The suspicion in words."""
    facts: dict[str, Any] = suspicion.facts
    if suspicion.kind == Suspicion.Kind.CHEAP:
        words = {
            "percent": number_format(facts["percent"]),
            "count": number_format(facts["count"]),
            "median": number_format(Decimal(facts["median"]), 0, force_grouping=True),
        }
        return (
            _("%(percent)s %% under the median of %(count)s other offers (%(median)s EUR).") % words
        )
    if suspicion.kind == Suspicion.Kind.COPIED:
        return _("Another trader sent the same text before: listing #%(listing)s.") % facts
    if suspicion.kind == Suspicion.Kind.PHOTO:
        day = date_format(dt.date.fromisoformat(facts["day"]), "SHORT_DATE_FORMAT")
        if facts["listing"]:
            text = _("Another sender sent the same photo on %(day)s: listing #%(listing)s.")
            return text % {"day": day, "listing": facts["listing"]}
        return _("Another sender sent the same photo on %(day)s.") % {"day": day}
    words = {**facts, "watch": f"{facts['brand']} {facts['family']}".strip()}
    return _("%(reference)s is a %(watch)s, but %(said)s was written.") % words


def _found(listing: Listing) -> dict[str, dict[str, Any]]:
    """The facts of each suspicion that holds; only offers of the market are looked at."""
    is_blocked = listing.trader is not None and listing.trader.is_blocked
    is_offer = listing.type == Listing.Type.SALE and listing.status == Listing.Status.LIVE
    if not is_offer or is_blocked:
        return {}
    answers = ((kind, check(listing)) for kind, check in checks.CHECKS.items())
    return {kind: facts for kind, facts in answers if facts}


def _write(listing: Listing, kind: str, facts: dict[str, Any], known: Suspicion | None) -> None:
    if known is None:
        Suspicion.objects.create(listing=listing, kind=kind, facts=facts)
        return
    if known.facts == facts:
        return
    names = _DECIDED_BY[Suspicion.Kind(kind)]
    is_same = all(known.facts.get(name) == facts[name] for name in names)
    if known.dismissed_at and is_same:
        return
    if known.dismissed_at:
        known.found_at, known.dismissed_at, known.dismissed_by = timezone.now(), None, None
    known.facts = facts
    known.save(update_fields=["facts", "found_at", "dismissed_at", "dismissed_by"])
