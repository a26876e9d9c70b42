"""Why a decision about a match came too late, or cannot be made: for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ObjectDoesNotExist
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from listings.deciding.refusals import person
from listings.matching import reasons

if TYPE_CHECKING:
    import datetime as dt

    from backoffice.messaging.models import OutboundMessage
    from listings.matching.scoring import Misfit
    from listings.models import Match


class MatchNotFound(ObjectDoesNotExist, DomainError):
    """There is no match with that id."""

    code = "not_found"

    def __init__(self, match_id: int) -> None:
        super().__init__(_("There is no such match."), field="match_id", value=match_id)


class MatchDecided(DomainError):
    """Its state does not allow it any more; the sentence says who decided and when."""

    code = "already_decided"
    conflict = True

    def __init__(self, match: Match) -> None:
        super().__init__(_decided(match), field="state", value=match.state)


class NoLongerFits(DomainError):
    """The two do not fit as they are now."""

    code = "no_longer_fits"
    conflict = True

    def __init__(self, misfit: Misfit) -> None:
        why = reasons.sentence(misfit.code, misfit.facts)
        told = _("This match is no longer possible: %(why)s") % {"why": why}
        super().__init__(told, field="match_id")


class AlreadyWritten(DomainError):
    """That side was written to; a second message belongs to the conversation."""

    code = "already_written"
    conflict = True

    def __init__(self, message: OutboundMessage) -> None:
        words = {
            "name": person(message.author) if message.author else _("somebody"),
            "at": _moment(message.created_at),
        }
        told = _(
            "%(name)s wrote to this side on %(at)s already. Go on in the conversation with them."
        )
        super().__init__(told % words, field="side")


def _decided(match: Match) -> str:
    words = {"state": match.get_state_display()}
    if match.changed_at is None:
        return _("This match is “%(state)s”.") % words
    words["at"] = _moment(match.changed_at)
    if match.changed_by is None:
        return _("This match is “%(state)s” since %(at)s.") % words
    words["name"] = person(match.changed_by)
    return _("This match is “%(state)s” since %(at)s, by %(name)s.") % words


def _moment(at: dt.datetime) -> str:
    return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")
