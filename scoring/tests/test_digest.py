"""The morning e-mail about leads, through a real mail server on loopback."""

from __future__ import annotations

import datetime as dt
import itertools
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone

from backoffice.core.errors import DomainError
from backoffice.messaging import delivery, templating
from backoffice.messaging.models import MessageTemplate, OutboundMessage
from backoffice.testing.smtp import SmtpServer
from crm.models import Customer
from scoring.leads import days
from scoring.models import LeadScore, ScoreDay, SegmentChange
from scoring.moves import catching_up, digest, news, seed_templates
from scoring.tests import leads, moving, planting
from scoring.versions import keeping

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
# A Wednesday.
NOW = dt.datetime(2026, 4, 1, 5, 15, tzinfo=dt.UTC)
HOT = {"segment": "Hot", "score": 84}
WARM = {"segment": "Warm", "score": 50}
COLD = {"segment": "Cold", "score": 10}


@pytest.fixture(autouse=True)
def _now(settings: Settings) -> Iterator[None]:
    settings.PUBLIC_URL = "https://crm.example"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.COMPANY_NAME = "Kraft Atlas"
    with time_machine.travel(NOW, tick=False):
        yield


def subscriber(name: str = "salma", **more: Any) -> User:
    given = {"email": f"{name}@atlas.example", "first_name": name.title()}
    person = moving.staff(name, "view_leadscore", **{**given, **more})
    digest.subscribe(person)
    return person


def moved(row: Customer, *path: str, **more: Any) -> None:
    """The customer's way through the segments since the last e-mail."""
    for before, after in itertools.pairwise(path):
        SegmentChange.objects.create(
            customer=row,
            before=before,
            after=after,
            score=50,
            changed_at=timezone.now(),
            **more,
        )


def lead(name: str, *path: str, value: float = 100, **more: Any) -> Customer:
    """A customer who went this way and is at its end now."""
    row = moving.scored(name)
    now = {"Hot": HOT, "Warm": WARM, "Cold": COLD}[path[-1]]
    moving.lead(row, expected_value=Decimal(value), currency="MAD", **now)
    moved(row, *path, **more)
    return row


def untold() -> int:
    return SegmentChange.objects.filter(told_at=None).count()


def bodies() -> list[str]:
    return list(OutboundMessage.objects.order_by("pk").values_list("body", flat=True))


def test_the_mail_names_who_became_hot_and_who_cooled_down(settings: Settings):
    subscriber()
    first = lead("Tizi", "Cold", "Hot", value=1250)
    moving.lead(
        first,
        base=40,
        contributions=[30.2, 12, -5, 0.1, 0, 0, 0],
        last_contact_on=dt.date(2026, 3, 29),
        total_contacts=12,
    )
    second = lead("Atlas", "Warm", "Hot", value=300)
    moving.lead(second, base=84, contributions=[0] * 7)
    lead("Sahel", "Hot", "Warm")
    moved(moving.scored("Nobody", archived_at=None), "Cold", "Warm", "Cold")
    with SmtpServer() as server:
        server.use(settings)
        assert digest.send() == 1
        message = OutboundMessage.objects.get()
        delivery.deliver(message.pk)

    assert server.recipients == ["salma@atlas.example"]
    assert message.subject == "Leads to contact: 2 newly Hot leads"
    assert (
        message.body
        == f"""Hello Salma,

2 newly Hot leads:
- Tizi: score 84, expected value 1,250.00\N{NO-BREAK SPACE}MAD
  Last contact 3 days ago · 12 contacts so far
  https://crm.example/admin/scoring/leadscore/{first.pk}/change/
- Atlas: score 84, expected value 300.00\N{NO-BREAK SPACE}MAD
  https://crm.example/admin/scoring/leadscore/{second.pk}/change/

1 lead is no longer Hot: Sahel (Warm)

2 leads are to be contacted today.
Today's list: https://crm.example/admin/scoring/leadscore/

You get this message on mornings with news because you subscribed to it; the page of the list is
where you stop it.

Kraft Atlas"""
    )
    assert untold() == 0


def test_who_is_where_they_were_is_no_news():
    subscriber()
    lead("There and back", "Cold", "Hot", "Cold")
    lead("Round", "Hot", "Cold", "Warm", "Hot")
    lead("Only warm", "Cold", "Warm")

    assert digest.send() == 0
    assert bodies() == []
    assert untold() == 0


