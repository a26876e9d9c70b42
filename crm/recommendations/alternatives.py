"""What else could be proposed to a customer, by each algorithm: computed when somebody asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from crm.recommendations import rules
from crm.recommendations.deciding import allowed
from crm.recommendations.making import in_use

if TYPE_CHECKING:
    from crm.models import Recommendation
    from crm.recommendations.making.proposing import Place

# Shown of each algorithm.
MOST = 8


def of(recommendation: Recommendation, question: str, *, k: int = MOST) -> dict[str, list[Place]]:
    """By algorithm the best ``k`` of a list, the winner's first, with what was learnt last.

    By the same code and rules as a run, without what is on the recommendation already. Raises
    DomainError ``nothing_learnt``, and where nothing may be proposed to the customer any more.
    """
    from crm.recommendations.making import data, proposing, shelf  # noqa: PLC0415 - slow import

    now_rules = rules.current()
    allowed.refuse_customer(recommendation.customer, now_rules)
    kept = in_use.active()
    if kept is None:
        sentence = _("Nothing was learnt from purchases yet: make recommendations for everybody.")
        raise DomainError(sentence, code="nothing_learnt")
    listed = recommendation.products.filter(rank__isnull=False).values_list("product", flat=True)
    known, learnt, as_of = set(listed), kept.learnt, data.evening()
    # So many more that enough are left.
    asked = proposing.Asked(learnt, shelf.load(), now_rules, as_of, k + len(known))
    answering = [name for name, one in learnt.algorithms.items() if question in one.questions]
    winner = learnt.winner(question)
    answering.sort(key=lambda name: name != winner)
    bought = data.history([recommendation.customer_id], as_of)
    return {
        name: [place for place in places if place.product_id not in known][:k]
        for name, places in proposing.one_list(asked, bought, question, answering).items()
    }
