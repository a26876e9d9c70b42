"""The few numbers to look at first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from backoffice.core.figures import words
from backoffice.core.figures.parts import KeyFigure
from orders.report.key_figures import compared
from support.figures import links
from support.figures.replies import Fate

if TYPE_CHECKING:
    from backoffice.core.figures.comparison import Rate
    from support.figures.report import Summary


def key_figures(found: Summary) -> tuple[KeyFigure, ...]:
    return (
        _waiting(found),
        _opened(found),
        _answered(found),
        _first_response(found),
        _approval(found),
        _edits(found),
        _automatic(found),
        _reopened(found),
    )


def _waiting(found: Summary) -> KeyFigure:
    oldest = found.backlog.oldest
    text = _("Nothing waits.")
    if oldest:
        text = pgettext("ticket", "The oldest has waited for %(time)s.") % {
            "time": timesince(oldest, found.backlog.at, depth=1)
        }
    value = words.number(found.backlog.total)
    return KeyFigure(_("Waiting now"), value, text, links.waiting(found.scope))


def _opened(found: Summary) -> KeyFigure:
    total = found.opened.total
    text = compared(words.number(total.before), words.change(total))
    link = links.opened(found.scope)
    return KeyFigure(_("Tickets opened"), words.number(total.now), text, link)


def _answered(found: Summary) -> KeyFigure:
    sent = found.replies.sent
    text = compared(words.number(sent.before), words.change(sent))
    return KeyFigure(_("Answers sent"), words.number(sent.now), text)


def _first_response(found: Summary) -> KeyFigure:
    waiting, before = found.first_responses.all, found.first_responses.before
    title = _("First answer after")
    if waiting.median is None:
        return KeyFigure(title, words.NONE, _("No ticket got its first answer in the period."))
    text = _("median; 9 of 10 within %(p90)s") % {"p90": words.duration(waiting.p90)}
    text = _beside(text, words.duration(before.median))
    return KeyFigure(title, words.duration(waiting.median), text, links.answered_first(found.scope))


def _approval(found: Summary) -> KeyFigure:
    title = _("Drafts sent")
    rate = found.replies.approval()
    if rate.value is None:
        return KeyFigure(title, words.NONE, _("No draft was decided about in the period."))
    text = _("%(sent)s of %(judged)s, %(unchanged)s of them unchanged") % {
        "sent": words.number(rate.hits),
        "judged": words.number(rate.total),
        "unchanged": words.number(found.replies.count(Fate.UNCHANGED).now),
    }
    text = _beside(text, words.share(found.replies.approval(before=True).value))
    return KeyFigure(title, words.share(rate.value), text)


def _edits(found: Summary) -> KeyFigure:
    title = _("Words changed")
    edit = found.edits.all
    if edit.median is None:
        return KeyFigure(title, words.NONE, _("No draft was sent in the period."))
    text = _("median of the %(drafts)s drafts sent; 9 of 10 below %(p90)s") % {
        "drafts": words.number(edit.drafts),
        "p90": words.share(edit.p90),
    }
    text = _beside(text, words.share(found.edits.before.median))
    return KeyFigure(title, words.share(edit.median), text)


def _automatic(found: Summary) -> KeyFigure:
    rate = found.replies.automatic()
    return _share(
        _("Answered automatically"), rate, words.share(found.replies.automatic(before=True).value)
    )


def _reopened(found: Summary) -> KeyFigure:
    times = found.first_responses
    link = links.answered_first(found.scope, reopened__gt=0) if times.reopened.total else ""
    return _share(
        _("Came back"), times.reopened, words.share(times.reopened_before.value), link=link
    )


def _share(title: str, rate: Rate, before: str, *, link: str = "") -> KeyFigure:
    if rate.value is None:
        return KeyFigure(title, words.NONE, _("Nothing was answered in the period."))
    text = _("%(hits)s of %(total)s answered") % {
        "hits": words.number(rate.hits),
        "total": words.number(rate.total),
    }
    return KeyFigure(title, words.share(rate.value), _beside(text, before), link)


def _beside(text: str, before: str) -> str:
    if before == words.NONE:
        return text
    return _("%(text)s; %(value)s in the period before") % {"text": text, "value": before}
