"""The Monday mail with its PDF, through a real mail server on loopback."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import User
from django_q.models import Schedule
from pypdf import PdfReader

from backoffice.core.jobs import schedules
from backoffice.messaging import delivery
from backoffice.messaging.models import OutboundMessage
from backoffice.testing.smtp import SmtpServer
from orders.models import Subscription
from orders.report import tasks
from orders.tests import factories as make
from orders.tests.histories import decided_after, hours, local, placed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

    from pytest_django import DjangoAssertNumQueries, Settings
    from time_machine import TimeMachineFixture

pytestmark = pytest.mark.django_db

TOPIC = Subscription.Topic.WEEKLY_REPORT


@pytest.fixture(autouse=True)
def _monday_morning(settings: Settings, time_machine: TimeMachineFixture) -> None:
    settings.LANGUAGE_CODE = "en"
    settings.PUBLIC_URL = "https://orders.example"
    settings.COMPANY_NAME = "Kraft Atlas"
    time_machine.move_to(local(4, 20, 6, 30), tick=False)


@pytest.fixture
def smtp(settings: Settings) -> Iterator[SmtpServer]:
    with SmtpServer() as server:
        server.use(settings)
        yield server


def reader(name: str = "salma", *permissions: str, **values: Any) -> User:
    user = make.staff(name, *(permissions or ("view_order",)))
    fields = {"email": f"{name}@atlas.example", "first_name": name.title(), **values}
    User.objects.filter(pk=user.pk).update(**fields)
    Subscription.objects.create(user=user, topic=TOPIC)
    return user


def keys() -> list[str]:
    return list(OutboundMessage.objects.order_by("pk").values_list("key", flat=True))


def sent(smtp: SmtpServer) -> EmailMessage:
    delivery.deliver(OutboundMessage.objects.get().pk)
    (mail,) = smtp.mails
    return mail


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n").strip()


def words_of(mail: EmailMessage) -> tuple[str, str, str]:
    (file,) = mail.iter_attachments()
    pages = PdfReader(BytesIO(file.get_content())).pages
    words = "\n".join(page.extract_text() for page in pages)
    return str(file.get_filename()), file.get_content_type(), words


def test_a_subscriber_gets_last_weeks_figures_in_words_and_as_a_pdf(smtp: SmtpServer):
    salma = reader()
    tizi = make.CustomerFactory.create(company="Boulangerie Tizi")
    decided_after(hours(2), at=local(4, 14), customer=tizi, total=Decimal(950))
    placed(local(4, 19, 23, 59))
    # Today and the week before that are not in it.
    placed(local(4, 20, 0, 0))
    placed(local(4, 12, 23, 59), status="validated", total=Decimal(400))

    tasks.weekly_report()
    mail = sent(smtp)

    assert keys() == [f"weekly-report:2026-W16:{salma.pk}"]
    assert mail["Subject"] == "Orders of the week from 04/13/2026 to 04/19/2026"
    assert text_of(mail).splitlines()[:6] == [
        "Hello Salma,",
        "",
        "The week from 04/13/2026 to 04/19/2026 in figures:",
        "",
        "- Orders received: 2 (+100 %, 1 in the period before)",
        "- Validated amount: 950.00 MAD (+138 %, 400.00 MAD in the period before)",
    ]
    assert "https://orders.example/admin/orders/figures/" in text_of(mail)
    name, mime, words = words_of(mail)
    assert (name, mime) == ("orders-2026-04-13-2026-04-19.pdf", "application/pdf")
    assert "04/13/2026 to 04/19/2026" in words
    assert "Boulangerie Tizi" in words


def test_an_empty_week_is_said_in_a_short_mail(smtp: SmtpServer):
    reader()

    tasks.weekly_report()
    mail = sent(smtp)

    assert text_of(mail).split("\n") == [
        "Hello Salma,",
        "",
        "No order was received and none was decided in the week from 04/13/2026 to 04/19/2026.",
        "The attached report compares it with the week before.",
        "",
        "All figures: https://orders.example/admin/orders/figures/",
        "",
        "Kraft Atlas",
    ]
    assert "Nothing was decided in the period." in words_of(mail)[2]


def test_once_a_week_however_often_the_job_runs(time_machine: TimeMachineFixture):
    salma = reader()

    for _run in range(3):
        tasks.weekly_report()
    for days in (21, 26, 27):
        time_machine.move_to(local(4, days, 6, 30))
        tasks.weekly_report()

    # Nothing on Tuesday and Sunday, the next one on Monday.
    assert keys() == [f"weekly-report:2026-W{week}:{salma.pk}" for week in (16, 17)]


def test_a_worker_that_was_off_on_monday_writes_on_the_first_day_it_runs(
    time_machine: TimeMachineFixture,
):
    salma = reader()
    decided_after(hours(2), at=local(4, 20, 9))

    time_machine.move_to(local(4, 23, 6, 30))
    tasks.weekly_report()
    # After Monday: she begins with the next week.
    reader("late")
    time_machine.move_to(local(4, 24, 6, 30))
    tasks.weekly_report()

    (mail,) = OutboundMessage.objects.all()
    assert mail.key == f"weekly-report:2026-W16:{salma.pk}"
    assert "in the week from 04/13/2026 to 04/19/2026" in mail.body


def test_a_new_subscriber_gets_it_on_the_same_monday_and_others_not_again():
    salma = reader()
    tasks.weekly_report()
    omar = reader("omar")

    tasks.weekly_report()

    assert keys() == [f"weekly-report:2026-W16:{user.pk}" for user in (salma, omar)]


def test_monday_begins_on_the_companys_clock(time_machine: TimeMachineFixture):
    salma = reader()
    Subscription.objects.update(created_at=local(4, 1))

    # Sunday 22:59 UTC is Sunday 23:59 in Casablanca; a minute later it is Monday there.
    for moment in (local(4, 19, 23, 59), local(4, 20, 0, 0)):
        time_machine.move_to(moment)
        tasks.weekly_report()

    assert keys() == [f"weekly-report:2026-W{week}:{salma.pk}" for week in (15, 16)]


def test_the_week_is_the_iso_week_over_new_year(time_machine: TimeMachineFixture):
    salma = reader()
    time_machine.move_to(local(1, 4, 7, year=2027))

    tasks.weekly_report()

    assert keys() == [f"weekly-report:2026-W53:{salma.pk}"]


def test_only_active_staff_who_may_see_orders_and_have_an_address_are_written_to():
    reader("gone", is_active=False)
    reader("outside", is_staff=False)
    reader("support", "view_customer")
    reader("silent", email="")
    alerts_only = make.staff("alerts", "view_order")
    Subscription.objects.create(user=alerts_only, topic=Subscription.Topic.ALERTS)

    tasks.weekly_report()

    assert keys() == []


def test_the_report_is_made_once_for_all(django_assert_num_queries: DjangoAssertNumQueries):
    reader()
    reader("omar")
    tasks.weekly_report()

    # Subscriptions, two for each one's permissions, what was written before: no figures.
    with django_assert_num_queries(6):
        tasks.weekly_report()


def test_the_schedule_runs_every_morning():
    schedules.ensure_schedules()

    (row,) = Schedule.objects.filter(name="auto:weekly-report")
    assert (row.func, row.schedule_type) == ("orders.report.tasks.weekly_report", "D")
