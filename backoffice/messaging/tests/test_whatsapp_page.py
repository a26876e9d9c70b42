from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import Permission, User
from django.contrib.messages import get_messages
from django.utils import timezone
from django_q.models import OrmQ

from backoffice.core.models import Heartbeat
from backoffice.messaging import line_checks, whatsapp_probe
from backoffice.messaging.models import LineCheck, MessageTemplate, OutboundMessage
from backoffice.messaging.tests.making import ACCOUNT, PHONE, inbound, use_twilio, whatsapp

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries, Settings

pytestmark = pytest.mark.django_db

PAGE = "/admin/messaging/whatsapp/"
STATE = f"{PAGE}state/"
Status = OutboundMessage.Status
SECRETS = ("0123456789abcdef0123456789abcdef", ACCOUNT, "a further secret")


@pytest.fixture(autouse=True)
def worker() -> Heartbeat:
    return Heartbeat.objects.create(name="worker:test", beat_at=timezone.now())


def shown(client: Client, address: str = PAGE) -> str:
    response = client.get(address, headers={"HX-Request": "true"})
    assert response.status_code == 200
    return response.content.decode()


def is_polled(page: str) -> bool:
    return f'hx-get="{STATE}"' in page


def post(client: Client, **fields: object) -> str:
    response = client.post(PAGE, fields)
    assert (response.status_code, response["Location"]) == (302, PAGE)
    return str(list(get_messages(response.wsgi_request))[-1].level_tag)


