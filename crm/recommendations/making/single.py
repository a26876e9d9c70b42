"""One customer's recommendation, here and now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from crm.recommendations import rules
from crm.recommendations.making import data, in_use, proposing, shelf, writing

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from crm.models import Customer


def make(customer: Customer, *, algorithm: str = "", by: User | None = None) -> int | None:
    """The id of the new one; None where there is nothing to propose. The customer is locked.

    The same as a run makes of the same data: one code, and what was learnt last.
    """
    found = in_use.active()
    if found is None:
        sentence = _("Nothing was learnt from purchases yet: make recommendations for everybody.")
        raise DomainError(sentence, code="nothing_learnt")
    now_rules = rules.current()
    as_of = data.evening()
    asked = proposing.Asked(
        learnt=found.learnt,
        goods=shelf.load(),
        rules=now_rules,
        as_of=as_of,
        top=now_rules.top,
        algorithm=algorithm,
    )
    (proposal,) = proposing.propose(asked, data.history([customer.pk], as_of))
    if not proposal.places:
        return None
    ids = writing.write([proposal], asked.goods, model_id=found.model_id, by=by)
    return ids[0]
