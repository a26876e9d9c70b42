from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import Permission, User
from django.contrib.messages import get_messages

from backoffice.messaging import outbox
from backoffice.messaging.models import MessageTemplate, OutboundMessage
from backoffice.messaging.tests.making import queued

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries, Settings

pytestmark = pytest.mark.django_db

LIST = "/admin/messaging/outboundmessage/"
TEMPLATES = "/admin/messaging/messagetemplate/"
Status = OutboundMessage.Status


def person(*permissions: str) -> User:
    user = User.objects.create_user("agent", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return user


def resend_url(row: OutboundMessage) -> str:
    return f"{LIST}{row.pk}/resend/"


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_the_same_queries_for_any_number_of_rows(
    admin_client: Client, django_assert_num_queries: DjangoAssertNumQueries, rows: int
):
    for _ in range(rows):
        queued()
    admin_client.get(LIST)  # the badges are kept for some seconds

    with django_assert_num_queries(6):
        response = admin_client.get(LIST)

    assert response.status_code == 200
    assert response.content.decode().count("salma@example.org") >= rows


def test_a_message_shows_its_words_and_why_it_waits(admin_client: Client, admin_user: User):
    row = queued(about=admin_user, body="Bonjour\n<b>Salma</b>")
    OutboundMessage.objects.update(status=Status.FAILED, error="550 no such user")

    page = admin_client.get(f"{LIST}{row.pk}/change/").content.decode()

    assert "550 no such user" in page
    assert "Bonjour\n&lt;b&gt;Salma&lt;/b&gt;" in page
    assert f"/admin/auth/user/{admin_user.pk}/change/" in page
    assert resend_url(row) in page
    assert 'name="_save"' not in page


def test_a_message_shows_its_files_to_download(
    admin_client: Client, settings: Settings, tmp_path: Path
):
    settings.MEDIA_ROOT = tmp_path
    content = b"%PDF-1.7 confirmation"
    row = queued(attachments=[outbox.File("<CMD>-1.pdf", "application/pdf", content)])

    page = admin_client.get(f"{LIST}{row.pk}/change/").content.decode()

    address = f"/messaging/document/{row.attachments.get().document_id}/"
    assert f'href="{address}"' in page
    assert "&lt;CMD&gt;-1.pdf" in page
    assert b"".join(admin_client.get(address)) == content


def test_a_message_is_sent_again_only_by_a_post(admin_client: Client):
    row = queued()
    OutboundMessage.objects.update(status=Status.FAILED)

    admin_client.get(resend_url(row))
    row.refresh_from_db()
    assert row.status == Status.FAILED
    admin_client.post(resend_url(row), {"_form_submitted": "1"})

    row.refresh_from_db()
    assert row.status == Status.QUEUED


def test_what_has_arrived_is_not_offered_and_not_sent_again(admin_client: Client):
    row = queued()
    OutboundMessage.objects.update(status=Status.READ)

    assert resend_url(row) not in admin_client.get(f"{LIST}{row.pk}/change/").content.decode()
    response = admin_client.post(resend_url(row), {"_form_submitted": "1"})

    row.refresh_from_db()
    assert row.status == Status.READ
    assert [message.level_tag for message in get_messages(response.wsgi_request)] == ["warning"]


@pytest.mark.parametrize(
    ("permissions", "status"),
    [
        (["view_outboundmessage"], Status.FAILED),
        (["view_outboundmessage", "resend_outboundmessage"], Status.QUEUED),
    ],
)
def test_sending_again_takes_its_permission(client: Client, permissions: list[str], status: str):
    client.force_login(person(*permissions))
    row = queued()
    OutboundMessage.objects.update(status=Status.FAILED)

    client.post(resend_url(row), {"_form_submitted": "1"})

    row.refresh_from_db()
    assert row.status == status


def test_many_are_sent_again_after_a_question(admin_client: Client):
    rows = [queued(), queued(), queued()]
    OutboundMessage.objects.update(status=Status.FAILED)
    OutboundMessage.objects.filter(pk=rows[2].pk).update(status=Status.SENT)
    ids = [row.pk for row in rows]

    admin_client.post(
        LIST,
        {"action": "resend_selected", "confirmed": "1", "ids": ",".join(map(str, ids)),
         "_selected_action": ids, "_form_submitted": "1"},
    )  # fmt: skip

    statuses = list(OutboundMessage.objects.order_by("pk").values_list("status", flat=True))
    assert statuses == ["queued", "queued", "sent"]


# --- Templates ---------------------------------------------------------------


def template(**fields: str) -> dict[str, str]:
    seed = {"key": "order_validated", "channel": "email", "language": "es", "subject": "Pedido"}
    return {**seed, "body": "Hola {customer_name}", "content_sid": "", **fields}


def test_the_template_list_shows(admin_client: Client):
    response = admin_client.get(TEMPLATES)

    assert response.status_code == 200
    assert len(response.context["cl"].result_list) == MessageTemplate.objects.count() > 0


def test_a_template_is_previewed_with_example_values(admin_client: Client):
    row = MessageTemplate.objects.get(key="order_validated", channel="whatsapp", language="fr")

    page = admin_client.get(f"{TEMPLATES}{row.pk}/change/").content.decode()

    assert "✅ Votre commande CMD-2026-00042 est validée." in page
    assert "{order_number}" in page
    assert "Votre commande {{2}} est validée." in page


def test_a_template_is_added(admin_client: Client):
    admin_client.post(f"{TEMPLATES}add/", template())

    added = MessageTemplate.objects.get(key="order_validated", language="es")
    assert added.body == "Hola {customer_name}"


@pytest.mark.parametrize("name", ["order_validated", "order_validated/es_MX", ""])
def test_a_template_of_the_cloud_api_has_its_name_at_meta(admin_client: Client, name: str):
    admin_client.post(f"{TEMPLATES}add/", template(channel="wa_cloud", content_sid=name))

    assert MessageTemplate.objects.get(key="order_validated", language="es").content_sid == name


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"body": "Hola {cliente}"}, {"body"}),
        ({"subject": "{customer_name.__class__}"}, {"subject"}),
        ({"content_sid": "HX'; --"}, {"content_sid"}),
        ({"channel": "wa_cloud", "content_sid": "HX0123"}, {"content_sid"}),
        ({"channel": "wa_cloud", "content_sid": "a/b/c"}, {"content_sid"}),
        ({"channel": "api"}, {"channel"}),
        ({"language": "french"}, {"language"}),
        ({"key": "order_lost"}, {"key"}),
        ({"language": "fr"}, {"__all__"}),
    ],
)
def test_a_wrong_template_is_refused_at_its_field(
    admin_client: Client, fields: dict[str, str], wrong: set[str]
):
    before = MessageTemplate.objects.count()

    response = admin_client.post(f"{TEMPLATES}add/", template(**fields))

    assert response.status_code == 200
    assert set(response.context["adminform"].form.errors) == wrong
    assert MessageTemplate.objects.count() == before