def test_who_was_dealt_with_or_cannot_be_is_no_news():
    subscriber()
    resting = lead("Resting", "Cold", "Hot")
    moving.lead(resting, rests_until=dt.date(2026, 4, 2))
    archived = lead("Archived", "Cold", "Hot")
    LeadScore.objects.filter(pk=archived.pk).delete()
    Customer.objects.filter(pk=lead("Not to be reached", "Cold", "Hot").pk).update(
        consent_phone=False, consent_email=False
    )
    lead("Awake", "Cold", "Hot")
    moving.lead(lead("Rested", "Warm", "Hot"), rests_until=dt.date(2026, 4, 1))

    assert digest.send() == 1
    assert [line for line in bodies()[0].splitlines() if line.startswith("- ")] == [
        "- Awake: score 84, expected value 100.00\N{NO-BREAK SPACE}MAD",
        "- Rested: score 84, expected value 100.00\N{NO-BREAK SPACE}MAD",
    ]


def test_ten_are_named_and_the_rest_is_counted():
    subscriber()
    for number in range(12):
        lead(f"C{number}", "Cold", "Hot", value=number)
    for number in range(7):
        lead(f"D{number}", "Hot", "Cold", value=number)

    digest.send()

    lines = bodies()[0].splitlines()
    names = [line.split(":")[0] for line in lines if line.startswith("- ")]
    assert names == [f"- C{number}" for number in range(11, 1, -1)]
    assert "… and 2 more" in lines
    assert (
        "7 leads are no longer Hot: D6 (Cold), D5 (Cold), D4 (Cold), D3 (Cold), D2 (Cold),"
        " … and 2 more" in lines
    )


def test_what_a_new_model_did_is_one_sentence():
    subscriber()
    lead("Moved", "Cold", "Hot", by_model=True)
    own = lead("First by themselves", "Cold", "Hot")
    moved(own, "Hot", "Warm", by_model=True)
    moving.lead(own, **WARM)
    lead("Back", "Cold", "Hot", "Cold", by_model=True)

    assert digest.send() == 1
    message = OutboundMessage.objects.get()
    assert message.subject == "Leads to contact: a new version of the model"
    assert message.body.splitlines()[2:4] == [
        "A new version of the model moved 2 customers to another segment.",
        "",
    ]


def drifts() -> None:
    version = keeping.in_use()
    reading = {"psi": 0.9, "shares": version.reference["recency"]["shares"]}
    ScoreDay.objects.create(
        day=timezone.localdate(),
        model=version,
        hot=9_000,
        warm=9_000,
        cold=9_000,
        drift={"recency": reading},
        computed_at=timezone.now(),
    )


def test_drift_is_added_and_is_news_of_its_own_on_mondays():
    subscriber()
    drifts()
    assert digest.send() == 0
    with time_machine.travel(NOW + dt.timedelta(days=1), tick=False):
        lead("Tizi", "Cold", "Hot")
        assert digest.send() == 1
    with time_machine.travel(NOW + dt.timedelta(days=5), tick=False):
        assert digest.send() == 1

    sentence = "Our customers are not like those of the shipped sample"
    assert [sentence in body for body in bodies()] == [True, True]
    assert OutboundMessage.objects.latest("pk").subject == (
        "Leads to contact: the model should be trained again"
    )


def test_once_a_day_and_what_comes_later_is_told_tomorrow():
    subscriber()
    lead("Early", "Cold", "Hot")
    assert digest.send() == 1
    lead("Late", "Cold", "Hot")
    assert digest.send() == 0
    assert untold() == 1

    with time_machine.travel(NOW + dt.timedelta(days=1), tick=False):
        assert digest.send() == 1
    assert ["- Late" in body for body in bodies()] == [False, True]
    assert "- Early" not in bodies()[1]


def test_each_gets_one_who_may_see_leads_and_has_an_address():
    subscriber()
    subscriber("amine")
    changes: tuple[dict[str, Any], ...] = (
        {"is_active": False},
        {"is_staff": False},
        {"email": ""},
    )
    for number, change in enumerate(changes):
        User.objects.filter(pk=subscriber(f"gone{number}").pk).update(**change)
    subscriber("refused").user_permissions.clear()
    lead("Tizi", "Cold", "Hot")

    assert digest.send() == 2
    assert list(OutboundMessage.objects.order_by("pk").values_list("recipient", flat=True)) == [
        "salma@atlas.example",
        "amine@atlas.example",
    ]


def test_without_readers_or_a_mail_server_changes_are_not_kept_for_later(settings: Settings):
    lead("Tizi", "Cold", "Hot")
    assert digest.send() == 0
    assert untold() == 0

    subscriber()
    settings.EMAIL_HOST = ""
    lead("Atlas", "Cold", "Hot")
    assert digest.send() == 0
    assert untold() == 0


def test_without_a_text_changes_wait(caplog: pytest.LogCaptureFixture):
    subscriber()
    lead("Tizi", "Cold", "Hot")
    MessageTemplate.objects.filter(key=seed_templates.OCCASION).delete()

    assert digest.send() == 0
    assert untold() == 1
    assert "no_template" in caplog.text


