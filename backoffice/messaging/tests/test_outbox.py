from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django_q.models import OrmQ

from backoffice.core.errors import DomainError
from backoffice.messaging import outbox, superseding
from backoffice.messaging.models import MessageTemplate, OutboundMessage
from backoffice.messaging.tests.making import PHONE, VALUES, inbound, queued

pytestmark = pytest.mark.django_db

Status = OutboundMessage.Status


def decision(**fields: Any) -> OutboundMessage:
    defaults: dict[str, Any] = {
        "key": "order:1:decision",
        "channel": "email",
        "recipient": "salma@example.org",
        "template": "order_validated",
        "values": VALUES,
        "language": "fr",
    }
    return outbox.queue(**{**defaults, **fields})


@pytest.fixture
def about() -> User:
    return User.objects.create_user("stands-for-an-order")


def test_writes_the_text_now_and_hands_it_to_the_worker(about: User):
    row = decision(about=about, recipient_name="Salma")

    stored = OutboundMessage.objects.get()
    assert (stored.pk, stored.status, stored.about) == (row.pk, Status.QUEUED, about)
    assert stored.subject == "Votre commande CMD-2026-00042 est validée"
    assert stored.body.splitlines() == [
        "Bonjour Salma Bennani,",
        "",
        "✅ Votre commande CMD-2026-00042 est validée.",
        "",
        "- 5000 sachets",
        "",
        "Total : 4 850,00 MAD",
        "",
        "Merci de votre confiance,",
        "Kraft Atlas Emballage",
    ]
    assert stored.provider_id.startswith("<")
    assert OrmQ.objects.count() == 1


def test_the_same_key_writes_and_sends_once():
    first = decision()
    second = decision(recipient="somebody@else.org")

    assert second.pk == first.pk
    assert (OutboundMessage.objects.count(), OrmQ.objects.count()) == (1, 1)


def test_a_decision_rolled_back_leaves_nothing():
    with transaction.atomic():
        decision()
        transaction.set_rollback(True)

    assert (OutboundMessage.objects.count(), OrmQ.objects.count()) == (0, 0)


@pytest.mark.parametrize("status", superseding.UNSENT)
def test_unsent_messages_about_the_same_thing_are_superseded(about: User, status: str):
    first = decision(about=about)
    OutboundMessage.objects.update(status=status)

    decision(key="order:1:decision:2", about=about, template="order_rejected")

    first.refresh_from_db()
    assert first.status == Status.SUPERSEDED


def test_sent_messages_other_things_and_other_people_are_left_alone(about: User):
    sent = decision(key="a", about=about)
    OutboundMessage.objects.update(status=Status.SENT)
    decision(key="b", about=about, recipient="other@example.org")
    decision(key="c", about=User.objects.create_user("another-order"))
    decision(key="d", about=None)

    decision(key="e", about=about)

    sent.refresh_from_db()
    assert sent.status == Status.SENT
    assert OutboundMessage.objects.filter(status=Status.QUEUED).count() == 4


def test_a_free_text_supersedes_only_when_asked(about: User):
    first = queued(about=about)
    second = queued(about=about)
    queued(about=about, recipient="other@example.org", supersede=True)
    assert {first.status, second.status} == {Status.QUEUED}

    queued(about=about, supersede=True)

    statuses = list(OutboundMessage.objects.order_by("pk").values_list("status", flat=True))
    assert statuses == ["superseded", "superseded", "queued", "queued"]


@pytest.mark.parametrize(
    ("language", "chosen"),
    [
        ("ar", "ar"),
        ("ar-MA", "ar"),
        ("ar-Latn", "fr"),
        ("en", "en"),
        ("fr-FR", "fr"),
        ("de", "fr"),
        ("", "fr"),
    ],
)
def test_the_customers_language_or_french(language: str, chosen: str):
    assert decision(language=language).language == chosen


def test_without_french_any_language_will_do():
    MessageTemplate.objects.exclude(language="en").delete()

    assert decision(language="fr").language == "en"


