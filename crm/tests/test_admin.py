from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User

from crm import panels
from crm.customers import register
from crm.models import Customer, Product, Sale

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db
LIST = "/admin/crm/customer/"


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("boss"))
    return client


def found(client: Client, words: str) -> list[str]:
    page = client.get(LIST, {"q": words})
    return [str(customer) for customer in page.context["cl"].result_list]


@pytest.mark.parametrize(
    "words", ["patisserie", "PÂTISSERIE NOOR", "filali noor", "r@noor", "0667 00 81 03", "212667"]
)
def test_search_needs_no_accents_and_knows_addresses_and_numbers(boss: Client, words: str):
    register(company="Pâtisserie Noor", name="Filali", email="r@noor.example", phone="0667008103")
    register(company="Hôtel Atlas", email="a@atlas.example", phone="0522007710")

    assert found(boss, words) == ["Pâtisserie Noor"]


def test_search_for_signs_only_finds_nobody(boss: Client):
    register(company="Pâtisserie Noor")

    assert found(boss, "???") == []


@pytest.mark.parametrize("rows", [1, 3])
def test_customer_list_asks_the_same_number_of_questions(
    boss: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
):
    for number in range(rows):
        register(company=f"Customer {number}", email=f"a@c{number}.example")

    with django_assert_num_queries(7):
        boss.get(LIST)


@pytest.mark.parametrize("rows", [1, 3])
def test_sale_list_asks_the_same_number_of_questions(
    boss: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
):
    product = Product.objects.earliest("pk")
    for number in range(rows):
        Sale.objects.create(
            customer=register(company=f"Customer {number}"),
            product=product,
            quantity=1,
            sold_on=dt.date(2026, 1, 1),
            source="shop",
            external_ref=str(number),
        )

    with django_assert_num_queries(9):
        boss.get("/admin/crm/sale/")


def save(client: Client, customer: Customer, *identities: tuple[str, str]) -> dict[str, object]:
    form = {"company": customer.company, "consent_email": "on"}
    form |= {"identities-TOTAL_FORMS": str(len(identities)), "identities-INITIAL_FORMS": "0"}
    for number, (kind, value) in enumerate(identities):
        form |= {f"identities-{number}-kind": kind, f"identities-{number}-value": value}
        form |= {f"identities-{number}-customer": str(customer.pk)}
    page = client.post(f"{LIST}{customer.pk}/change/", form)
    formsets = page.context["inline_admin_formsets"] if page.context else []
    return {
        name: text
        for formset in formsets
        for row in formset.formset.errors
        for name, text in row.items()
    }


def test_identities_are_kept_in_one_form_whoever_types_them(boss: Client):
    noor = Customer.objects.create(company="Noor")

    save(boss, noor, ("email", " R@Noor.example "), ("phone", "06 67 00 81 03"))

    values = noor.identities.order_by("value").values_list("value", flat=True)
    assert list(values) == ["+212667008103", "r@noor.example"]


def test_a_person_confirms_what_was_learnt(boss: Client):
    noor = Customer.objects.create(company="Noor")
    learnt = noor.identities.create(kind="email", value="r@noor.example", is_confirmed=False)
    form = {"company": "Noor", "identities-TOTAL_FORMS": "1", "identities-INITIAL_FORMS": "1"}
    row = {"id": learnt.pk, "customer": noor.pk, "kind": "email", "value": "r@noor.example"}
    form |= {f"identities-0-{name}": str(value) for name, value in row.items()}

    boss.post(f"{LIST}{noor.pk}/change/", form | {"identities-0-is_confirmed": "on"})

    learnt.refresh_from_db()
    assert learnt.is_confirmed


@pytest.mark.parametrize(("kind", "value"), [("email", "nobody"), ("phone", "12")])
def test_what_is_no_identity_is_refused(boss: Client, kind: str, value: str):
    noor = Customer.objects.create(company="Noor")

    errors = save(boss, noor, (kind, value))

    assert (list(errors), noor.identities.count()) == (["value"], 0)


def test_archived_customer_leaves_the_list_and_comes_back(boss: Client):
    noor = Customer.objects.create(company="Noor")
    dialog = {"_form_submitted": "on"}

    boss.post(f"{LIST}{noor.pk}/archive/", dialog)
    assert found(boss, "") == []
    boss.post(f"{LIST}{noor.pk}/archive/", dialog)
    boss.post(f"{LIST}{noor.pk}/restore/", dialog)

    assert found(boss, "") == ["Noor"]


def test_panels_of_other_apps_show_to_those_who_may(
    boss: Client, client: Client, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(panels, "_panels", {})
    noor = Customer.objects.create(company="Noor")
    shown = panels.Panel("Latest orders", ["Number"], [["CMD-2026-00001"]])
    panels.register(lambda _customer: shown, permission="orders.view_order")

    page = boss.get(f"{LIST}{noor.pk}/change/")

    assert "CMD-2026-00001" in page.content.decode()
    assert panels.for_customer(noor, User.objects.create_user("ali")) == []


def test_four_products_are_there_from_the_beginning():
    assert dict(Product.objects.values_list("sku", "name")) == {
        "sachet_fond_plat": "Sachets fond plat",
        "sac_fond_carre_sans_poignees": "Sac fond carré sans poignées",
        "sac_fond_carre_poignees_plates": "Sac fond carré avec poignées plates",
        "sac_fond_carre_poignees_torsadees": "Sac fond carré avec poignées torsadées",
    }
