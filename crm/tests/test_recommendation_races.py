"""Two at once: people who decide, people and a run, and making one anew meanwhile."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from django.db import connections, transaction

from backoffice.core.errors import DomainError
from backoffice.testing.waiting import somebody_waits_for_us, wait_until
from crm.models import Customer, Interaction, Recommendation, RefusedProduct
from crm.recommendations import campaigns
from crm.recommendations.deciding import workflow
from crm.recommendations.making import requests, running
from crm.tests import decided as make

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("english")]


def outcome(act: Callable[[], object]) -> str:
    """ "done", or the code of the refusal."""
    try:
        act()
    except DomainError as error:
        return error.code
    else:
        return "done"
    finally:
        connections.close_all()


def at_once(*acts: Callable[[], object]) -> list[str]:
    barrier = Barrier(len(acts))

    def started_together(act: Callable[[], object]) -> str:
        barrier.wait()
        return outcome(act)

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(started_together, acts))


def meeting(first: Callable[[], object], second: Callable[[], object]) -> str:
    """What becomes of the second, which waits for the first to be committed."""
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            late = pool.submit(outcome, second)
            wait_until(somebody_waits_for_us)
        return late.result()


@pytest.fixture
def leila() -> User:
    return make.colleague("leila")


@pytest.fixture
def omar() -> User:
    return make.colleague("omar")


@pytest.fixture
def made() -> Recommendation:
    wines = [make.product(name) for name in ("Riesling", "Pinot", "Sylvaner")]
    return make.recommendation(make.customer(email="anna@petit.fr"), wines[:2], wines[2:])


def test_of_two_who_decide_at_once_one_wins(made: Recommendation, leila: User, omar: User) -> None:
    told = at_once(
        lambda: workflow.approve(made.pk, by=leila),
        lambda: workflow.reject(made.pk, by=omar, rejection="products"),
    )

    assert sorted(told) == ["already_decided", "done"]
    made.refresh_from_db()
    winner = ("approved", "leila") if told[0] == "done" else ("rejected", "omar")
    assert make.actions(made) == [winner]
    assert made.status == winner[0]
    assert RefusedProduct.objects.count() == (0 if made.status == "approved" else 3)


def test_the_same_button_pressed_twice_approves_once(made: Recommendation, leila: User) -> None:
    told = at_once(*[lambda: workflow.approve(made.pk, by=leila)] * 4)

    assert sorted(told) == ["already_decided"] * 3 + ["done"]
    assert make.actions(made) == [("approved", "leila")]


def test_two_who_take_products_off_at_once_leave_ranks_without_gaps(
    made: Recommendation, leila: User, omar: User
) -> None:
    first, second = made.products.filter(question="repeat").order_by("rank")

    told = at_once(
        lambda: workflow.refuse_product(first.pk, by=leila),
        lambda: workflow.refuse_product(second.pk, by=omar),
    )

    assert told == ["done", "done"]
    assert make.ranks(made, "repeat") == []
    assert make.ranks(made, "new") == ["Sylvaner"]


def test_one_product_swapped_by_two_is_swapped_once(
    made: Recommendation, leila: User, omar: User
) -> None:
    place = made.products.get(question="new")
    muscat, merlot = make.product("Muscat"), make.product("Merlot")

    told = at_once(
        lambda: workflow.swap(place.pk, product_id=muscat.pk, by=leila),
        lambda: workflow.swap(place.pk, product_id=merlot.pk, by=omar),
    )

    assert sorted(told) == ["done", "off_the_list"]
    assert make.ranks(made, "new") == (["Muscat"] if told[0] == "done" else ["Merlot"])


def test_who_opts_out_while_somebody_approves_is_not_approved(
    made: Recommendation, leila: User
) -> None:
    def opt_out() -> None:
        Customer.objects.filter(pk=made.customer_id).update(consent_email=False)

    assert meeting(opt_out, lambda: workflow.approve(made.pk, by=leila)) == "opted_out"
    made.refresh_from_db()
    assert made.status == "pending"


def test_two_who_mark_a_campaign_write_each_contact_once(
    made: Recommendation, leila: User, omar: User
) -> None:
    workflow.approve(made.pk, by=leila)

    def mark(by: User) -> Callable[[], object]:
        return lambda: campaigns.mark_contacted([made.pk], channel="email", campaign="x", by=by)

    assert at_once(mark(leila), mark(omar)) == ["done", "done"]
    assert Interaction.objects.filter(source="recommendations").count() == 1
    assert [action for action, _by in make.actions(made)] == ["approved", "contacted"]


# --- with a machine that makes new ones ---


def test_one_made_anew_keeps_the_old_one(leila: User) -> None:
    owners, _wines = make.learnt_shop()
    old = Recommendation.objects.get(customer=owners[0])

    new = workflow.regenerate(old.pk, by=leila, comment="he called")

    old.refresh_from_db()
    assert (old.status, new.status, new.replaces) == ("replaced", "pending", old)
    assert old.products.count() > 0
    assert make.actions(old) == [("regenerated", "leila")]
    late = outcome(lambda: workflow.approve(old.pk, by=leila))
    assert late == "already_decided"


def test_what_was_decided_is_never_touched_by_making_anew(leila: User) -> None:
    owners, _wines = make.learnt_shop()
    one, other = Recommendation.objects.filter(customer__in=owners[:2]).order_by("pk")
    workflow.approve(one.pk, by=leila)
    workflow.reject(other.pk, by=leila, rejection="moment")
    before = list(Recommendation.objects.filter(pk__in=[one.pk, other.pk]).values())

    workflow.regenerate(one.pk, by=leila)
    told = outcome(lambda: workflow.regenerate(other.pk, by=leila))
    full = requests.request(kind=requests.Kind.FULL, in_background=False)
    running.to_the_end(full)

    assert list(Recommendation.objects.filter(pk__in=[one.pk, other.pk]).values()) == before
    refused = set(RefusedProduct.objects.values_list("product", flat=True))
    later = Recommendation.objects.filter(customer=other.customer, status="pending").first()
    proposed = set(later.products.values_list("product", flat=True)) if later else set()
    assert not refused & proposed
    assert told in {"done", "nothing_to_propose"}


def test_one_approved_while_it_is_made_anew_is_either_replaced_or_approved(leila: User) -> None:
    owners, _wines = make.learnt_shop()
    old = Recommendation.objects.get(customer=owners[0])

    late = meeting(
        lambda: workflow.regenerate(old.pk, by=leila), lambda: workflow.approve(old.pk, by=leila)
    )

    assert late == "already_decided"
    statuses = Recommendation.objects.filter(customer=owners[0]).order_by("pk")
    assert list(statuses.values_list("status", flat=True)) == ["replaced", "pending"]


def test_one_made_anew_while_it_is_approved_stays_approved(leila: User) -> None:
    owners, _wines = make.learnt_shop()
    old = Recommendation.objects.get(customer=owners[0])

    late = meeting(
        lambda: workflow.approve(old.pk, by=leila), lambda: workflow.regenerate(old.pk, by=leila)
    )

    assert late == "done"
    statuses = Recommendation.objects.filter(customer=owners[0]).order_by("pk")
    assert list(statuses.values_list("status", flat=True)) == ["approved", "pending"]


def test_a_run_leaves_alone_what_is_decided_while_it_writes(leila: User) -> None:
    owners, _wines = make.learnt_shop()
    old = Recommendation.objects.get(customer=owners[0])
    run = requests.request(kind=requests.Kind.FULL, in_background=False)

    late = meeting(lambda: workflow.approve(old.pk, by=leila), lambda: running.to_the_end(run))

    assert late == "done"
    mine = Recommendation.objects.filter(customer=owners[0]).order_by("pk")
    assert list(mine.values_list("status", flat=True)) == ["approved"]
    others = Recommendation.objects.filter(customer=owners[1]).order_by("pk")
    assert list(others.values_list("status", flat=True)) == ["replaced", "pending"]


def test_what_is_refused_while_a_run_writes_is_not_proposed_by_it(leila: User) -> None:
    owners, _wines = make.learnt_shop()
    old = Recommendation.objects.get(customer=owners[0])
    place = old.products.filter(rank=1).order_by("pk").first()
    assert place is not None
    run = requests.request(kind=requests.Kind.FULL, in_background=False)

    meeting(lambda: workflow.refuse_product(place.pk, by=leila), lambda: running.to_the_end(run))

    live = Recommendation.objects.get(customer=owners[0], status="pending")
    proposed = live.products.filter(rank__isnull=False).values_list("product", flat=True)
    assert place.product_id not in set(proposed)
