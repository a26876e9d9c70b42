"""What each algorithm would propose beside what is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crm.models import Recommendation
from crm.recommendations import alternatives
from crm.recommendations.making import in_use
from crm.tests import wine_shop as make

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db


def test_all_algorithms_ask_together_not_each_for_itself(
    django_assert_max_num_queries: DjangoAssertNumQueries,
):
    owners, _wines = make.shop()
    make.run()
    made = Recommendation.objects.filter(customer=owners[0], status="pending").get()
    alternatives.of(made, "new")

    with django_assert_max_num_queries(30):
        found = alternatives.of(made, "new")

    learnt = in_use.active()
    assert learnt is not None
    assert sorted(found) == sorted(
        name for name, one in learnt.learnt.algorithms.items() if "new" in one.questions
    )
