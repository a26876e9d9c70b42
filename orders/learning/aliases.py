"""Names under which customers write: "chez Momo" is the customer whom staff chose for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.utils.translation import gettext as _

from crm import customers
from crm.customers import Match
from crm.models import Customer
from crm.names import likeness
from orders.learning import facts
from orders.learning.facts import Kind
from orders.models import LearnedFact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orders.learning.proposed import Proposed
    from orders.models import Order

# Filled in, but always for a person to check.
FIRST_TIME, EACH_TIME, AT_MOST = 0.76, 0.03, 0.88


@dataclass(frozen=True, slots=True)
class Recognised:
    """Who it is, and the fact that says so where it was learned."""

    match: Match
    fact: LearnedFact | None = None


def recognise(match: Match, names: Sequence[str], *, known: Sequence[Customer]) -> Recognised:
    """The match, or a surer one by a learned name.

    A certain match stands, and so does an address or number: ``known`` are the customers
    who have the sender's, and only among them a name may decide. A name of several
    customers decides nothing; staff get them to choose from.
    """
    if match.customer is not None and match.confidence >= customers.CERTAIN:
        return Recognised(match)
    for name, found in _by_name(names).items():
        who = {fact.customer_id: fact for fact in found}
        if len(who) > 1:
            return Recognised(_ambiguous(match, name, found))
        fact = found[0]
        customer = _standing(fact)
        if customer is None or (known and customer not in known):
            continue
        if _named_elsewhere(name, customer):
            continue
        confidence = min(AT_MOST, FIRST_TIME + EACH_TIME * (fact.times_seen - 1))
        if match.customer is not None and match.customer != customer:
            confidence = min(confidence, AT_MOST - EACH_TIME)
        elif match.customer == customer and match.confidence >= confidence:
            return Recognised(match)
        reason = _("the name “%(name)s”, %(source)s") % {
            "name": name,
            "source": facts.source_of(fact),
        }
        return Recognised(Match(customer, round(confidence, 2), reason), fact)
    return Recognised(match)


def learn(order: Order, before: Proposed) -> None:
    """Keep the names of the message for the customer whom a person chose for it.

    Where nobody chose, a name that is known for this customer is confirmed. Either way the
    name means this customer now: what says otherwise is weakened.
    """
    customer, names = order.customer, before.reading.names
    if customer is None or not names:
        return
    kept = LearnedFact.objects.filter(kind=Kind.CUSTOMER_ALIAS, phrase__in=names, times_seen__gt=0)
    others = list(kept.exclude(customer=customer).order_by("pk"))
    known = set(kept.filter(customer=customer).values_list("phrase", flat=True))
    for name in sorted(names):
        is_taught = before.customer_chosen and _tells_more(name, customer)
        if name in known or is_taught:
            facts.teach(Kind.CUSTOMER_ALIAS, order, customer=customer, phrase=name)
    facts.contradict(others, order)


def _by_name(names: Sequence[str]) -> dict[str, list[LearnedFact]]:
    found: dict[str, list[LearnedFact]] = {}
    if names:
        rows = facts.in_use().filter(kind=Kind.CUSTOMER_ALIAS, phrase__in=names)
        for fact in rows.select_related("customer__merged_into"):
            found.setdefault(fact.phrase, []).append(fact)
    return {name: found[name] for name in names if name in found}


def _standing(fact: LearnedFact) -> Customer | None:
    """The customer of a name, unless archived."""
    customer = fact.customer
    customer = (customer.merged_into or customer) if customer else None
    return customer if customer is not None and customer.archived_at is None else None


def _ambiguous(match: Match, name: str, found: Sequence[LearnedFact]) -> Match:
    if match.customer is not None or match.candidates:
        return match
    called = tuple(filter(None, map(_standing, found)))
    return Match(None, 0.0, _("several customers are called “%(name)s”") % {"name": name}, called)


def _tells_more(name: str, customer: Customer) -> bool:
    """Whether the name is one that the customer is not found by already, nor somebody else."""
    own = max(likeness(name, customer.company), likeness(name, customer.name))
    return own < customers.SAME_NAME and not _named_elsewhere(name, customer)


def _named_elsewhere(name: str, customer: Customer) -> bool:
    """Whether another customer's own name has all these words."""
    query = SearchQuery(" & ".join(name.split()), search_type="raw", config="simple")
    named = (
        Customer.objects.filter(archived_at=None, merged_into=None)
        .annotate(words=SearchVector("search_name", config="simple"))
        .filter(words=query)
    )
    return named.exclude(pk=customer.pk).exists()