def test_subscribing_takes_an_address_and_the_permission():
    salma = moving.staff("salma", "view_leadscore", email="salma@atlas.example")
    digest.subscribe(salma)
    digest.subscribe(salma)
    assert digest.is_subscribed(salma)
    digest.unsubscribe(salma)
    digest.unsubscribe(salma)
    assert not digest.is_subscribed(salma)

    with pytest.raises(DomainError) as caught:
        digest.subscribe(moving.staff("silent", "view_leadscore"))
    assert (caught.value.code, caught.value.field) == ("no_address", "email")
    with pytest.raises(PermissionDenied):
        digest.subscribe(moving.staff("stranger", email="s@atlas.example"))


def test_the_seeded_texts_know_their_placeholders():
    seeded = MessageTemplate.objects.filter(key=seed_templates.OCCASION)
    assert sorted(seeded.values_list("language", flat=True)) == ["en", "fr"]
    for text in seeded:
        templating.check(text.subject + text.body, seed_templates.PLACEHOLDERS)
        assert "2 prospects devenus chauds" in templating.render(text.body, seed_templates.SAMPLE)


def test_what_is_taken_is_told():
    first, second = lead("A", "Cold", "Hot", value=1), lead("B", "Cold", "Hot", value=1)

    found = news.take(timezone.localdate())

    assert [one.customer for one in found.newly_hot] == [first, second]
    assert news.take(timezone.localdate()) == news.News([], 0, [], 0, 0)


@pytest.mark.parametrize("seed", range(3))
def test_what_is_told_of_random_changes_is_what_plain_loops_count(seed: int):
    pick, today = planting.chance(seed), timezone.localdate()
    hot: dict[int, int] = {}
    cooled: dict[int, int] = {}
    by_model = 0
    for number in range(40):
        path = pick.choices(["Cold", "Warm", "Hot"], k=pick.randint(1, 5))
        path = [one for one, _same in itertools.groupby(path)]
        row, value = moving.customer(f"C{number}"), pick.choice([10, 20, 30])
        may_be_called = pick.random() < 0.8
        Customer.objects.filter(pk=row.pk).update(
            consent_phone=may_be_called, consent_email=may_be_called and pick.random() < 0.5
        )
        wakes = pick.choice([None, today, today + dt.timedelta(days=1)])
        leads.lead(
            {"Hot": 84, "Warm": 50, "Cold": 10}[path[-1]],
            row,
            expected_value=value,
            rests_until=wakes,
        )
        is_model = False
        for before, after in itertools.pairwise(path):
            is_model = pick.random() < 0.2
            moved(row, before, after, by_model=is_model)
        if path[0] == path[-1]:
            continue
        by_model += is_model
        is_awake = wakes is None or wakes <= today
        if not is_model and path[-1] == "Hot" and is_awake and may_be_called:
            hot[row.pk] = value
        if not is_model and path[0] == "Hot":
            cooled[row.pk] = value

    found = news.take(today)

    for told, count, expected in (
        (found.newly_hot, found.newly_hot_count, hot),
        (found.no_longer_hot, found.no_longer_hot_count, cooled),
    ):
        assert [one.pk for one in told] == sorted(expected, key=lambda pk: (-expected[pk], pk))[:10]
        assert count == len(expected)
    assert found.by_model == by_model
    assert untold() == 0


def test_who_is_hot_at_the_first_score_is_newly_hot():
    subscriber()
    leads.lead(80)
    days.write(timezone.localdate(), keeping.in_use())
    newcomer = moving.customer("Newcomer")
    for number in range(5):
        moving.sale(newcomer, days_ago=number, amount=900)
    assert catching_up.catch_up() > 0
    assert LeadScore.objects.get(pk=newcomer.pk).segment == "Hot"

    assert digest.send() == 1
    assert OutboundMessage.objects.get().subject == "Leads to contact: 1 newly Hot lead"
    assert "- Newcomer: score" in bodies()[0]


def test_a_name_adds_no_line_and_fills_no_placeholder():
    subscriber()
    lead("Tizi\n- Mallory: {link}", "Cold", "Hot")

    assert digest.send() == 1
    assert [line for line in bodies()[0].splitlines() if "Mallory" in line] == [
        "- Tizi - Mallory: {link}: score 84, expected value 100.00\N{NO-BREAK SPACE}MAD"
    ]


@pytest.mark.django_db(transaction=True)
def test_two_at_once_write_once(settings: Settings):
    MessageTemplate.objects.get_or_create(
        key=seed_templates.OCCASION,
        channel="email",
        language="en",
        defaults={"subject": "{summary}", "body": "{newly_hot}"},
    )
    settings.LANGUAGE_CODE = "en"
    subscriber()
    lead("Tizi", "Cold", "Hot")
    start = Barrier(2)

    def run(_number: int) -> int:
        try:
            start.wait()
            return digest.send()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(run, range(2))) == [0, 1]
    assert OutboundMessage.objects.count() == 1
