"""Calls and e-mails to leads: written down once, and the lead rests."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone

from backoffice.core.errors import DomainError
from crm.duplicates import merging
from crm.models import Customer, Interaction
from scoring.leads import handling, rescoring
from scoring.models import LeadScore
from scoring.tests import moving
from scoring.tests.leads import lead
from scoring.versions import shipped

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from django.conf import LazySettings
    from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
NOW = dt.datetime(2026, 4, 1, 10, tzinfo=dt.UTC)


@pytest.fixture
def salma() -> User:
    return moving.staff("salma", "contact_leadscore", first_name="Salma", last_name="Bennani")


def refusal(customer: Customer, channel: str, by: User) -> tuple[str, str]:
    with pytest.raises(DomainError) as caught:
        handling.handle(customer.pk, channel=channel, by=by)
    assert not Interaction.objects.exists()
    return caught.value.code, str(caught.value)


def test_a_call_is_written_down_and_the_lead_rests(salma: User):
    with time_machine.travel(NOW, tick=False):
        customer = moving.scored()
        before = LeadScore.objects.get()

        written = handling.handle(customer.pk, channel="call", by=salma, note=" Wants a quote. ")

    assert (written.channel, written.status) == ("call", "done")
    assert (written.subject, written.response) == ("Lead called by Salma Bennani", "Wants a quote.")
    lead = LeadScore.objects.get()
    assert (lead.handled_by, lead.handled_at) == (salma, NOW)
    assert lead.rests_until == dt.date(2026, 4, 15)
    # What we did says nothing of the customer.
    assert (before.total_contacts, lead.total_contacts) == (1, 1)
    assert (before.last_contact_on, before.score) == (lead.last_contact_on, lead.score)


def test_an_email_is_one_too_and_a_customer_without_a_score_gets_one(salma: User):
    customer = moving.customer()

    written = handling.handle(customer.pk, channel="email", by=salma)

    assert written.subject == "E-mail to a lead by Salma Bennani"
    assert LeadScore.objects.get().handled_by == salma


def test_a_second_click_is_the_same_contact_and_adds_its_note(salma: User):
    customer = moving.scored()
    with time_machine.travel(NOW, tick=False) as clock:
        first = handling.handle(customer.pk, channel="call", by=salma, note="Not there.")
        clock.shift(dt.timedelta(seconds=50))
        second = handling.handle(customer.pk, channel="call", by=salma, note="Back on Monday.")
        third = handling.handle(customer.pk, channel="call", by=salma, note="Not there.")
        clock.shift(dt.timedelta(seconds=20))
        later = handling.handle(customer.pk, channel="call", by=salma)

    assert first.pk == second.pk == third.pk != later.pk
    first.refresh_from_db()
    assert first.response == "Not there.\nBack on Monday."


def test_an_email_right_after_a_call_and_a_colleague_s_call_count(salma: User):
    customer, amine = moving.scored(), moving.staff("amine", "contact_leadscore")

    handling.handle(customer.pk, channel="call", by=salma)
    handling.handle(customer.pk, channel="email", by=salma)
    handling.handle(customer.pk, channel="call", by=amine)

    assert Interaction.objects.count() == 3
    assert LeadScore.objects.get().handled_by == amine


def test_a_click_does_not_wait_for_a_model_to_be_trained(
    salma: User, settings: LazySettings, tmp_path: Path
):
    row = lead().customer
    settings.DATA_DIR = tmp_path

    handling.handle(row.pk, channel="call", by=salma)

    assert not shipped.is_ready()
    assert LeadScore.objects.get().handled_by == salma
    assert row.pk in moving.touched()


def test_a_job_that_comes_twice_knows_its_own_contact_only(salma: User):
    customer = moving.scored()
    since = timezone.now()

    handling.handle(customer.pk, channel="call", by=salma)

    assert handling.is_noted(customer.pk, "call", salma, since=since)
    assert not handling.is_noted(customer.pk, "email", salma, since=since)
    assert not handling.is_noted(customer.pk, "call", salma, since=timezone.now())


def test_a_wrong_click_is_taken_back_by_deleting_the_contact(salma: User):
    customer = moving.scored()
    with time_machine.travel(NOW, tick=False) as clock:
        called = handling.handle(customer.pk, channel="call", by=salma)
        clock.shift(dt.timedelta(hours=1))
        wrong = handling.handle(customer.pk, channel="email", by=salma)
        called.delete()
        assert LeadScore.objects.get().rests_until is not None

        # As the action of the admin's list does it.
        Interaction.objects.filter(pk=wrong.pk).delete()

    lead = LeadScore.objects.get()
    assert (lead.handled_at, lead.handled_by, lead.rests_until) == (None, None, None)


def test_who_answered_a_call_was_in_contact(salma: User):
    customer = moving.scored()
    called = handling.handle(customer.pk, channel="call", by=salma)
    called.status = Interaction.Status.REPLIED
    called.save()

    rescoring.rescore([customer.pk])

    lead = LeadScore.objects.get()
    assert (lead.total_contacts, lead.last_contact_on) == (2, timezone.localdate())


def test_an_email_to_a_lead_is_no_contact_of_theirs_and_no_mailing(salma: User):
    customer = moving.scored()
    mailed = timezone.now() - dt.timedelta(days=30)
    customer.interactions.create(occurred_at=mailed, channel="email", status="opened")

    handling.handle(customer.pk, channel="email", by=salma)

    with time_machine.travel(timezone.now() + dt.timedelta(days=8), tick=False):
        rescoring.rescore([customer.pk])
        lead = LeadScore.objects.get()
    assert (lead.total_contacts, lead.emails_sent, lead.emails_opened) == (1, 1, 1)
    assert lead.last_contact_on == timezone.localdate() - dt.timedelta(days=400)


def test_what_cannot_be_noted_is_said(salma: User):
    silent = moving.customer("Silent", consent_phone=False, consent_email=False)
    assert refusal(silent, "call", salma) == (
        "no_consent",
        "“Silent” does not want to be called: choose another way, or none.",
    )
    assert refusal(silent, "email", salma) == (
        "no_consent",
        "“Silent” does not want e-mails: choose another way, or none.",
    )
    unknown = Customer.objects.create(name="Far")
    assert refusal(unknown, "call", salma) == (
        "no_address",
        "No phone number of “Far” is known: add it on the customer's page.",
    )
    assert refusal(unknown, "email", salma) == (
        "no_address",
        "No e-mail address of “Far” is known: add it on the customer's page.",
    )
    assert refusal(silent, "pigeon", salma) == (
        "no_channel",
        "“pigeon” is no way to reach a lead: choose one of call, email.",
    )
    gone = moving.customer("Gone", archived_at=timezone.now())
    assert refusal(gone, "call", salma) == (
        "archived",
        "“Gone” is archived: take them back into use first.",
    )
    gone.delete()
    assert refusal(Customer(pk=gone.pk or 0), "call", salma)[0] == "not_found"


def test_the_ways_offered_are_those_taken():
    both = moving.customer()
    assert handling.ways_of(both, ["phone", "email"]) == ("call", "email")
    assert handling.ways_of(both, ["source_key", "email"]) == ("email",)
    both.consent_email = False
    assert handling.ways_of(both, ["phone", "email"]) == ("call",)
    both.archived_at = timezone.now()
    assert handling.ways_of(both, ["phone", "email"]) == ()


def test_who_may_not_is_refused():
    with pytest.raises(PermissionDenied):
        handling.handle(moving.scored().pk, channel="call", by=moving.staff("amine"))
    assert not Interaction.objects.exists()


def test_of_a_merged_customer_it_is_the_kept_one_s_and_so_is_the_rest(salma: User):
    kept, merged = moving.scored("Kept"), moving.scored("Merged")
    handling.handle(merged.pk, channel="call", by=salma)
    rests_until = LeadScore.objects.get(pk=merged.pk).rests_until

    merging.merge(kept.pk, merged.pk, by=salma)

    assert LeadScore.objects.get(pk=kept.pk).rests_until == rests_until
    assert LeadScore.objects.get(pk=kept.pk).handled_by == salma
    assert handling.handle(merged.pk, channel="email", by=salma).customer == kept


def test_who_was_archived_meanwhile_cannot_be_scored_again(client: Client):
    client.force_login(User.objects.create_superuser("boss"))
    client.cookies["django_language"] = "en"
    gone = moving.scored("Gone", archived_at=None)
    Customer.objects.filter(pk=gone.pk).update(archived_at=timezone.now())

    address = f"/admin/scoring/leadscore/{gone.pk}/score_again/"
    answer = client.post(address, {"_form_submitted": "on"}, follow=True)

    assert "There is no such lead any more." in answer.content.decode()
    assert not LeadScore.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_consent_withdrawn_or_a_merge_meanwhile_is_seen(salma: User):
    kept, customer = moving.scored("Kept"), moving.scored()
    start = Barrier(2)

    def call() -> int | str:
        try:
            start.wait()
            return handling.handle(customer.pk, channel="call", by=salma).customer_id
        except DomainError as error:
            return error.code
        finally:
            connection.close()

    def while_it_waits(act: Callable[[], object]) -> int | str:
        with ThreadPoolExecutor(1) as pool:
            with transaction.atomic():
                act()
                calling = pool.submit(call)
                start.wait()
            return calling.result()

    def withdraw() -> None:
        Customer.objects.filter(pk=customer.pk).update(consent_phone=False)

    assert while_it_waits(withdraw) == "no_consent"
    Customer.objects.filter(pk=customer.pk).update(consent_phone=True)
    assert while_it_waits(lambda: merging.merge(kept.pk, customer.pk, by=None)) == kept.pk
    assert list(LeadScore.objects.exclude(rests_until=None)) == [LeadScore.objects.get(pk=kept.pk)]


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_are_one_contact(salma: User):
    customer, start = moving.scored(), Barrier(2)

    def click(_number: int) -> int:
        try:
            start.wait()
            return handling.handle(customer.pk, channel="call", by=salma).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(click, range(2))

    assert first == second
    assert Interaction.objects.count() == 1
