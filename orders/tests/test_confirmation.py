"""The confirmation as the customer reads it; pypdf opens every one."""

from __future__ import annotations

import datetime as dt
import io
import unicodedata
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pypdf
import pytest
from django.test import Client
from django.utils import translation

from backoffice.core.errors import DomainError
from backoffice.messaging.models import OutboundAttachment, OutboundMessage
from orders import workflow
from orders.documents.confirmation import confirmation_pdf, filename
from orders.tests import factories as make

if TYPE_CHECKING:
    from pytest_django import Settings

    from orders.models import Order

pytestmark = pytest.mark.django_db


def read(content: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    text = unicodedata.normalize("NFKC", "\n".join(page.extract_text() for page in pages))
    return "\n".join(line.strip() for line in text.split("\n"))


def order(**values: Any) -> Order:
    customer = make.CustomerFactory.create(
        address="14, rue de l'Oukaïmeden", postal_code="10090", city="Rabat", country="FR"
    )
    values = {
        "customer": customer,
        "phone": "+212661000211",
        "delivery_date": dt.date(2026, 4, 28),
        "notes": "Livrer avant 11 h",
        "attention": "Vérifier la quantité",
        "status": "validated",
        "decided_at": make.SENT,
        "total": Decimal(1140),
        **values,
    }
    made = make.order_with_line(**values)
    made.lines.update(attributes={"size": "18x35", "paper": "kraft écru", "printing": ""})
    return made


def test_confirmation_says_who_what_when_and_how_much(settings: Settings):
    settings.COMPANY_ADDRESS = r"Lot 12, Sidi Maârouf\n20270 Casablanca"
    settings.COMPANY_LEGAL = "ICE 001234567000089"
    settings.COMPANY_PHONES = ["+212522000000"]

    made = order(language="fr")
    text = read(confirmation_pdf(made))

    for words in (
        "Confirmation de commande",
        made.number,
        "20 avril 2026",
        "28 avril 2026",
        "Lot 12, Sidi Maârouf\n20270 Casablanca",
        "+212 5 22 00 00 00",
        "ICE 001234567000089",
        "Boulangerie Tizi",
        "Khalid Boukhris",
        "14, rue de l'Oukaïmeden\n10090 Rabat\nFrance",
        "Sachets fond plat 18x35\nkraft écru",
        "5 000\npièce\n0,19\n950,00",
        "Total des lignes\n950,00 MAD",
        "Total\n1 140,00 MAD",
        "Livrer avant 11 h",
        "Page 1 sur 1",
    ):
        assert words in text, words
    assert "Vérifier" not in text


@pytest.mark.parametrize(
    ("language", "words", "name"),
    [
        ("en", ["Order confirmation", "28 April 2026", "5,000", "Thank you"], "confirmation"),
        ("ar", ["تأكيد الطلبية", "البيان", "5 000", "1 140,00 MAD"], "confirmation"),
        ("ar-Latn", ["Confirmation de commande", "28 avril 2026"], "confirmation"),
        ("de", ["Confirmation de commande"], "confirmation"),
    ],
)
def test_confirmation_speaks_the_customers_language(language: str, words: list[str], name: str):
    made = order(language=language)

    text = read(confirmation_pdf(made))

    assert [word for word in words if word not in text] == []
    assert filename(made) == f"{name}-{made.number}.pdf"


def test_customer_in_arabic_is_readable_in_a_french_document():
    text = read(confirmation_pdf(order(language="fr", company="مخبزة تيزي")))

    assert "مخبزة تيزي" in text


def test_pending_order_is_a_proposal_and_an_empty_one_prints():
    made = make.OrderFactory.create(contact_name="", company="", email="", language="fr")

    text = read(confirmation_pdf(made))

    assert "Proposition de commande" in text
    assert "ne vaut pas confirmation" in text
    assert filename(made) == f"proposition-{made.number}.pdf"


def test_rejected_order_is_refused():
    made = order(status="rejected", rejection_reason="Trop loin")

    with pytest.raises(DomainError, match=made.number):
        confirmation_pdf(made)


def test_print_link_takes_the_permission_to_see_orders():
    made, client = order(language="fr"), Client()
    address = f"/admin/orders/order/{made.pk}/print/"
    client.force_login(make.staff("ali", "view_customer"))
    assert client.get(address).status_code == 403

    client.force_login(make.staff("salma", "view_order"))
    shown = client.get(f"/admin/orders/order/{made.pk}/change/").content.decode()
    answer = client.get(address)

    assert f'href="{address}"' in shown
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == f'inline; filename="{filename(made)}"'
    assert made.number in read(b"".join(answer))
    assert client.get("/admin/orders/order/999999/print/").status_code == 404


def test_print_of_a_rejected_order_says_why_not():
    made, client = order(status="rejected", rejection_reason="Trop loin"), Client()
    client.force_login(make.staff("salma", "view_order"))
    page = f"/admin/orders/order/{made.pk}/change/"

    shown = client.get(page).content.decode()
    answer = client.get(f"/admin/orders/order/{made.pk}/print/", follow=True)

    assert f"/admin/orders/order/{made.pk}/print/" not in shown
    assert answer.redirect_chain == [(page, 302)]
    assert [made.number in str(told) for told in answer.context["messages"]] == [True]


@pytest.mark.parametrize(("wanted", "names"), [(True, ["confirmation"]), (False, [])])
def test_customer_gets_the_confirmation_with_the_email(
    settings: Settings,
    wanted: bool,  # noqa: FBT001 - a table
    names: list[str],
):
    settings.ORDER_CONFIRMATION_PDF = wanted
    made = make.order_with_line(customer=make.CustomerFactory.create(), language="fr")

    workflow.validate(made.pk, by=make.clerk())

    (message,) = OutboundMessage.objects.all()
    files = OutboundAttachment.objects.filter(message=message)
    assert [file.filename for file in files] == [f"{name}-{made.number}.pdf" for name in names]


def test_nothing_is_attached_to_whatsapp_nor_to_a_rejection():
    by_whatsapp = make.order_with_line(channel="whatsapp", phone="+212661000211")
    rejected = make.order_with_line()
    clerk = make.clerk()

    workflow.validate(by_whatsapp.pk, by=clerk)
    workflow.reject(rejected.pk, by=clerk, reason="Trop loin")

    assert OutboundMessage.objects.count() == 2
    assert not OutboundAttachment.objects.exists()


def test_order_is_validated_although_its_confirmation_cannot_be_printed(
    settings: Settings,
):
    # Taller than a page can be.
    settings.COMPANY_ADDRESS = r"Lot 12\n" * 200
    made = make.order_with_line(customer=make.CustomerFactory.create(), language="fr")

    with translation.override("en"):
        workflow.validate(made.pk, by=make.clerk())

    made.refresh_from_db()
    assert made.status == "validated"
    assert OutboundMessage.objects.get().attachments.count() == 0
    notes = made.events.filter(kind="notified").values_list("note", flat=True)
    assert "The confirmation could not be printed: the e-mail went without it." in notes


def test_address_of_a_hundred_lines_fits_the_page():
    customer = make.CustomerFactory.create(address="\n".join(["A"] * 100))

    content = confirmation_pdf(order(customer=customer))

    assert len(pypdf.PdfReader(io.BytesIO(content)).pages) == 1
