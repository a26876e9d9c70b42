"""Writing to the two sides of a match: on click only, each side once, in words staff saw."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.messaging import endings, outbox
from backoffice.messaging.models import Channel, OutboundMessage
from listings.deciding.refusals import require
from listings.matching import drafts, workflow, written
from listings.matching.refusals import AlreadyWritten, MatchDecided, NoLongerFits
from listings.matching.scoring import Misfit
from listings.models import Match
from listings.people import traders

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from listings.matching.drafts import Side
    from listings.models import Trader

State = Match.State


def write(match_id: int, side: Side, body: str, *, by: User) -> OutboundMessage:
    """Send ``body`` to one side, inside WhatsApp's 24 hours; the match is contacted then.

    Raises ``DomainError`` where the match was decided or no longer fits, that side was written to
    before, or the 24 hours are over (``window_shut``).
    """
    with transaction.atomic():
        match, trader, key = _ready(match_id, side, by)
        message = traders.write(trader.pk, body, key=key, by=by, about=match)
        _contacted(match, by)
    return message


def write_template(match_id: int, side: Side, *, by: User) -> OutboundMessage:
    """Send the occasion's template word for word, which WhatsApp lets through at any time.

    Where Meta has not approved it the message waits, blocked with the reason, until that person
    writes again (seven days at most). Raises as :func:`write`.
    """
    with transaction.atomic():
        match, trader, key = _ready(match_id, side, by)
        draft = drafts.draft(match, side)
        if draft is None:
            told = _("There is no message template for this: add one under “Message templates”.")
            raise DomainError(told, code="no_template", field="side", value=side)
        address = traders.recipient(trader)
        if not address:
            told = _("No number or user id of %(name)s is known that is still in use.")
            raise DomainError(told % {"name": trader}, code="no_address", field="side")
        message = outbox.queue(
            key=key,
            channel=Channel.WHATSAPP_CLOUD,
            recipient=address,
            recipient_name=str(trader),
            template=draft.occasion,
            values=draft.values,
            language=draft.language,
            about=match,
            author=by,
        )
        _contacted(match, by)
    return message


def register_endings() -> None:
    """Follow what becomes of these messages."""
    endings.register("listings.match", failed=_failed, arrived=_arrived)


def _ready(match_id: int, side: Side, by: User) -> tuple[Match, Trader, str]:
    """The locked match, who is written to, and the key of this message."""
    require(by, workflow.CONTACT)
    require(by, "listings.write_trader")
    match = workflow.locked(match_id)
    if match.state not in Match.OPEN:
        raise MatchDecided(match)
    verdict = workflow.standing(match)
    if isinstance(verdict, Misfit) and (verdict.is_final or match.state == State.PROPOSED):
        raise NoLongerFits(verdict)
    trader = drafts.listing_of(match, side).trader
    if trader is None:
        told = _("Nobody knows who wrote this listing: there is nobody to write to.")
        raise DomainError(told, code="no_trader", field="side", value=side)
    earlier = written.to_side(match.pk, side)
    if sent := next((row for row in earlier if not endings.is_bad(row)), None):
        raise AlreadyWritten(sent)
    return match, trader, written.next_key(match.pk, side)


def _contacted(match: Match, by: User) -> None:
    if match.state != State.CONTACTED:
        workflow.put(match, State.CONTACTED, by=by)


def _failed(message: OutboundMessage) -> None:
    """Nobody was reached after all: it is proposed again, beside the reason of the failure."""
    match = _about(message)
    if match and match.state == State.CONTACTED and not written.about([match.pk]):
        workflow.put(match, State.PROPOSED, by=None)


def _arrived(message: OutboundMessage) -> None:
    match = _about(message)
    if match and match.state == State.PROPOSED:
        workflow.put(match, State.CONTACTED, by=None)


def _about(message: OutboundMessage) -> Match | None:
    rows = Match.objects.select_for_update(no_key=True)
    return rows.filter(pk=message.about_id).first() if message.about_id else None
