"""What else could be proposed to a customer, by each algorithm: computed when somebody asks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from crm.models import Question
from crm.recommendations import allowed, in_use, rules

if TYPE_CHECKING:
    from crm.models import Recommendation
    from crm.recommendations.proposing import Place

# Shown of each algorithm.
MOST = 8


def of(recommendation: Recommendation, *, k: int = MOST) -> dict[str, dict[str, list[Place]]]:
    """By question and algorithm the best ``k``, the winner's first, with what was learnt last.

    By the same code and rules as a run, without what is on the recommendation already. Raises
    DomainError ``nothing_learnt``, and where nothing may be proposed to the customer any more.
    """
    from crm.recommendations import data, proposing, shelf  # noqa: PLC0415 - slow import

    now_rules = rules.current()
    allowed.refuse_customer(recommendation.customer, now_rules)
    kept = in_use.active()
    if kept is None:
        sentence = _("Nothing was learnt from purchases yet: make recommendations for everybody.")
        raise DomainError(sentence, code="nothing_learnt")
    listed = recommendation.products.filter(rank__isnull=False).values_list("product", flat=True)
    known, learnt, as_of = set(listed), kept.learnt, data.evening()
    bought = data.history([recommendation.customer_id], as_of)
    found: dict[str, dict[str, list[Place]]] = {question: {} for question in Question.values}
    # So many more that enough are left of either list.
    asked = proposing.Asked(learnt, shelf.load(), now_rules, as_of, k + len(known))
    for name, one in learnt.algorithms.items():
        (proposal,) = proposing.propose(replace(asked, algorithm=name), bought)
        for question in one.questions:
            places = [place for place in proposal.places if place.question == question]
            found[question][name] = [one for one in places if one.product_id not in known][:k]
    return {
        question: _winner_first(lists, learnt.winner(question)) for question, lists in found.items()
    }


def _winner_first(lists: dict[str, list[Place]], winner: str) -> dict[str, list[Place]]:
    return {name: lists[name] for name in sorted(lists, key=lambda name: name != winner)}
