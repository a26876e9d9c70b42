"""Scorings of all customers in the admin, and asking for the morning e-mail."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import Permission, User
from django.contrib.messages import get_messages
from django.utils import timezone

from scoring.leads import running
from scoring.models import DigestSubscriber, LeadScore, ScoringRun
from scoring.tests import leads, planting

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
LIST = "/admin/scoring/scoringrun/"
LEADS = "/admin/scoring/leadscore/"
DIALOG = {"_form_submitted": "on"}
HTMX = {"HX-Request": "true"}


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("boss", email="boss@example.com"))
    return client


def told(answer: Any) -> list[str]:  # noqa: ANN401 - what the client answers
    return [str(message) for message in get_messages(answer.wsgi_request)]


def run(**values: Any) -> ScoringRun:
    today = timezone.localdate()
    return ScoringRun.objects.create(**{"model": leads.version(), "day": today, **values})


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_number_of_questions(
    boss: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
):
    for _number in range(rows):
        run(status="done", requested_by=User.objects.get())

    with django_assert_num_queries(5):
        assert len(boss.get(LIST).context["cl"].result_list) == rows


def test_everybody_is_scored_by_a_button_and_followed(boss: Client):
    planting.customer(dt.date(2026, 1, 1))

    answer = boss.post(f"{LIST}score_everybody/", DIALOG)

    row = ScoringRun.objects.get()
    assert answer.headers["Location"] == f"{LIST}{row.pk}/change/"
    assert (row.kind, row.requested_by) == ("full", User.objects.get())
    state = f"{LIST}{row.pk}/state/"
    ScoringRun.objects.update(expected=200, looked_at=50, started_at=timezone.now())
    assert boss.get(state, headers=HTMX).context["shown"].percent == 25
    assert boss.get(state).headers["Location"] == f"{LIST}{row.pk}/change/"
    ScoringRun.objects.update(looked_at=0)
    running.to_the_end(ScoringRun.objects.get())
    assert boss.get(state, headers=HTMX).headers["HX-Refresh"] == "true"
    shown = boss.get(f"{LIST}{row.pk}/change/").context["shown"]
    counts = {label: count for label, count, _words in shown.counts}
    assert (counts["Customers looked at"], counts["Changed"]) == (1, 1)
    assert LeadScore.objects.count() == 1


def test_what_changed_is_scored_by_a_button(boss: Client):
    boss.post(f"{LIST}score_changes/", DIALOG)

    assert ScoringRun.objects.get().kind == "changes"


def test_of_two_who_have_everybody_scored_the_second_is_told(boss: Client):
    boss.post(f"{LIST}score_everybody/", DIALOG)

    answer = boss.post(f"{LIST}score_everybody/", DIALOG)

    assert ScoringRun.objects.count() == 1
    assert len(told(answer)) == 2


def test_an_empty_list_says_when_customers_are_scored(boss: Client):
    assert "Nobody was scored yet" in boss.get(LIST).content.decode()


def test_why_a_scoring_failed_is_said(boss: Client):
    row = run(status="failed", error="The disk is full.")

    assert "The disk is full." in boss.get(f"{LIST}{row.pk}/change/").content.decode()


def test_who_sees_leads_sees_how_they_were_scored_and_has_none_scored(client: Client):
    user = User.objects.create_user("omar", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_leadscore"))
    client.force_login(user)
    row = run(status="running")

    assert client.get(f"{LIST}{row.pk}/change/").status_code == 200
    assert client.get(f"{LIST}{row.pk}/state/", headers=HTMX).status_code == 200
    assert client.post(f"{LIST}score_everybody/", DIALOG).status_code == 403


def test_the_state_is_closed_to_strangers(client: Client):
    client.force_login(User.objects.create_user("omar", is_staff=True))

    assert client.get(f"{LIST}{run().pk}/state/", headers=HTMX).status_code == 403


# --- the morning e-mail ---


def test_one_asks_for_the_morning_email_and_not_to_get_it_any_more(boss: Client):
    assert "Get the morning e-mail" in boss.get(LEADS).content.decode()
    answer = boss.post(f"{LEADS}subscribe/", DIALOG)
    assert told(answer) == ["From the next morning on you are written to at boss@example.com."]
    assert DigestSubscriber.objects.get().user == User.objects.get()

    shown = boss.get(LEADS).content.decode()
    assert "Get the morning e-mail" not in shown
    assert "No morning e-mail any more" in shown
    boss.post(f"{LEADS}unsubscribe/", DIALOG)
    assert not DigestSubscriber.objects.exists()


def test_without_an_address_one_is_told_to_have_one_added(boss: Client):
    User.objects.update(email="")

    [sentence] = told(boss.post(f"{LEADS}subscribe/", DIALOG))

    assert sentence == ("You have no e-mail address here: have one added to your account first.")
    assert not DigestSubscriber.objects.exists()