def person(*permissions: str) -> User:
    user = User.objects.create_user("agent", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return user


def trial(**fields: object) -> dict[str, object]:
    return {"number": PHONE, "template": "", "text": "Bonjour", "key": uuid.uuid4(), **fields}


def errors(client: Client, **fields: object) -> set[str]:
    response = client.post(PAGE, trial(**fields))
    assert OutboundMessage.objects.count() == 0
    return set(response.context["form"].errors)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_the_same_queries_for_any_number_of_messages(
    admin_client: Client, django_assert_num_queries: DjangoAssertNumQueries, rows: int
):
    for _ in range(rows):
        inbound(sender_phone=PHONE)
        whatsapp()
    OutboundMessage.objects.update(status=Status.FAILED, error="x", error_code="63024")
    shown(admin_client)  # the badges are kept for some seconds

    with django_assert_num_queries(9):
        page = shown(admin_client)

    assert page.count('name="resend"') == rows


def test_names_what_is_missing_and_what_to_do(admin_client: Client):
    page = shown(admin_client)

    for name in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_WHATSAPP_NUMBER"):
        assert name in page
    assert "http://127.0.0.1:8000/webhook/whatsapp" in page


def test_no_secret_is_shown(admin_client: Client, settings: Settings):
    use_twilio(settings)
    settings.TWILIO_WEBHOOK_SECRETS = ["a further secret"]

    page = shown(admin_client)

    assert [secret in page for secret in SECRETS] == [False, False, False]
    assert "AC…0042" in page
    assert "+33639980010" in page
    assert "https://backoffice.example.org/webhook/whatsapp" in page


def test_a_check_asked_for_twice_is_one_job(admin_client: Client, admin_user: User):
    assert [post(admin_client, check="") for _impatient in range(2)] == ["success", "success"]

    assert LineCheck.objects.get().asked_by == admin_user
    assert OrmQ.objects.count() == 1
    assert is_polled(shown(admin_client))


def test_what_the_check_found_is_shown_and_the_page_stops_asking(
    admin_client: Client, settings: Settings
):
    settings.LOCAL_ONLY = True
    post(admin_client, check="")
    line_checks.carry_out(LineCheck.objects.get().pk)

    page = shown(admin_client, STATE)

    (finding,) = LineCheck.objects.get().findings
    assert finding["tone"] == "warning"
    assert "LOCAL_ONLY" in page
    assert not is_polled(page)


def test_a_check_that_was_lost_says_so_and_can_be_asked_for_again(
    admin_client: Client, admin_user: User
):
    line_checks.ask_whatsapp(by=admin_user)
    LineCheck.objects.update(asked_at=timezone.now() - timedelta(minutes=3))

    assert not is_polled(shown(admin_client))
    assert line_checks.ask_whatsapp(by=admin_user) is True
    assert LineCheck.objects.count() == 1


def test_a_check_that_runs_twice_keeps_its_first_result(
    admin_user: User, settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    settings.LOCAL_ONLY = True
    line_checks.ask_whatsapp(by=admin_user)
    check = LineCheck.objects.get()
    line_checks.carry_out(check.pk)
    monkeypatch.setattr(whatsapp_probe, "findings", list)

    line_checks.carry_out(check.pk)

    check.refresh_from_db()
    assert len(check.findings) == 1


def test_who_comes_to_the_changing_part_by_hand_gets_the_page(admin_client: Client):
    assert "<html" in admin_client.get(STATE).content.decode()
    assert "<html" not in shown(admin_client, STATE)


def test_a_failure_is_told_in_words_and_sent_again(admin_client: Client):
    row = whatsapp()
    OutboundMessage.objects.update(status=Status.FAILED, error="?", error_code="63024")
    assert "63024" in shown(admin_client)

    assert post(admin_client, resend=row.pk) == "success"

    row.refresh_from_db()
    assert row.status == Status.QUEUED


@pytest.mark.parametrize("message_id", ["", "x", "999999", "9" * 30])
def test_sending_again_what_is_not_there_is_refused(admin_client: Client, message_id: str):
    assert post(admin_client, resend=message_id) == "error"


def test_a_trial_message_in_own_words_goes_to_who_wrote_lately(
    admin_client: Client, admin_user: User
):
    inbound(sender_phone=PHONE)
    fields = trial(number="+33 6 39 98 03 55")

    assert [post(admin_client, **fields) for _impatient in range(2)] == ["success", "success"]

    row = OutboundMessage.objects.get()
    assert (row.recipient, row.body, row.author) == (PHONE, "Bonjour", admin_user)
    assert is_polled(shown(admin_client))


def test_outside_the_24_hours_only_an_approved_template_goes(admin_client: Client):
    template = MessageTemplate.objects.get(key="order_validated", channel="whatsapp", language="fr")
    assert errors(admin_client) == {"template"}
    assert errors(admin_client, template=template.pk) == {"template"}
    MessageTemplate.objects.filter(pk=template.pk).update(content_sid="HX1")

    assert post(admin_client, **trial(template=template.pk, text="")) == "success"

    row = OutboundMessage.objects.get()
    assert (row.content_sid, row.content_variables["2"]) == ("HX1", "CMD-2026-00042")


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"number": "12"}, {"number"}),
        ({"number": ""}, {"number"}),
        ({"text": " "}, {"text"}),
        ({"template": "999999"}, {"template"}),
        ({"key": "again"}, {"key"}),
    ],
)
def test_a_wrong_trial_message_is_refused_at_its_field(
    admin_client: Client, fields: dict[str, str], wrong: set[str]
):
    inbound(sender_phone=PHONE)

    assert errors(admin_client, **fields) == wrong


@pytest.mark.parametrize(
    ("permissions", "answers"),
    [
        (["view_inboundmessage"], [403, 403, 403]),
        (["view_inboundmessage", "process_inboundmessage"], [302, 403, 403]),
        (["view_inboundmessage", "resend_outboundmessage"], [403, 302, 302]),
    ],
)
def test_each_button_takes_its_permission(
    client: Client, permissions: list[str], answers: list[int]
):
    inbound(sender_phone=PHONE)
    row = whatsapp(body="only for who may see messages sent")
    OutboundMessage.objects.update(status=Status.FAILED, error="x")
    client.force_login(person(*permissions))

    posts = [{"check": ""}, {"resend": row.pk}, trial()]
    assert [client.post(PAGE, fields).status_code for fields in posts] == answers

    assert "only for who may see" not in shown(client)
