"""The page of switches, who may use it, what it asks back, and the list of rehearsals."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from support.automatic import switching
from support.models import AutomaticTrial, Category, ReplyTemplate
from support.tests import automatic as make
from support.tests import tickets

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db

PAGE = "/admin/support/automatic/"
TRIALS = "/admin/support/automatictrial/"
SWITCH = f"{TRIALS}switch/"


@pytest.fixture
def nadia() -> User:
    return make.manager()


@pytest.fixture
def client(client: Client, nadia: User) -> Client:
    client.force_login(nadia)
    client.cookies["django_language"] = "en"
    return client


def post(client: Client, category: Category, **values: object) -> str:
    """The page after the form of a category was sent, redirects followed."""
    given = {"mode": "shadow", "confidence": "0.9", "daily_limit": "20", **values}
    data = {f"category{category.pk}-{name}": value for name, value in given.items()}
    answer = client.post(f"{SWITCH}{category.pk}/", data, follow=True)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def settings(category: Category) -> tuple[str, float, int]:
    category.refresh_from_db()
    return (
        category.automatic_mode,
        category.automatic_confidence,
        category.automatic_daily_limit,
    )


def test_the_page_shows_each_category_with_what_its_figures_say(client: Client):
    category = make.category("shadow")
    for agreed in (True, True, False):
        make.trial(agreed=agreed)
    make.trial(was_fit=False, reasons=["legal"])

    page = re.sub(r"\s+", " ", client.get(PAGE).content.decode())

    told = "2 of 3 would have been the same (21 % to 94 %); too few to tell below 30."
    assert told in page
    assert "<dt>Today, of the limit</dt><dd>3 / 20</dd>" in page
    assert "<dt>Rehearsals</dt><dd>4</dd>" in page
    assert "The message speaks of lawyers, authorities or the press." in page
    assert page.count('method="post" action="/admin/support/automatictrial/switch/') == 4
    assert f"category__id__exact={category.pk}&amp;was_fit__exact=1&amp;agreed__exact=0" in page
    assert "What fits no category is always answered by a person." in page
    # Nothing that our Content-Security-Policy forbids.
    assert not re.findall(r"<script(?![^>]*(?:src=|application/json))", page.split("<main")[-1])


def test_a_rehearsal_needs_no_confirmation_and_is_kept_with_who_and_when(
    client: Client, nadia: User
):
    category = make.category("off")

    page = post(client, category, mode="shadow", confidence="0.8")

    assert settings(category) == ("shadow", 0.8, 20)
    assert "Automatic answers of “Retard de livraison” are set." in page
    kept = switching.history()
    assert [(one.by, one.category, one.changes) for one in kept] == [
        (
            nadia.get_full_name(),
            "Retard de livraison",
            (("automatic_mode", "off", "shadow"), ("automatic_confidence", 0.9, 0.8)),
        )
    ]
    assert "automatic answers: off → rehearsal · from this confidence on: 0.9 → 0.8" in page


def test_setting_the_same_again_is_no_change(client: Client):
    category = make.category("shadow")

    post(client, category)

    assert switching.history() == []


def test_switching_on_with_few_rehearsals_is_asked_again(client: Client):
    category = make.category("shadow")

    asked = post(client, category, mode="on", confidence="0.95")
    kept = settings(category)
    post(client, category, mode="on", confidence="0.95", confirmed="on")

    assert "Only 0 rehearsals were compared with what staff sent" in asked
    assert f'name="category{category.pk}-confirmed"' in asked
    # What was typed is still there.
    assert 'value="0.95"' in asked
    assert kept == ("shadow", 0.9, 20)
    assert settings(category) == ("on", 0.95, 20)


def test_with_enough_rehearsals_nobody_asks(client: Client):
    category = make.category("shadow")
    draft = make.trial(agreed=True).draft
    for _number in range(29):
        make.trial(agreed=True, ticket={"email": draft.ticket.email})

    post(client, category, mode="on")

    assert settings(category) == ("on", 0.9, 20)


def test_templates_that_changed_are_named_until_somebody_saves_again(client: Client):
    category = make.category("off")
    template = make.template(category)
    post(client, category, mode="on", confirmed="on")
    template.body = "Rewritten by somebody."
    template.save()

    page = client.get(PAGE).content.decode()
    saved = post(client, category, mode="on")

    assert "Changed since automatic answers were switched on: “Rehearsed”." in page
    assert "Changed since" not in saved
    assert "templates seen: Rehearsed" in saved


def test_a_category_whose_templates_settle_nothing_says_why_it_answers_nobody(client: Client):
    settling = ReplyTemplate.objects.filter(category__key="Information commande", settles=True)
    told = "No template of this category settles the matter"
    before = client.get(PAGE).content.decode().count(told)

    settling.update(settles=False)

    # Late parcels, refunds and defects are never settled by what we ship; facts are.
    assert (before, client.get(PAGE).content.decode().count(told)) == (3, 4)


def test_who_says_later_that_a_text_settles_the_matter_has_it_seen_anew(client: Client):
    category = make.category("off")
    template = make.template(category)
    ReplyTemplate.objects.update(settles=False)
    post(client, category, mode="on", confirmed="on")

    ReplyTemplate.objects.filter(pk=template.pk).update(settles=True)

    assert (
        "Changed since automatic answers were switched on: “Rehearsed”."
        in client.get(PAGE).content.decode()
    )


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"mode": "perhaps"}, "Select a valid choice."),
        ({"confidence": "0.4"}, "Ensure this value is greater than or equal to 0.5."),
        ({"confidence": "nan"}, "Enter a number."),
        ({"daily_limit": "-1"}, "Ensure this value is greater than or equal to 0."),
        ({"daily_limit": "100000"}, "Ensure this value is less than or equal to 1000."),
    ],
)
def test_a_wrong_value_is_said_at_its_field(client: Client, values: dict[str, str], sentence: str):
    category = make.category("off")

    page = post(client, category, **values)

    assert sentence in page
    assert settings(category) == ("off", 0.9, 20)


def test_the_fallback_is_never_switched_on(client: Client):
    fallback = Category.objects.get(is_fallback=True)

    page = post(client, fallback, mode="on", confirmed="on")

    assert "What fits no category is never answered by the machine: leave it off." in page
    assert settings(fallback) == ("off", 0.9, 20)


def test_only_who_may_switch_sees_the_page_and_changes_anything(client: Client):
    category = make.category("off")
    client.force_login(tickets.agent())

    assert client.get(PAGE).status_code == 403
    assert client.post(f"{SWITCH}{category.pk}/", {}).status_code == 403
    assert settings(category)[0] == "off"


def test_nobody_switches_without_signing_in(client: Client):
    client.logout()
    category = make.category("off")

    answer = client.post(f"{SWITCH}{category.pk}/", {})

    assert answer.headers["Location"].startswith("/admin/login/")


def test_looking_at_the_address_of_a_switch_changes_nothing(client: Client):
    category = make.category("off")

    assert client.get(f"{SWITCH}{category.pk}/").status_code == 405
    assert client.post(PAGE).status_code == 405


def test_a_category_that_is_gone_leads_back(client: Client):
    answer = client.post(f"{SWITCH}99999/", {}, follow=True)

    assert "This entry no longer exists." in answer.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_the_same_number_of_questions(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
):
    for number in range(count):
        make.trial(agreed=True)
        post(client, tickets.category(), daily_limit=str(30 + number))
    client.get(PAGE)

    # Session, user, two for permissions, two for the record, categories, history.
    with django_assert_num_queries(9):
        client.get(PAGE)


# --- the list of trials ---


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_trials_asks_the_same_number_of_questions(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
):
    for _number in range(count):
        make.trial(agreed=True)
    client.get(TRIALS)

    # Session, user, two for permissions, the filter's categories, the count, the rows.
    with django_assert_num_queries(7):
        client.get(TRIALS)


def test_a_trial_shows_both_texts_with_what_differs_marked(client: Client):
    trial = make.trial(agreed=False, similarity=0.95, was_fit=False, reasons=["unsure"])
    AutomaticTrial.objects.filter(pk=trial.pk).update(
        body="Elle arrive <b>demain</b> matin.",
        staff_body="Elle arrive lundi matin.",
        compared_at=timezone.now(),
    )

    page = client.get(f"{TRIALS}{trial.pk}/change/").content.decode()

    assert "Elle arrive <del>&lt;b&gt;demain&lt;/b&gt;</del> matin." in page
    assert "Elle arrive <ins>lundi</ins> matin." in page
    assert "The machine is less sure of the category than asked for." in page
    assert f'href="/admin/support/ticket/{trial.ticket_id}/change/"' in page


def test_trials_are_only_looked_at(client: Client):
    trial = make.trial()

    assert client.get(f"{TRIALS}add/").status_code == 403
    assert client.post(f"{TRIALS}{trial.pk}/delete/").status_code == 403
    client.post(f"{TRIALS}{trial.pk}/change/", {"body": "x"})
    trial.refresh_from_db()
    assert trial.body == tickets.REPLY


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("was_fit__exact=1", 2),
        ("agreed__exact=0", 1),
        ("mode__in=live", 1),
        ("q=Salma", 3),
    ],
)
def test_trials_are_narrowed(client: Client, query: str, expected: int):
    make.trial(agreed=True)
    make.trial(agreed=False)
    make.trial(mode="live", was_fit=False, reasons=["quiet"])

    assert client.get(f"{TRIALS}?{query}").context["cl"].result_count == expected
