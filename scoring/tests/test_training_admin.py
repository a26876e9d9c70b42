"""Trainings in the admin: asked for in a dialog, followed, and told of in words."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.contrib.messages import get_messages
from django.utils import timezone
from django_q.models import OrmQ

from scoring import tasks
from scoring.models import ModelTraining
from scoring.tests import leads, planting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
LIST = "/admin/scoring/modeltraining/"
VERSIONS = "/admin/scoring/scoringmodel/"
STATE = "/admin/scoring/training/"
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    moment = timezone.make_aware(dt.datetime(2026, 4, 20, 11))  # noqa: DTZ001 - the company's own
    with time_machine.travel(moment, tick=False):
        yield


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("boss"))
    return client


def ask(client: Client, **form: str) -> Any:  # noqa: ANN401 - what the client answers
    given = {"horizon": "90", "as_of": "", "_form_submitted": "on", **form}
    return client.post(f"{LIST}train/", given)


def told(answer: Any) -> list[str]:  # noqa: ANN401 - what the client answers
    return [str(message) for message in get_messages(answer.wsgi_request)]


def training(**values: Any) -> ModelTraining:
    return ModelTraining.objects.create(**{"as_of": dt.date(2026, 1, 1), **values})


def a_sale() -> None:
    planting.sale(planting.customer(dt.date(2025, 1, 1)), dt.date(2026, 4, 19), 100)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_number_of_questions(
    boss: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
):
    for _number in range(rows):
        training(status="done", model=leads.version(), requested_by=User.objects.get())

    with django_assert_num_queries(5):
        assert len(boss.get(LIST).context["cl"].result_list) == rows


def test_a_training_is_asked_for_in_a_dialog(boss: Client):
    a_sale()

    answer = ask(boss, horizon="60", as_of="2026-01-15", forced="on")

    row = ModelTraining.objects.get()
    assert answer.headers["Location"] == f"{LIST}{row.pk}/change/"
    asked = (row.as_of, row.horizon_days, row.is_forced, row.requested_by)
    assert asked == (dt.date(2026, 1, 15), 60, True, User.objects.get())
    assert OrmQ.objects.count() == 1


def test_without_a_day_it_is_the_latest_of_which_the_outcome_is_known(boss: Client):
    a_sale()

    ask(boss)

    assert ModelTraining.objects.get().as_of == dt.date(2026, 4, 19) - dt.timedelta(days=90)


def test_a_day_whose_outcome_nobody_knows_is_refused_at_its_field(boss: Client):
    a_sale()

    shown = ask(boss, as_of="2026-04-01").content.decode()

    assert "Nobody knows yet who buys in the 90 days after" in shown
    assert not ModelTraining.objects.exists()


def test_of_two_at_once_the_second_is_told_of_the_first(boss: Client):
    a_sale()
    ask(boss)

    *_first, sentence = told(ask(boss))

    number = ModelTraining.objects.get().pk
    assert sentence == f"A model is being trained: #{number}, asked for on 20/04/2026 11:00."


def test_without_sales_there_is_nothing_to_learn_from(boss: Client):
    [sentence] = told(ask(boss))

    assert "sales" in sentence
    assert not ModelTraining.objects.exists()


def test_who_may_not_put_to_use_cannot_force_it(client: Client):
    a_sale()
    user = User.objects.create_user("omar", is_staff=True)
    codes = ["view_scoringmodel", "train_scoringmodel"]
    user.user_permissions.set(Permission.objects.filter(codename__in=codes))
    client.force_login(user)

    assert 'name="forced"' not in client.get(f"{LIST}train/").content.decode()
    ask(client, forced="on")

    assert not ModelTraining.objects.get().is_forced


def test_the_page_follows_it_to_its_end(boss: Client):
    row = training(status="running", claimed_at=timezone.now())

    def state() -> Any:  # noqa: ANN401 - what the client answers
        return boss.get(STATE, {"training": row.pk}, headers=HTMX)

    assert f"{STATE}?training={row.pk}" in boss.get(f"{LIST}{row.pk}/change/").content.decode()
    assert "A model is being trained" in state().content.decode()
    ModelTraining.objects.update(status="done", finished_at=timezone.now())
    assert state().headers["HX-Refresh"] == "true"


def test_too_few_outcomes_are_refused_in_words_and_the_model_stays(boss: Client):
    a_sale()
    ask(boss)
    row = ModelTraining.objects.get()

    tasks.train_model(row.pk)

    row.refresh_from_db()
    assert (row.status, row.model) == ("failed", None)
    for address in (f"{LIST}{row.pk}/change/", VERSIONS):
        shown = boss.get(address).content.decode()
        assert "brought no version, and the model in use stays:" in shown
        assert row.error.split("\n")[0] in shown
    assert "every 2s" not in shown


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"status": "done", "is_put_to_use": True}, "put to use"),
        ({"status": "done"}, "kept, not put to use"),
        ({"status": "failed", "error": "No. " * 30}, "No. " * 19 + "No.…"),
        ({"status": "waiting"}, ""),
    ],
)
def test_the_list_says_what_became_of_each(boss: Client, values: dict[str, Any], words: str):
    row = training(**values)

    [page] = [one for model, one in admin.site._registry.items() if model is ModelTraining]
    assert page.display_outcome(row) == words  # type: ignore[attr-defined]
    assert words.removesuffix("…") in boss.get(LIST).content.decode()


def test_the_verdict_stands_above_the_versions(boss: Client):
    version = leads.version()
    training(status="done", model=version, verdict="v9 is not worse than v8.", is_put_to_use=True)

    shown = boss.get(VERSIONS).content.decode()

    assert "v9 is not worse than v8." in shown
    assert f"{VERSIONS}{version.pk}/change/" in shown


def test_an_empty_list_says_what_a_training_is_for(boss: Client):
    assert "Nothing was trained here yet" in boss.get(LIST).content.decode()


def test_who_sees_versions_sees_trainings(client: Client):
    user = User.objects.create_user("omar", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_scoringmodel"))
    client.force_login(user)
    row = training(status="done")

    assert client.get(f"{LIST}{row.pk}/change/").status_code == 200
    assert client.get(f"{LIST}train/").status_code == 403