def test_without_a_template_it_names_what_is_missing():
    with pytest.raises(DomainError) as caught:
        decision(template="order_lost")

    assert (caught.value.code, caught.value.value) == ("no_template", "order_lost")


def test_a_placeholder_without_value_is_named():
    MessageTemplate.objects.update(body="Bonjour {customer_name}, suivi {tracking}")

    with pytest.raises(DomainError) as caught:
        decision()

    assert caught.value.field == "tracking"
    assert OutboundMessage.objects.count() == 0


def test_a_content_template_gets_its_variables():
    MessageTemplate.objects.update(
        content_sid="HX1", body="{customer_name} {order_number} {delivery_date}"
    )

    row = decision(channel="whatsapp", recipient=PHONE)

    assert row.content_sid == "HX1"
    assert row.content_variables == {"1": "Salma Bennani", "2": "CMD-2026-00042", "3": "-"}


def test_an_order_of_many_lines_fits_into_a_whatsapp_message():
    lines = "\n".join(f"- {n} : 5 000 sachets fond plat 24 x 10 x 33 cm" for n in range(60))

    row = decision(channel="whatsapp", recipient=PHONE, values={**VALUES, "lines": lines})

    assert len(row.body) <= 1600
    assert "Merci de votre confiance" in row.body


@pytest.mark.parametrize("recipient", ["", "no-reply@shop.ma"])
def test_nobody_to_write_to_is_told_and_not_tried(recipient: str):
    row = decision(recipient=recipient)

    assert row.status == Status.BLOCKED
    assert row.error != ""
    assert OrmQ.objects.count() == 0


def test_a_machines_message_is_not_answered():
    row = decision(in_reply_to=inbound(channel="email", is_automatic=True))

    assert row.status == Status.BLOCKED


@pytest.mark.parametrize(
    ("fields", "code"),
    [({"body": "  "}, "empty"), ({"channel": "whatsapp", "body": "x" * 1601}, "too_long")],
)
def test_a_free_text_that_cannot_be_sent_is_refused_at_once(fields: dict[str, str], code: str):
    with pytest.raises(DomainError) as caught:
        queued(**fields)

    assert (caught.value.code, caught.value.field) == (code, "body")


@pytest.mark.parametrize("status", outbox.RESENDABLE)
def test_resending_starts_over_and_keeps_the_message_id(status: str):
    row = queued()
    OutboundMessage.objects.update(status=status, attempts=7, error="550 no", error_code="550")
    OrmQ.objects.all().delete()

    outbox.resend(row.pk)

    again = OutboundMessage.objects.get()
    assert (again.status, again.attempts, again.error, again.error_code) == ("queued", 0, "", "")
    assert again.provider_id == row.provider_id
    assert OrmQ.objects.count() == 1


@pytest.mark.parametrize("status", outbox.RESENDABLE)
def test_a_message_that_a_newer_one_replaced_is_not_resent(about: User, status: str):
    first = decision(about=about)
    decision(key="order:1:decision:2", about=about, template="order_rejected")
    OutboundMessage.objects.filter(pk=first.pk).update(status=status)

    with pytest.raises(DomainError) as caught:
        outbox.resend(first.pk)

    assert (caught.value.code, caught.value.conflict) == ("superseded", True)


def test_a_message_with_a_free_text_after_it_may_be_resent(about: User):
    first = decision(about=about)
    queued(about=about)
    OutboundMessage.objects.filter(pk=first.pk).update(status=Status.FAILED)

    assert outbox.resend(first.pk).status == Status.QUEUED


@pytest.mark.parametrize("status", sorted(set(Status) - set(outbox.RESENDABLE)))
def test_a_message_under_way_or_arrived_is_not_resent(status: str):
    row = queued()
    OutboundMessage.objects.update(status=status)
    OrmQ.objects.all().delete()

    with pytest.raises(DomainError) as caught:
        outbox.resend(row.pk)

    assert caught.value.conflict is True
    assert OrmQ.objects.count() == 0
