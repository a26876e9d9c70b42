"""The numbers at the top, each with what it is of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from backoffice.core.figures import words
from backoffice.core.figures.parts import KeyFigure
from crm.admin.audit import links
from crm.models import Recommendation
from crm.recommendations.auditing.issues import LEAST_CONFIDENCE, LEAST_QUALITY

if TYPE_CHECKING:
    from crm.recommendations.auditing.report import Report

Status = Recommendation.Status


def key_figures(found: Report) -> tuple[KeyFigure, ...]:
    return (
        _total(found),
        _pending(found),
        _rate(found, Status.APPROVED, _("Approved")),
        _rate(found, Status.REJECTED, _("Rejected")),
        _confidence(found),
        _quality(found),
        _rating(found),
        _bought(found),
    )


def _total(found: Report) -> KeyFigure:
    text = _("%(replaced)s older ones were replaced and do not count") % {
        "replaced": words.number(found.counts.replaced)
    }
    total = words.number(found.counts.all.total)
    return KeyFigure(_("Recommendations"), total, text, links.listed(found.days))


def _pending(found: Report) -> KeyFigure:
    tally = found.counts.all
    text = _of_all(tally.by_status[Status.PENDING], tally.total)
    share = words.share(tally.rate(Status.PENDING))
    return KeyFigure(_("To review"), share, text, _to(found, Status.PENDING))


def _rate(found: Report, status: Status, title: str) -> KeyFigure:
    tally = found.counts.all
    number = tally.by_status[status]
    text = _of_all(number, tally.total)
    if tally.decided:
        text = _("%(text)s; %(share)s of the %(decided)s decided") % {
            "text": text,
            "share": words.share(number / tally.decided),
            "decided": words.number(tally.decided),
        }
    return KeyFigure(title, words.share(tally.rate(status)), text, _to(found, status))


def _confidence(found: Report) -> KeyFigure:
    text = _("the chance that the next purchase has one of the products; below %(least)s is low")
    least = words.share(float(LEAST_CONFIDENCE))
    value = words.share(found.counts.all.average_confidence, 1)
    return KeyFigure(_("Confidence, mean"), value, text % {"least": least})


def _quality(found: Report) -> KeyFigure:
    mean = found.counts.all.average_quality
    text = _("of 100; below %(least)d is little") % {"least": LEAST_QUALITY}
    value = words.NONE if mean is None else words.fixed(mean, 1)
    return KeyFigure(_("Data score, mean"), value, text)


def _rating(found: Report) -> KeyFigure:
    tally = found.counts.all
    if tally.average_rating is None:
        return KeyFigure(_("Rating, mean"), words.NONE, _("Nobody rated one."))
    text = _("of 5 stars; %(rated)s of %(total)s were rated") % {
        "rated": words.number(tally.rated),
        "total": words.number(tally.total),
    }
    return KeyFigure(_("Rating, mean"), words.fixed(tally.average_rating, 1), text)


def _bought(found: Report) -> KeyFigure:
    tally = found.counts.all
    title = _("Bought after the contact")
    if not tally.contacted:
        return KeyFigure(title, words.NONE, _("Nobody was contacted with one."))
    text = _("%(bought)s of %(contacted)s contacted, those of the last days included") % {
        "bought": words.number(tally.bought),
        "contacted": words.number(tally.contacted),
    }
    link = links.listed(found.days, contacted="bought")
    return KeyFigure(title, words.share(tally.bought / tally.contacted), text, link)


def _of_all(number: int, total: int) -> str:
    return _("%(number)s of %(total)s") % {
        "number": words.number(number),
        "total": words.number(total),
    }


def _to(found: Report, status: Status) -> str:
    return links.listed(found.days, status=status.value)
