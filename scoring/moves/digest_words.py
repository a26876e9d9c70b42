"""The morning e-mail's words: what fills the placeholders of its text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.core.figures.words import number
from crm.profiles.shown import money
from scoring.figures import alert
from scoring.leads import explaining, worklist

if TYPE_CHECKING:
    import datetime as dt

    from scoring.models import LeadScore
    from scoring.moves.news import News

# Leads that cooled down, in one line.
_COOLED: Final = 5
_MONDAY: Final = 0


def of(news: News, day: dt.date) -> dict[str, str] | None:
    """The values of the text's placeholders but the person's; None where there is nothing to say.

    That customers drifted stays so until a new training: alone it is worth an e-mail on Mondays.
    """
    drift = alert.alert_sentence()
    summary = _summary(news)
    if not summary and drift and day.weekday() == _MONDAY:
        summary = _("the model should be trained again")
    if not summary:
        return None
    return {
        "summary": summary,
        "newly_hot": _newly_hot(news),
        "no_longer_hot": _no_longer_hot(news),
        "by_model": _by_model(news.by_model),
        "drift": drift,
        "to_contact": _to_contact(day),
        "link": _address("admin:scoring_leadscore_changelist"),
    }


def _summary(news: News) -> str:
    """The first that there is to say, for the subject; empty where there is nothing."""
    if news.newly_hot_count:
        return _hot(news.newly_hot_count)
    if news.no_longer_hot_count:
        return _cooled(news.no_longer_hot_count)
    return _("a new version of the model") if news.by_model else ""


def _newly_hot(news: News) -> str:
    count = news.newly_hot_count
    if not count:
        return ""
    lines = [_("%(summary)s:") % {"summary": _hot(count)}]
    lines += [_lead(lead) for lead in news.newly_hot]
    if more := count - len(news.newly_hot):
        lines.append(_more(more))
    return "\n".join(lines)


def _lead(lead: LeadScore) -> str:
    sentence = _("- %(customer)s: score %(score)d, expected value %(value)s")
    words = {"customer": _name(lead), "score": lead.score, "value": _value(lead)}
    # What speaks for calling; the page has what speaks against it.
    reasons = [fact for fact, points in explaining.in_short(lead) if points > 0]
    parts = [sentence % words, " · ".join(reasons), _address(*_page(lead))]
    return "\n  ".join(filter(None, parts))


def _no_longer_hot(news: News) -> str:
    count = news.no_longer_hot_count
    if not count:
        return ""
    names = [f"{_name(lead)} ({lead.get_segment_display()})" for lead in news.no_longer_hot]
    if more := count - len(names[:_COOLED]):
        names[_COOLED:] = [_more(more)]
    words = {"summary": _cooled(count), "names": ", ".join(names)}
    return _("%(summary)s: %(names)s") % words


def _by_model(count: int) -> str:
    if not count:
        return ""
    sentence = ngettext(
        "A new version of the model moved %(count)s customer to another segment.",
        "A new version of the model moved %(count)s customers to another segment.",
        count,
    )
    return sentence % {"count": number(count)}


def _to_contact(day: dt.date) -> str:
    count = worklist.to_contact(day).order_by().count()
    if not count:
        return ""
    sentence = ngettext(
        "%(count)s lead is to be contacted today.",
        "%(count)s leads are to be contacted today.",
        count,
    )
    return sentence % {"count": number(count)}


def _hot(count: int) -> str:
    words = {"count": number(count)}
    return ngettext("%(count)s newly Hot lead", "%(count)s newly Hot leads", count) % words


def _cooled(count: int) -> str:
    words = {"count": number(count)}
    sentence = ngettext(
        "%(count)s lead is no longer Hot", "%(count)s leads are no longer Hot", count
    )
    return sentence % words


def _more(count: int) -> str:
    return ngettext("… and %(count)d more", "… and %(count)d more", count) % {"count": count}


def _name(lead: LeadScore) -> str:
    """On one line: what a source calls a customer must not look like another lead."""
    return " ".join(str(lead.customer).split())


def _value(lead: LeadScore) -> str:
    return money(lead.expected_value, lead.currency)


def _page(lead: LeadScore) -> tuple[str, int]:
    return "admin:scoring_leadscore_change", lead.pk


def _address(name: str, *ids: int) -> str:
    return settings.PUBLIC_URL + reverse(name, args=ids)
