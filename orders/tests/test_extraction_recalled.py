"""Older orders in a message, quoted, forwarded or recalled, are not ordered again."""

from __future__ import annotations

from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest

from backoffice.messaging.content import MessageContent, Person, ReadDocument
from backoffice.messaging.documents.files import content_from_eml
from orders import extraction
from orders.tests.test_extraction_several import SENT, goods

if TYPE_CHECKING:
    from pytest_django import Settings

    from orders.reading import OrderReading

PLAIN = "sac_fond_carre_poignees_plates"
NEW = "Bonjour,\n\nMerci de nous livrer 700 sacs poignées plates.\n\nCordialement,\nAli\n\n"
OLD = "Bonjour,\nJe commande 2000 sachets fond plat et 300 sacs torsadés.\nMerci\nSalma\n"
MARKED = OLD.replace("\n", "\n> ")
US = "Kraft Atlas <commandes@kraft-atlas.example>"


@pytest.fixture(autouse=True)
def _rules_only(settings: Settings) -> None:
    settings.OPENAI_API_KEY = ""
    settings.COMPANY_NAME = "Kraft Atlas Emballage"


def mail(text: str) -> OrderReading:
    written = EmailMessage()
    written["From"] = "Ali Ben <ali@x.example>"
    written["To"] = "commandes@kraft-atlas.example"
    written["Date"] = "Thu, 16 Apr 2026 10:00:00 +0100"
    written["Subject"] = "Re: commande"
    written.set_content(text)
    (reading,) = extraction.read(content_from_eml(written.as_bytes()))
    return reading


def whatsapp(text: str) -> OrderReading:
    body = ReadDocument("body", "body", text)
    content = MessageContent("whatsapp", Person("Ali", phone="+212663001403"), SENT, (body,))
    (reading,) = extraction.read(content)
    return reading


@pytest.mark.parametrize(
    "quoted",
    [
        f"Le jeu. 9 avr. 2026 à 10:12, {US} a écrit :\n\n> {MARKED}",
        f"Le jeu. 9 avr. 2026 à 10:12, {US} a écrit :\n\n{OLD}",
        f"On Thu, Apr 9, 2026 at 10:12 AM {US} wrote:\n\n> {MARKED}",
        f"Envoyé de mon iPhone\n\n> Le 9 avr. 2026 à 10:12, {US} a écrit :\n> \n> {MARKED}",
        f"في الخميس، 9 أبريل 2026 في 10:12 ص تمت كتابة ما يلي بواسطة {US}:\n\n{OLD}",
        f"في ٩ أبريل ٢٠٢٦، الساعة ١٠:١٢ ص، كتب/كتبت {US}:\n\n{OLD}",
        f"De : {US}\nEnvoyé : jeudi 9 avril 2026 10:12\nÀ : Ali\nObjet : RE: commande\n\n{OLD}",
        f"From: {US}\nSent: Thursday, April 9, 2026 10:12 AM\nTo: Ali\nSubject: Re: x\n\n{OLD}",
        f"من: {US}\nتاريخ الإرسال: الخميس، 9 أبريل 2026\nإلى: Ali\nالموضوع: رد\n\n{OLD}",
        f"-----Message d'origine-----\nDe : {US}\nEnvoyé : jeudi\nÀ : Ali\nObjet : x\n\n{OLD}",
        f"Kraft Atlas a écrit le 09/04/2026 :\n{OLD}",
        f"{US} a écrit (09/04/2026 10:12) :\n{OLD}",
    ],
)
def test_quoted_order_is_not_ordered_again(quoted: str):
    assert goods(mail(NEW + quoted)) == [(PLAIN, 700)]


NOTICES = [
    (
        "✅ Votre commande CMD-2026-00012 est validée.\n\n- 2 000 × sachets fond plat\n"
        "- 300 × sacs torsadés\n\nTotal : 900,00 MAD\n\nMerci de votre confiance,\n"
        "Kraft Atlas Emballage"
    ),
    "✅ Your order CMD-2026-00012 is confirmed.\n\n- 2,000 × flat bags\n\nKraft Atlas Emballage",
    "✅ الطلبية ديالكم رقم CMD-2026-00012 تأكدات.\n\n- 2 000 × sachets fond plat\n\nالمجموع: 900",
]
RECALLS = [
    "Rappel de votre commande du 9 avril :\n- 2000 sachets fond plat\n- 300 sacs torsadés\n",
    "Pour rappel, notre dernière commande (CMD-2026-00012) :\n2000 sachets fond plat\n",
    (
        "[09/04/2026 10:12] Kraft Atlas: Votre commande : 2000 sachets fond plat\n"
        "[09/04/2026 10:15] Ali: ok merci\n"
    ),
]


@pytest.mark.parametrize("recalled", [*NOTICES, *RECALLS])
def test_what_is_pasted_or_recalled_is_not_ordered_again(recalled: str):
    assert goods(whatsapp(f"Bonjour, merci de livrer 700 sacs poignées plates\n\n{recalled}")) == [
        (PLAIN, 700)
    ]


@pytest.mark.parametrize("notice", NOTICES)
def test_thanks_above_our_own_notice_order_nothing(notice: str):
    reading = whatsapp(f"Merci beaucoup !\n\n{notice}")

    assert (reading.is_order.value, reading.lines) == (False, ())


def test_order_that_is_called_a_reminder_is_kept_where_it_is_all_there_is():
    reading = whatsapp("Rappel de notre commande : merci de livrer 700 sacs poignées plates")

    assert goods(reading) == [(PLAIN, 700)]


def test_answer_below_our_notice_is_read():
    reading = whatsapp(f"{NOTICES[0]}\n\nSalam, sift lia 700 sac poignées plates 3afak")

    assert goods(reading) == [(PLAIN, 700)]
