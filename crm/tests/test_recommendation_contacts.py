"""What a campaign writes into the contact history: once, of those who were reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django_q.models import OrmQ

from backoffice.core.errors import DomainError
from crm import tasks
from crm.models import Customer, Interaction, Product, Recommendation
from crm.recommendations import campaign_choice, campaigns
from crm.tests import decided as make

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User
    from pytest_django import DjangoAssertNumQueries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
LANDLINE = "+33140205050"


@pytest.fixture
def leila() -> User:
    return make.colleague()


@pytest.fixture
def wines() -> list[Product]:
    return [make.product(name) for name in ("Riesling", "Pinot", "Sylvaner")]


def approved(
    owner: Customer, repeat: list[Product], new: list[Product] | None = None
) -> Recommendation:
    return make.recommendation(
        owner, repeat, new or [], status="approved", decided_at=timezone.now()
    )


def refusal(act: Callable[[], object]) -> DomainError:
    with pytest.raises(DomainError) as caught:
        act()
    return caught.value


def test_the_contact_is_written_once(wines: list[Product], leila: User) -> None:
    anna = make.customer(email="a@b.fr")
    made = approved(anna, wines[:2])

    for expected in (1, 0):
        assert (
            campaigns.mark_contacted([made.pk], channel="email", campaign=" May ", by=leila)
            == expected
        )

    contact = Interaction.objects.get()
    assert (contact.customer, contact.channel, contact.campaign, contact.status) == (
        anna,
        "email",
        "May",
        "sent",
    )
    assert (contact.source, contact.external_ref) == ("recommendations", str(made.pk))
    assert contact.subject == "Proposed: Riesling, Pinot"
    made.refresh_from_db()
    assert (made.contacted_at, made.contact_channel, made.campaign) == (
        contact.occurred_at,
        "email",
        "May",
    )
    assert make.actions(made) == [("contacted", "leila")]


def test_only_who_was_in_the_file_was_contacted(wines: list[Product], leila: User) -> None:
    mails = (f"{number}@b.fr" for number in range(9))
    reached = approved(make.customer(email=next(mails)), wines)
    left = [
        approved(make.customer(email=next(mails), consent_email=False), wines),
        approved(make.customer(), wines),
        make.recommendation(make.customer(email=next(mails)), wines),
    ]
    ids = [reached.pk, *(one.pk for one in left), 987_654]

    assert campaigns.mark_contacted(ids, channel="email", campaign="", by=leila) == 1

    used = Recommendation.objects.filter(contacted_at__isnull=False)
    assert list(used) == [reached]
    assert Interaction.objects.count() == 1


def test_a_call_is_done(wines: list[Product], leila: User) -> None:
    made = approved(make.customer(phone=LANDLINE), wines)

    campaigns.mark_contacted([made.pk], channel="call", campaign="", by=leila)

    assert Interaction.objects.get().status == "done"


def test_marking_takes_the_right_and_a_short_name(wines: list[Product], leila: User) -> None:
    made = approved(make.customer(email="a@b.fr"), wines)
    reader = make.colleague("omar", "approve")

    with pytest.raises(PermissionDenied):
        campaigns.mark_contacted([made.pk], channel="email", campaign="", by=reader)
    error = refusal(
        lambda: campaigns.mark_contacted([made.pk], channel="email", campaign="x" * 121, by=leila)
    )

    assert (error.code, error.field) == ("too_long", "campaign")
    assert Interaction.objects.count() == 0


def test_many_are_marked_in_few_queries(
    wines: list[Product], leila: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first = [approved(make.customer(email="a@b.fr"), wines).pk]
    more = [approved(make.customer(email=f"{n}@b.fr"), wines).pk for n in range(3)]
    campaigns.mark_contacted(first, channel="email", campaign="", by=leila)

    with django_assert_num_queries(16):
        assert campaigns.mark_contacted(more, channel="email", campaign="", by=leila) == 3


def test_of_many_each_slice_is_a_job_that_can_run_twice(
    wines: list[Product], leila: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(campaigns, "MANY", 2)
    monkeypatch.setattr(campaign_choice, "SLICE", 2)
    made = [approved(make.customer(email=f"{n}@b.fr"), wines) for n in range(3)]

    assert campaigns.is_many(None)
    assert not campaigns.is_many([made[0].pk])
    assert campaigns.mark_later(None, channel="email", campaign=" May ", by=leila) == 3

    queued = [job.task["args"] for job in OrmQ.objects.order_by("pk")]
    assert len(queued) == 2
    for _again in range(2):
        for args in queued:
            tasks.mark_contacted(*args)
    assert Interaction.objects.filter(campaign="May").count() == 3
    assert make.actions(made[2]) == [("contacted", "leila")]


def test_many_are_estimated_in_few_queries(
    wines: list[Product],
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    monkeypatch.setattr(campaigns, "MANY", 3)
    approved(make.customer(email="a@b.fr", phone="+33612345678"), wines)
    approved(make.customer(email="b@b.fr", consent_email=False, phone="+33612345679"), wines)
    approved(make.customer(), wines)
    approved(make.customer(email="c@b.fr", archived_at=timezone.now()), wines)
    approved(make.customer(email="d@b.fr"), wines)
    exact = campaigns.preview(None, channel="email")

    with django_assert_num_queries(3):
        found = campaigns.outlook("email")

    assert (found.customers, found.left_out, found.is_exact) == (
        exact.customers,
        {"opted_out": 1, "unreachable": 1, "archived": 1},
        False,
    )
    assert found.left_out == exact.left_out
    assert campaigns.outlook("call").left_out == campaigns.preview(None, channel="call").left_out
