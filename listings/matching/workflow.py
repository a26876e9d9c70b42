"""Decisions of staff about matches: each one transaction with the row locked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from listings.deciding import workflow as listing_workflow
from listings.deciding.refusals import require
from listings.matching import written
from listings.matching.refusals import MatchDecided, MatchNotFound, NoLongerFits
from listings.matching.scoring import Fit, Misfit, judge
from listings.matching.sides import by_ids
from listings.models import Listing, Match

if TYPE_CHECKING:
    from django.contrib.auth.models import User

State = Match.State
DECIDE, CONTACT = "listings.decide_match", "listings.contact_match"
_NOTE = 500


def dismiss(match_id: int, *, by: User, note: str = "") -> Match:
    """Nothing comes of it: it is not proposed again, and what waits to be sent is not sent."""
    require(by, DECIDE)
    with transaction.atomic():
        match = locked(match_id)
        if match.state not in Match.OPEN:
            raise MatchDecided(match)
        put(match, State.DISMISSED, by=by, note=note)
        written.withdraw([match.pk])
    return match


def finish(match_id: int, *, by: User, note: str = "", ends_both: bool = False) -> Match:
    """The two came to terms; also where the watch was marked as sold before.

    ``ends_both``: the offer is sold and the search over, so that nobody else is sent there.
    """
    require(by, DECIDE)
    with transaction.atomic():
        if ends_both:
            _hold_both(match_id)
        match = locked(match_id)
        if match.state not in {*Match.OPEN, State.GONE}:
            raise MatchDecided(match)
        put(match, State.DONE, by=by, note=note)
        if ends_both:
            _end(match, by=by)
    return match


def reopen(match_id: int, *, by: User) -> Match:
    """Take a decision back: proposed, or contacted where a side was written to."""
    require(by, DECIDE)
    with transaction.atomic():
        match = locked(match_id)
        if match.state not in {State.DISMISSED, State.DONE}:
            raise MatchDecided(match)
        verdict = standing(match)
        if isinstance(verdict, Misfit):
            raise NoLongerFits(verdict)
        was_reached = bool(written.about([match.pk]))
        put(match, State.CONTACTED if was_reached else State.PROPOSED, by=by)
    return match


def locked(match_id: int) -> Match:
    """The match under its lock; inside a transaction."""
    match = Match.objects.select_for_update(no_key=True).filter(pk=match_id).first()
    if match is None:
        raise MatchNotFound(match_id)
    return match


def put(match: Match, state: str, *, by: User | None, note: str = "") -> None:
    """Write the state of a locked match."""
    match.state, match.changed_at, match.changed_by = state, timezone.now(), by
    if note.strip():
        match.note = note.strip()[:_NOTE]
    match.save(update_fields=["state", "changed_at", "changed_by", "note"])


def standing(match: Match) -> Fit | Misfit:
    """What the two sides say as they are now."""
    sides = by_ids([match.wanted_id, match.sale_id])
    return judge(sides[match.wanted_id], sides[match.sale_id])


def _hold_both(match_id: int) -> None:
    """Lock both listings, then all their matches: in the order of those who end or find matches."""
    match = Match.objects.filter(pk=match_id).first()
    if match is None:
        raise MatchNotFound(match_id)
    both = (match.wanted_id, match.sale_id)
    theirs = Q(wanted_id__in=both) | Q(sale_id__in=both)
    for rows in (Listing.objects.filter(pk__in=both), Match.objects.filter(theirs)):
        # Evaluated for its locks.
        list(rows.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))


def _end(match: Match, *, by: User) -> None:
    """Take both listings off the market, the lower number first; what is off it stays."""
    for listing_id in sorted((match.wanted_id, match.sale_id)):
        if not Listing.objects.filter(pk=listing_id, status=Listing.Status.LIVE).exists():
            continue
        if listing_id == match.sale_id:
            listing_workflow.mark_sold(listing_id, by=by)
        else:
            listing_workflow.hide(listing_id, by=by)
