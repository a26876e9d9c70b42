"""Evidence in words that a salesperson can say aloud, in the active language."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from crm.canonical import label_of
from crm.models import CustomerProfile, Product, Question

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from crm.models import Recommendation, RecommendedProduct
    from crm.recommendations.engine.evidence import Evidence

    Fact = Mapping[str, Any]
    Names = Mapping[int, str]

# What a catalogue calls the kinds of its words, by the field they come from.
_FIELDS = {"grapes": "grape_varieties", "family": "category", "price": "price_segment"}
# Words that need no name before them: “family: Rouge” is no better than “Rouge”.
_PLAIN = ("text", "family", "category", "colour")
# Said in this order; the rest between, prices last.
_FIRST = ("grapes", "appellation", "family", "category", "colour", "region", "aromas", "body")
_WEIGHT = {kind: place for place, kind in enumerate(_FIRST)} | {"price": len(_FIRST) + 1}


def sentences(evidence: Evidence, names: Mapping[int, str]) -> list[str]:
    """One sentence for each; ``names`` of the products by id (see :func:`names_for`).

    A fact about a product that is gone says nothing, nor does a code of another version.
    """
    told = (_SENTENCES.get(fact.get("code", ""), _nothing)(fact, names) for fact in evidence)
    return [sentence for sentence in told if sentence]


def names_for(products: Iterable[RecommendedProduct]) -> dict[int, str]:
    """The names of all products that their evidence tells of; one query."""
    ids = {fact["product"] for one in products for fact in one.evidence if "product" in fact}
    if not ids:
        return {}
    return dict(Product.objects.filter(pk__in=ids).values_list("pk", "name"))


def summary(
    recommendation: Recommendation, products: Sequence[RecommendedProduct] | None = None
) -> str:
    """The whole in two or three sentences: who, why now, what first, what there is to discover.

    ``products`` of the recommendation with their product, where the caller has them already.
    """
    if products is None:
        products = list(recommendation.products.select_related("product"))
    listed = sorted((one for one in products if one.rank), key=lambda one: one.rank or 0)
    again = [one for one in listed if one.question == Question.REPEAT]
    fresh = [one for one in listed if one.question == Question.NEW]
    first = next(iter([*again, *fresh]), None)
    who = _who(recommendation)
    if first is None:
        return _("Nothing is left to propose to %(customer)s.") % {"customer": who}
    words = {"customer": who, "product": first.product.name}
    parts = [_("For %(customer)s: propose “%(product)s” first.") % words]
    parts += sentences(first.evidence, names_for([first]))[:2]
    if again and fresh:
        discover = _("To discover: “%(product)s”.")
        parts.append(discover % {"product": fresh[0].product.name})
    return " ".join(parts)


def _who(recommendation: Recommendation) -> str:
    label = dict(CustomerProfile.Segment.choices).get(recommendation.segment)
    return f"{recommendation.customer} ({label})" if label else str(recommendation.customer)


def _nothing(_fact: Fact, _names: Names) -> str:
    return ""


def _bought(fact: Fact, _names: Names) -> str:
    times, every = int(fact["times"]), round(fact.get("every") or 0)
    words = {"times": times, "day": _day(fact["last"]), "every": every}
    if times == 1:
        return _("Bought once, on %(day)s.") % words
    if not every:
        sentence = ngettext(
            "Bought %(times)d time, last on %(day)s.",
            "Bought %(times)d times, last on %(day)s.",
            times,
        )
        return sentence % words
    sentence = ngettext(
        "Bought %(times)d times, last on %(day)s, about every day.",
        "Bought %(times)d times, last on %(day)s, about every %(every)d days.",
        every,
    )
    return sentence % words


def _due(fact: Fact, _names: Names) -> str:
    words = {"day": _day(fact["since"])}
    if dt.date.fromisoformat(fact["since"]) > timezone.localdate():
        return _("Will be due on %(day)s, when the usual interval is over.") % words
    return _("Due since %(day)s: the usual interval is over.") % words


def _together(fact: Fact, names: Names) -> str:
    if fact["product"] not in names:
        return ""
    customers = int(fact["customers"])
    sentence = ngettext(
        "%(customers)d customer who bought “%(product)s” took this too.",
        "%(customers)d customers who bought “%(product)s” took this too.",
        customers,
    )
    return sentence % {"customers": customers, "product": names[fact["product"]]}


def _similar(fact: Fact, names: Names) -> str:
    if fact["product"] not in names:
        return ""
    words = {"product": names[fact["product"]], "shared": _shared(fact["shared"])}
    if not words["shared"]:
        return _("Close to “%(product)s”, which this customer bought.") % words
    return _("Close to “%(product)s”, which this customer bought: %(shared)s.") % words


def _taste(fact: Fact, _names: Names) -> str:
    words = {"percent": round(100 * fact["share"]), "shared": _shared(fact["shared"])}
    return _("%(percent)d %% of the purchases are like this: %(shared)s.") % words


def _popular(fact: Fact, _names: Names) -> str:
    customers, days = int(fact["customers"]), int(fact["days"])
    label = dict(CustomerProfile.Segment.choices).get(fact.get("segment") or "")
    words = {"customers": customers, "days": days, "segment": label}
    if label:
        sentence = ngettext(
            "%(customers)d customer of the same segment (%(segment)s) bought it in the last"
            " %(days)d days.",
            "%(customers)d customers of the same segment (%(segment)s) bought it in the last"
            " %(days)d days.",
            customers,
        )
        return sentence % words
    sentence = ngettext(
        "%(customers)d customer bought it in the last %(days)d days.",
        "%(customers)d customers bought it in the last %(days)d days.",
        customers,
    )
    return sentence % words


def _rated(fact: Fact, _names: Names) -> str:
    return _("Rated %(rating)d of 5 when it was proposed before.") % {"rating": fact["rating"]}


def _by_hand(_fact: Fact, _names: Names) -> str:
    return _("A colleague chose it for this customer.")


_SENTENCES: dict[str, Callable[[Fact, Names], str]] = {
    "bought": _bought,
    "due": _due,
    "together": _together,
    "similar": _similar,
    "taste": _taste,
    "popular": _popular,
    "rated": _rated,
    "by_hand": _by_hand,
}
CODES = tuple(_SENTENCES)


def _shared(pairs: Iterable[Sequence[str]]) -> str:
    """Riesling/Muscat (grape varieties), Alsace (region), what tells most first.

    A word that two kinds share is said once.
    """
    known: set[str] = set()
    said: dict[str, list[str]] = {}
    for kind, word in sorted(pairs, key=lambda pair: _WEIGHT.get(pair[0], len(_FIRST))):
        if word.casefold() not in known:
            known.add(word.casefold())
            said.setdefault(kind, []).append(word)
    return ", ".join(_of_kind(kind, "/".join(words)) for kind, words in said.items())


def _of_kind(kind: str, words: str) -> str:
    if kind in _PLAIN:
        return words
    return f"{words} ({label_of('product', _FIELDS.get(kind, kind))})"


def _day(iso: str) -> str:
    day = dt.date.fromisoformat(iso)
    # French says the first of a month otherwise than the other days: 1er mai, 2 mai.
    first = pgettext("how the first of a month is written", "DATE_FORMAT")
    return date_format(day, first if day.day == 1 else "DATE_FORMAT")
