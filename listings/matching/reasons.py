"""Why two listings were matched, or no longer are, in words."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from listings.models import Listing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.utils.functional import _StrOrPromise

_SENTENCES: Final[dict[str, _StrOrPromise]] = {
    "reference": gettext_lazy("Same reference: %(reference)s."),
    "nickname": gettext_lazy("Same watch by its nickname or reference: %(reference)s."),
    "reference_any": gettext_lazy("%(reference)s is one of the versions that are wanted."),
    "reference_open": gettext_lazy("The offer leaves open which version of %(reference)s it is."),
    "reference_unknown": gettext_lazy("Same model; the offer does not name the reference."),
    "model": gettext_lazy("Same model: %(model)s; any reference is wanted."),
    "brand": gettext_lazy("Any %(brand)s within the budget is wanted."),
    "price_within": gettext_lazy("%(price)s is within the budget of %(budget)s."),
    "price_above": gettext_lazy("%(price)s is a little above the budget of %(budget)s."),
    "price_unknown": gettext_lazy("The offer names no price; the budget is %(budget)s."),
    "price_incomparable": gettext_lazy(
        "%(price)s and the budget of %(budget)s cannot be compared: a rate is missing."
    ),
    "budget_unknown": gettext_lazy("The buyer names no budget."),
    "condition": gettext_lazy("Condition “%(offered)s” is enough for “%(wanted)s”."),
    "condition_unknown": gettext_lazy("“%(wanted)s” is wanted; the offer names no condition."),
    "year": gettext_lazy("Year %(offered)s, as wanted."),
    "year_newer": gettext_lazy("Year %(offered)s is newer than %(wanted)s."),
    "year_older": gettext_lazy("Year %(offered)s is older than %(wanted)s."),
    "year_unknown": gettext_lazy("Year %(wanted)s is wanted; the offer names none."),
    "size": gettext_lazy("%(offered)s mm, as wanted."),
    "set": gettext_lazy("Comes with %(asked)s, as wanted."),
    "set_unknown": gettext_lazy("Wanted with %(asked)s; the offer does not say."),
    "set_missing": gettext_lazy("Wanted with %(asked)s; the offer comes without %(missing)s."),
    # Why it is over.
    "wanted_gone": gettext_lazy("The search is no longer on the market."),
    "sale_gone": gettext_lazy("The offer is no longer on the market."),
    "reserved": gettext_lazy("The trader wrote that the watch is reserved."),
    "same_person": gettext_lazy("Both sides are the same person."),
    "type": gettext_lazy("These are no longer a search and an offer."),
    "other_watch": gettext_lazy("They speak of different watches by now."),
    "vague": gettext_lazy("The search names neither model nor budget."),
    "too_dear": gettext_lazy("%(price)s is above the budget of %(budget)s."),
    "size_apart": gettext_lazy("%(wanted)s mm is wanted, %(offered)s mm is offered."),
    "condition_not_new": gettext_lazy("A new one is wanted; the offer does not say that it is."),
    "condition_below": gettext_lazy("“%(wanted)s” is wanted, “%(offered)s” is offered."),
    "long_ago": gettext_lazy("There are %(days)s days between the two."),
    "weak": gettext_lazy("Too little of it fits by now."),
}
ENDS: Final = frozenset(
    [
        "wanted_gone",
        "sale_gone",
        "reserved",
        "same_person",
        "type",
        "other_watch",
        "vague",
        "too_dear",
        "size_apart",
        "condition_below",
        "condition_not_new",
        "long_ago",
        "weak",
    ]
)
# What holds only in part, or is not known.
_DOUBTS: Final = frozenset(
    [
        "reference_open",
        "reference_unknown",
        "price_above",
        "price_unknown",
        "price_incomparable",
        "budget_unknown",
        "condition_unknown",
        "year_older",
        "year_unknown",
        "set_unknown",
        "set_missing",
    ]
)


@dataclass(frozen=True, slots=True)
class Told:
    """A reason in words; ``tone``: good, doubtful, or over where it ended the match."""

    sentence: str
    points: int
    tone: str


def told(reasons: Iterable[Mapping[str, Any]]) -> list[Told]:
    """The reasons of a match in words, in their order; codes that nobody knows are left out."""
    return [
        Told(sentence, int(reason.get("points", 0)), _tone(str(reason.get("code"))))
        for reason in reasons
        if (sentence := _sentence(reason))
    ]


def in_short(reasons: Iterable[Mapping[str, Any]]) -> str:
    """What speaks for it, and the first doubt, in a line; why it is over where it is."""
    said = told(reasons)
    if over := [one.sentence for one in said if one.tone == "over"]:
        return over[-1]
    best = [one for one in said if one.tone == "good" and one.points][:2]
    doubts = [one for one in said if one.tone == "doubtful"][:1]
    return " ".join(one.sentence for one in (*best, *doubts))


def sentence(code: str, facts: Mapping[str, Any]) -> str:
    """One reason in words."""
    return _sentence({"code": code, **facts})


def _tone(code: str) -> str:
    return "over" if code in ENDS else "doubtful" if code in _DOUBTS else "good"


def _sentence(reason: Mapping[str, Any]) -> str:
    code = str(reason.get("code"))
    if code == "days":
        return _days(int(reason.get("days", 0)))
    template = _SENTENCES.get(code)
    return str(template) % _Facts(reason) if template else ""


def _days(days: int) -> str:
    if not days:
        return _("Both of the same day.")
    return ngettext("%(days)d day between them.", "%(days)d days between them.", days) % {
        "days": days
    }


class _Facts(dict[str, str]):
    """The facts of a reason as words; what is missing shows as a question mark."""

    def __init__(self, reason: Mapping[str, Any]) -> None:
        super().__init__({name: _word(name, value) for name, value in reason.items()})
        for name in ("price", "budget"):
            self[name] = _money(reason.get(name), reason.get(f"{name}_currency"))

    def __missing__(self, key: str) -> str:
        return "?"


def _word(_name: str, value: Any) -> str:  # noqa: ANN401 - JSON
    if isinstance(value, list):
        return _(" and ").join(str(_PARTS.get(str(part), part)) for part in value)
    labels: dict[str, Any] = dict(Listing.Condition.choices)
    return str(labels.get(str(value), value))


_PARTS: Final[dict[str, Any]] = {"box": gettext_lazy("box"), "papers": gettext_lazy("papers")}


def _money(amount: Any, currency: Any) -> str:  # noqa: ANN401 - JSON
    if amount is None:
        return "?"
    figure = Decimal(str(amount))
    places = 0 if figure == figure.to_integral_value() else 2
    return f"{number_format(figure, places, force_grouping=True)} {currency or ''}".strip()
