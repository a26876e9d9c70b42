"""Why a score is what it is, in words: the features that moved it most."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scoring.engine.features import NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from scoring.engine.compiled import Explanation

COUNT: Final = 3
# Points that are shown as 0 are no reason.
_LEAST: Final = 0.5


def in_words(explanation: Explanation, features: Sequence[float], count: int = COUNT) -> list[str]:
    """Return the strongest reasons, in the active language, the strongest first.

    ``features`` are the client's, in the order of ``scoring.engine.features``. There
    are fewer where fewer move the score by half a point.
    """
    return sentences(explanation.contributions, features, count)


def sentences(
    contributions: Mapping[str, float], features: Sequence[float], count: int = COUNT
) -> list[str]:
    """Return the same of contributions by name, as they are kept."""
    return [
        _reason(fact=fact, points=points)
        for fact, points in in_short(contributions, features, count)
    ]


def in_short(
    contributions: Mapping[str, float], features: Sequence[float], count: int = COUNT
) -> list[tuple[str, float]]:
    """Return the same reasons as facts in words, each with its points, for tables and bars."""
    values = dict(zip(NAMES, map(float, features), strict=True))
    strongest = sorted(contributions.items(), key=lambda one: -abs(one[1]))
    return [
        (_FACTS[name](values[name]), points)
        for name, points in strongest[:count]
        if abs(points) >= _LEAST
    ]


def fact(name: str, value: float) -> str:
    """Return one feature's value in words: "Last contact 3 days ago"."""
    return _FACTS[name](float(value))


def _reason(*, fact: str, points: float) -> str:
    whole = round(abs(points))
    if points > 0:
        sentence = ngettext(
            "%(fact)s: raises the score by %(points)s point.",
            "%(fact)s: raises the score by %(points)s points.",
            whole,
        )
    else:
        sentence = ngettext(
            "%(fact)s: lowers the score by %(points)s point.",
            "%(fact)s: lowers the score by %(points)s points.",
            whole,
        )
    return sentence % {"fact": fact, "points": whole}


def _recency(days: float) -> str:
    return ngettext(
        "Last contact %(days)s day ago", "Last contact %(days)s days ago", round(days)
    ) % {"days": _whole(days)}


def _frequency(contacts: float) -> str:
    return ngettext(
        "%(contacts)s contact so far", "%(contacts)s contacts so far", round(contacts)
    ) % {"contacts": _whole(contacts)}


def _monetary(spent: float) -> str:
    if not spent:
        return _("Nothing bought so far")
    return _("%(amount)s spent so far") % {
        "amount": number_format(spent, 2, use_l10n=True, force_grouping=True)
    }


def _opening(rate: float) -> str:
    return _("%(percent)s %% of the e-mails opened") % {"percent": round(100 * rate)}


def _visits(visits: float) -> str:
    return ngettext(
        "%(visits)s visit to the website", "%(visits)s visits to the website", round(visits)
    ) % {"visits": _whole(visits)}


def _tenure(days: float) -> str:
    return ngettext("Customer for %(days)s day", "Customer for %(days)s days", round(days)) % {
        "days": _whole(days)
    }


def _rfm(points: float) -> str:
    return _("%(points)s of 100 for recent, frequent and large dealings together") % {
        "points": round(points)
    }


def _whole(number: float) -> str:
    return number_format(round(number), 0, use_l10n=True, force_grouping=True)


_FACTS: Final[Mapping[str, Callable[[float], str]]] = {
    "recency": _recency,
    "frequency": _frequency,
    "monetary": _monetary,
    "email_open_rate": _opening,
    "website_visits": _visits,
    "tenure": _tenure,
    "rfm": _rfm,
}
