"""Every kind of delivery that Meta describes, and what becomes of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from django_q.models import OrmQ

from backoffice.messaging.models import Attachment, DeliveryReport, InboundMessage
from backoffice.messaging.tests.meta import (
    HUGO,
    HUGO_ID,
    NUMBER_ID,
    SIGNATURES,
    deliver,
    only,
    post,
    post_fixture,
    stored,
    text,
    use_meta,
)

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries, Settings

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

Status = InboundMessage.Status
PROCESS = "backoffice.messaging.tasks.process_message"


@pytest.fixture(autouse=True)
def _meta(settings: Settings, client: Client) -> None:
    use_meta(settings)
    # Reasons are written in the language of the request, and Meta asks for none.
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"


HUGO_KEYS = (HUGO, HUGO_ID)
NADIA = ("+33639980233", "FR.7719204418835560")
LEON = ("+41790000321", "CH.1039485720012377")
AMIR = ("+212600000148", "MA.5500912837461190")
RENARD = ("", "FR.9018273645500192")
SUB = "Vends Rolex Submariner 124060 de 2022, full set"
PLACE = "Place Bellecour\nPlace Bellecour, 69002 Lyon\n(45.7578137, 4.8320114)"
CARD = """\
Atelier du Temps
Atelier du Temps SARL
+33 6 39 98 04 55
contact@atelier-du-temps.example"""
WANTED = """\
Cherche Omega Speedmaster 3861 boîte et papiers, budget 5500€ max, remise en main propre Lyon"""
TRADE = """\
ÉCHANGE
1) Seiko SPB143 (2021) 750€
2) Tissot PRX 40mm neuve 550 €
3) GMT-Master II 126710BLRO – 17.5k
contre Explorer 36 124270 ± soulte"""
RECEIVED: dict[str, tuple[tuple[str, str], str]] = {
    "text_sale": (HUGO_KEYS, f"{SUB}, excellent état, 9 800 € ferme. MP si intéressé"),
    "text_wanted": (NADIA, WANTED),
    "text_question": (LEON, "Avez-vous une Tudor Black Bay 58 bleue sous 3'200 CHF ?"),
    "text_trade_multiline": (LEON, TRADE),
    "text_arabic_rtl": (AMIR, "للبيع ساعة أوميغا سيماستر 300 حالة ممتازة، الثمن 42000 درهم"),
    "text_reply": (HUGO_KEYS, "Toujours dispo, 9 500 € dernier prix"),
    "text_forwarded": (NADIA, "Datejust 41 bleu azzuro 2023, 9.9k€ full set"),
    "image": (HUGO_KEYS, "Submariner 124060 – photos du jour"),
    "image_no_caption": (NADIA, ""),
    "video": (HUGO_KEYS, "mouvement"),
    "audio_voice": (AMIR, ""),
    "document_pdf": (LEON, "Papiers de la BB58"),
    "document_xlsx": (LEON, ""),
    "sticker": (NADIA, ""),
    "button_quick_reply": (HUGO_KEYS, "Prolonger l'annonce"),
    "interactive_button_reply": (HUGO_KEYS, "Mettre en relation"),
    "interactive_list_reply": (NADIA, "Speedmaster 3861\n5 450 € – 2022 – full set"),
    "contacts": (LEON, CARD),
    "contacts_phone_shared_by_username_user": (RENARD, "+33639980599"),
    "location": (NADIA, PLACE),
    "reaction": (HUGO_KEYS, "👍"),
    "reaction_removed": (HUGO_KEYS, ""),
    "edit": (HUGO_KEYS, f"{SUB}, 9 500 €"),
    "revoke": (HUGO_KEYS, ""),
    "system_user_changed_number": (
        HUGO_KEYS,
        "User Hugo Vasseur changed from 33639980117 to 33639980118",
    ),
    "system_user_changed_user_id": (
        RENARD,
        "User C. Renard changed from FR.9018273645500192 to FR.9018273645507777",
    ),
    "group_text": (LEON, "FS: Grand Seiko SBGA413 full set 2021, 4'900 CHF, ship EU"),
    "bsuid_no_phone": (RENARD, "Je vends une Cartier Santos medium 2020, 5200€"),
    "bsuid_with_phone_and_username": (LEON, "Merci, je confirme"),
    "bsuid_parent": (RENARD, "Photos demain"),
    "legacy_no_user_id": ((HUGO, ""), "ancienne forme, avant avril 2026"),
}
WAITS = {
    "unsupported": "A message of the kind “poll_creation” cannot be read here. Open the"
    " conversation on the phone to see it. Message type is currently not supported. (131051)",
    "unknown_message_type": "A message of the kind “event_invitation_v2” cannot be read here."
    " Open the conversation on the phone to see it.",
    "value_errors_only": "A message of the kind “interactive” cannot be read here. Open the"
    " conversation on the phone to see it. Unsupported webhook payload (131000)",
}
FOR_THE_RECORD = {
    "template_status_update": "The message template “order_confirmation” (fr) is now APPROVED.",
    "unknown_field": "WhatsApp tells of our account: phone_number_quality_update UPGRADE.",
}
NOTHING = ("empty_entry", "empty_value")
REPORTS = {name for name in SIGNATURES if name.startswith("status_")}


def test_no_delivery_is_left_out_of_these_tests():
    told = {*RECEIVED, *WAITS, *FOR_THE_RECORD, *NOTHING, *REPORTS, "batch"}

    assert told == set(SIGNATURES)


@pytest.mark.parametrize("name", RECEIVED)
def test_a_message_is_stored_once_and_handed_to_the_worker(client: Client, name: str):
    answers = [post_fixture(client, name).status_code for _twice in range(2)]

    keys, words = RECEIVED[name]
    row = only()
    assert answers == [200, 200]
    assert (row.status, row.desk, row.channel) == (Status.RECEIVED, "listings", "wa_cloud")
    assert ((row.sender_phone, row.sender_user_id), row.body) == (keys, words)
    assert (row.account, row.reason) == (NUMBER_ID, "")
    assert [entry.task["args"] for entry in OrmQ.objects.all()] == [(row.pk,)]


@pytest.mark.parametrize("name", WAITS)
def test_what_cannot_be_read_waits_for_a_person(client: Client, name: str):
    answer = post_fixture(client, name)

    row = only()
    assert (answer.status_code, row.status) == (200, Status.NEEDS_ATTENTION)
    assert (row.reason, OrmQ.objects.count()) == (WAITS[name], 0)


@pytest.mark.parametrize("name", FOR_THE_RECORD)
def test_what_meta_tells_of_our_account_is_kept(client: Client, name: str):
    answers = [post_fixture(client, name).status_code for _twice in range(2)]

    row = only()
    assert answers == [200, 200]
    assert (row.status, row.reason) == (Status.NOT_FOR_US, FOR_THE_RECORD[name])
    assert OrmQ.objects.count() == 0


@pytest.mark.parametrize("name", NOTHING)
def test_an_empty_delivery_leaves_nothing(client: Client, name: str):
    assert (post_fixture(client, name).status_code, stored()) == (200, [])


def test_bad_news_of_a_template_waits_for_a_person(client: Client):
    value = {"event": "REJECTED", "message_template_name": "match_seller", "reason": "SCAM"}
    change = {"field": "message_template_status_update", "value": value}
    content = {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}

    post(client, json.dumps(content).encode())

    assert (only().status, only().reason) == (
        Status.NEEDS_ATTENTION,
        "The message template “match_seller” (?) is now REJECTED: SCAM.",
    )


def test_a_batch_becomes_a_row_for_each_message_and_each_its_own_sender(client: Client):
    post_fixture(client, "batch")

    rows = {row.external_id[:12]: row for row in stored()}
    assert {key: (row.sender_name, row.status) for key, row in rows.items()} == {
        "wamid.HBV82s": ("Hugo Vasseur", Status.RECEIVED),
        "wamid.HBjjyB": ("Nadia B.", Status.RECEIVED),
        "wamid.HBn1Nw": ("Hugo Vasseur", Status.RECEIVED),
        "wamid.HBAznt": ("C. Renard", Status.RECEIVED),
        "316780950000": ("أمير", Status.NOT_FOR_US),
    }
    foreign = rows["316780950000"]
    assert foreign.external_id == "316780950000999/wamid.HBl8aXdczC9DEeE5Oe0epxyyd6HKRXqyPy1Ue9"
    assert foreign.reason == (
        "It was sent to another WhatsApp number (id 316780950000999) than ours."
    )
    assert DeliveryReport.objects.count() == 2


def test_the_worker_gets_a_batch_in_the_order_it_came(client: Client):
    deliver(client, *(text(f"wamid.{number}") for number in (7, 3, 9)))

    names = dict(InboundMessage.objects.values_list("pk", "external_id"))
    tasks = [entry.task for entry in OrmQ.objects.order_by("pk")]
    assert [task["func"] for task in tasks] == [PROCESS] * 3
    assert [names[task["args"][0]] for task in tasks] == ["wamid.7", "wamid.3", "wamid.9"]


def test_a_file_is_kept_by_its_id_and_digest_until_it_is_fetched(client: Client):
    post_fixture(client, "document_pdf")

    file = Attachment.objects.get()
    assert (file.filename, file.declared_type) == (
        "certificat_garantie_2022.pdf",
        "application/pdf",
    )
    assert file.source_url == (
        "whatsapp-media:1380044512760960"
        "?sha256=c63ebdcbe00c06b7d93143056be2bb37d7edc77c5076c1dd3b1c9931f36ddb8a"
    )


def test_the_senders_own_time_and_thread_are_kept(client: Client):
    post_fixture(client, "text_reply")
    post_fixture(client, "group_text")

    reply, group = stored()
    assert reply.sent_at == datetime(2026, 11, 20, 8, 5, tzinfo=UTC)
    assert (reply.thread, reply.in_reply_to) == (
        HUGO_ID,
        "wamid.HBtSwSTr9yb91oZpIhAmWy0H7cwotPA9FlSmiC",
    )
    assert group.thread == "Y2FwaV9ncm91cDozMzYzOTk4MDAwMToxMjAzNjMzOTgwMDAwMDAwMDEZD"


def test_a_delivery_costs_the_same_however_many_messages_it_has(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
):
    for batch in (1, 30):
        with django_assert_num_queries(4):
            deliver(client, *(text(f"wamid.{batch}.{number}") for number in range(batch)))

    assert InboundMessage.objects.count() == OrmQ.objects.count() == 31
