"""The e-mail about new alerts, through a real mail server on loopback."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.contrib.auth.models import Permission, User
from django.db import connection

from backoffice.messaging import delivery
from backoffice.messaging.models import MessageTemplate, OutboundMessage
from backoffice.testing.smtp import SmtpServer
from orders.alerts import digest, seed_templates, states, tasks
from orders.models import Alert, AlertMail, Order, Severity, Subscription
from orders.tests import factories as make
from orders.tests.alerts import NOW, TODAY, days, order, run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(settings: Settings) -> Iterator[None]:
    settings.LANGUAGE_CODE = "en"
    settings.WORKING_HOURS = ""
    settings.PUBLIC_URL = "https://orders.example"
    settings.EMAIL_HOST = "127.0.0.1"
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def smtp(settings: Settings) -> Iterator[SmtpServer]:
    with SmtpServer() as server:
        server.use(settings)
        yield server


def subscriber(name: str = "salma", **values: Any) -> User:
    person = make.staff(name, "view_alert", "change_alert")
    User.objects.filter(pk=person.pk).update(email=f"{name}@atlas.example", first_name=name.title())
    Subscription.objects.create(user=person, topic=Subscription.Topic.ALERTS, **values)
    return User.objects.get(pk=person.pk)


def late_order() -> Order:
    """Has waited for ten hours: a warning."""
    return order(at=NOW - timedelta(hours=10))


def mails() -> list[str]:
    """To whom what is written, the oldest first."""
    return [f"{row.recipient}: {row.subject}" for row in OutboundMessage.objects.order_by("pk")]


def test_nothing_piles_up_while_no_mail_server_is_configured(settings: Settings):
    subscriber()
    late_order()
    settings.EMAIL_HOST = ""
    tasks.watch()
    assert mails() == []

    settings.EMAIL_HOST = "127.0.0.1"
    tasks.watch()

    assert mails() == ["salma@atlas.example: Orders: 1 warning"]


def test_one_mail_tells_all_that_is_new(smtp: SmtpServer):
    subscriber()
    overdue = order(delivery_date=TODAY - days(1))
    waiting = late_order()

    tasks.watch()
    delivery.deliver(OutboundMessage.objects.get().pk)

    [mail] = smtp.mails
    assert (mail["To"], mail["Subject"]) == (
        "Salma <salma@atlas.example>",
        "Orders: 1 critical alert, 1 warning",
    )
    assert mail.get_content().replace("\r\n", "\n").strip() == (
        "Hello Salma,\n"
        "\n"
        "To look at on the order desk (1 critical alert, 1 warning):\n"
        "\n"
        f"- [critical] {overdue.number} (Boulangerie Tizi) was to be delivered on Nov. 9, 2036 and"
        " is still not decided: decide it, and agree on another date with the customer.\n"
        f"  https://orders.example/admin/orders/order/{overdue.pk}/change/\n"
        f"- [warning] {waiting.number} (Boulangerie Tizi) has waited for a decision since"
        " 11/10/2036 midnight, more than 9 hours: validate or reject it.\n"
        f"  https://orders.example/admin/orders/order/{waiting.pk}/change/\n"
        "\n"
        "All alerts: https://orders.example/admin/orders/alert/\n"
        "\n"
        "You get this message because you subscribed to alerts; change that in the admin, under\n"
        "“Subscriptions”.\n"
        "\n"
        "Kraft Atlas Emballage"
    )


def test_nothing_new_is_no_mail():
    subscriber()
    tasks.watch()
    late_order()
    tasks.watch()
    with time_machine.travel(NOW + timedelta(hours=2), tick=False):
        tasks.watch()

    assert mails() == ["salma@atlas.example: Orders: 1 warning"]


def test_what_is_new_waits_until_the_last_mail_is_half_an_hour_old():
    subscriber()
    late_order()
    tasks.watch()

    with time_machine.travel(NOW + timedelta(minutes=29), tick=False):
        late_order()
        tasks.watch()
        assert len(mails()) == 1
    with time_machine.travel(NOW + timedelta(minutes=31), tick=False):
        late_order()
        tasks.watch()

    assert mails() == [
        "salma@atlas.example: Orders: 1 warning",
        "salma@atlas.example: Orders: 2 warnings",
    ]


@pytest.mark.parametrize(
    ("least", "subjects"),
    [
        (Severity.INFO, ["Orders: 1 critical alert, 1 warning, 1 notice"]),
        (Severity.WARNING, ["Orders: 1 critical alert, 1 warning"]),
        (Severity.CRITICAL, ["Orders: 1 critical alert"]),
    ],
)
def test_each_person_says_from_which_severity_on(least: Severity, subjects: list[str]):
    subscriber(least_severity=least)
    order(delivery_date=TODAY - days(1))
    late_order()
    order(delivery_date=TODAY, status="validated", decided_at=NOW)

    tasks.watch()

    assert [*OutboundMessage.objects.values_list("subject", flat=True)] == subjects


def test_an_alert_that_grows_critical_is_news_to_whoever_wants_only_those():
    subscriber("salma", least_severity=Severity.CRITICAL)
    subscriber("hamid", least_severity=Severity.WARNING)
    late_order()
    tasks.watch()
    assert mails() == ["hamid@atlas.example: Orders: 1 warning"]

    with time_machine.travel(NOW + timedelta(hours=24), tick=False):
        tasks.watch()

    assert mails()[1:] == ["salma@atlas.example: Orders: 1 critical alert"]


def test_what_somebody_looks_after_already_is_no_news():
    person = subscriber()
    late_order()
    run()
    states.acknowledge(Alert.objects.get().pk, by=person)

    assert digest.queue_all() == 0


def test_what_was_there_before_the_subscription_is_no_news():
    late_order()
    run()
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        subscriber()

        assert digest.queue_all() == 0


@pytest.mark.parametrize("values", [{"is_active": False}, {"is_staff": False}, {"email": ""}])
def test_who_left_or_has_no_address_gets_nothing(values: dict[str, Any]):
    person = subscriber()
    User.objects.filter(pk=person.pk).update(**values)
    late_order()

    tasks.watch()

    assert mails() == []


def test_who_may_no_longer_see_alerts_gets_nothing():
    person = subscriber()
    person.user_permissions.remove(Permission.objects.get(codename="view_alert"))
    late_order()

    tasks.watch()

    assert (mails(), AlertMail.objects.count()) == ([], 0)


def test_the_weekly_report_is_another_subscription():
    person = subscriber()
    Subscription.objects.update(topic=Subscription.Topic.WEEKLY_REPORT)
    late_order()

    tasks.watch()

    assert (mails(), person.is_active) == ([], True)


def test_hundreds_at_once_are_one_mail_of_thirty_lines():
    subscriber()
    for _number in range(35):
        late_order()

    tasks.watch()

    body = OutboundMessage.objects.get().body
    assert body.count("- [warning]") == 30
    assert "… and 5 more" in body
    assert AlertMail.objects.count() == 35


def test_without_a_template_what_is_new_stays_new():
    subscriber()
    late_order()
    MessageTemplate.objects.filter(key=seed_templates.OCCASION).delete()
    tasks.watch()
    assert AlertMail.objects.count() == 0

    MessageTemplate.objects.create(
        key=seed_templates.OCCASION, channel="email", language="fr", subject="{summary}", body="x"
    )
    tasks.watch()

    assert mails() == ["salma@atlas.example: 1 warning"]


def test_the_mail_is_in_the_language_of_the_house(settings: Settings):
    settings.LANGUAGE_CODE = "fr"
    subscriber()
    late_order()

    tasks.watch()

    row = OutboundMessage.objects.get()
    assert (row.language, row.body.splitlines()[0]) == ("fr", "Bonjour Salma,")


def test_a_service_that_is_down_leads_to_its_alert(settings: Settings):
    settings.OPENAI_API_KEY = "sk-test"
    settings.OPENAI_MONTHLY_BUDGET_USD = 0
    subscriber(least_severity=Severity.INFO)

    tasks.watch()

    alert = Alert.objects.get()
    link = f"https://orders.example/admin/orders/alert/{alert.pk}/change/"
    assert link in OutboundMessage.objects.get().body


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_write_to_a_person_once():
    subscriber()
    late_order()
    start = Barrier(2)

    def watch(_number: int) -> None:
        start.wait()
        try:
            tasks.watch()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(watch, range(2)))

    assert mails() == ["salma@atlas.example: Orders: 1 warning"]
