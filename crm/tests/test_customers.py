from __future__ import annotations

import threading
from datetime import timedelta
from importlib import import_module
from typing import TYPE_CHECKING

import pytest
from django.apps import apps
from django.db import connection

from backoffice.core.errors import DomainError
from crm.customers import (
    add_identities,
    identify,
    known_by,
    normalised,
    proven_by,
    register,
)
from crm.models import Customer, CustomerIdentity

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db


def customer(company: str = "", name: str = "", **identities: str) -> Customer:
    made = Customer.objects.create(company=company, name=name)
    add_identities(made, normalised(**identities))
    return made


def test_known_address_is_recognised_whatever_its_case():
    noor = customer("Pâtisserie Noor", email="r.filali@noor.example")

    match = identify(email="R.Filali@NOOR.example")

    assert (match.customer, match.confidence) == (noor, 0.97)


def test_known_number_is_recognised_in_national_form():
    noor = customer("Pâtisserie Noor", phone="+212667008103")

    assert identify(phone="0667 00 81 03").customer == noor
    assert identify(phone="whatsapp:+212667008103").customer == noor


@pytest.mark.parametrize(
    "written", ["Snack Riad", "SNACK RIAD SARL", "snak riad", "Société Snack Riad", "Riad"]
)
def test_company_named_decides_between_those_who_share_a_number(written: str):
    customer("Hôtel Atlas", phone="+212667008103")
    riad = customer("Snack Riad", phone="+212667008103")

    match = identify(company=written, phone="+212667008103")

    assert (match.customer, match.confidence) == (riad, 0.98)


def test_number_shared_by_two_without_a_company_waits_for_a_person():
    atlas = customer("Hôtel Atlas", phone="+212667008103")
    riad = customer("Snack Riad", phone="+212667008103")

    match = identify(phone="+212667008103")

    assert (match.customer, match.candidates) == (None, (atlas, riad))


def test_person_decides_between_those_who_share_a_mailbox():
    customer("Hôtel Atlas", "Nadia Alami", email="commandes@atlas.example")
    karim = customer("Hôtel Atlas", "Karim Bennani", email="commandes@atlas.example")

    assert identify(name="karim BENNANI", email="commandes@atlas.example").customer == karim


def test_another_company_named_by_a_known_number_is_somebody_else():
    atlas = customer("Hôtel Atlas", phone="+212667008103")

    match = identify(company="Boulangerie du Port", phone="+212667008103")

    assert (match.customer, match.candidates) == (None, (atlas,))


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("Pâtisserie Noor", True),
        ("patisserie noor SARL", True),
        ("Noor Patisserie", True),
        ("Patiserie Noor", True),
        ("Pâtisserie Nour", True),
        ("Pâtisserie Lina", False),
        ("Boulangerie Noor", False),
        ("Noor", False),
    ],
)
def test_company_is_recognised_by_its_spelling(written: str, found: bool):  # noqa: FBT001 - a table
    noor = customer("Pâtisserie Noor")

    assert identify(company=written).customer == (noor if found else None)


def test_one_of_hundreds_of_bakeries_is_found():
    Customer.objects.bulk_create(Customer(company=f"Boulangerie {n}") for n in range(400))
    tizi = customer("Boulangerie Tizi Ouzou")

    assert identify(company="boulangerie Tizi Ousou").customer == tizi


def test_mail_domain_leads_to_the_firm_but_a_public_one_to_nobody():
    dounia = customer("Superettes Dounia", email="achats@dounia.example")
    customer("Autre", email="x@gmail.com")

    assert identify(email="compta@dounia.example").customer == dounia
    assert identify(email="compta@not-dounia.example").customer is None
    assert identify(email="y@gmail.com").customer is None


def test_merged_customer_leads_to_the_one_who_stayed():
    stays = customer("Pâtisserie Noor")
    gone = customer("Patisserie Nor", email="a@noor.example")
    gone.merged_into = stays
    gone.save(update_fields=["merged_into"])

    assert identify(email="a@noor.example").customer == stays


def test_nobody_is_found_in_an_empty_house():
    assert identify(name="Karim", company="", email="", phone="").customer is None


@pytest.mark.parametrize("others", [1, 30])
def test_identify_asks_three_questions_at_most(
    others: int, django_assert_max_num_queries: DjangoAssertNumQueries
):
    for number in range(others):
        customer(f"Pâtisserie {number}", email=f"c{number}@p{number}.example")

    with django_assert_max_num_queries(3):
        identify(name="Ali", company="Pâtisserie 3", email="x@p1.example", phone="0667008103")


def test_register_keeps_identities_in_one_form():
    made = register(name=" Ali ", email="ALI@x.example", phone="06 67 00 81 03", user_id="u1")

    rows = CustomerIdentity.objects.filter(customer=made).values_list("kind", "value")
    assert (made.name, sorted(rows)) == (
        "Ali",
        [("email", "ali@x.example"), ("phone", "+212667008103"), ("whatsapp_user_id", "u1")],
    )


def test_register_adds_a_new_number_to_a_known_customer():
    first = register(company="Pâtisserie Noor", email="r@noor.example")
    second = register(company="Patisserie Noor SARL", phone="0667008103", email="r@noor.example")

    assert first == second
    assert first.identities.count() == 2


def test_register_without_any_name_says_what_is_missing():
    with pytest.raises(DomainError) as refusal:
        register(phone="0667008103")

    assert (refusal.value.code, refusal.value.field) == ("customer_without_name", "name")


@pytest.mark.django_db(transaction=True)
def test_two_jobs_register_a_new_customer_once():
    together = threading.Barrier(4)

    def job() -> None:
        together.wait()
        register(company="Pâtisserie Noor", email="r@noor.example", phone="0667008103")
        connection.close()

    threads = [threading.Thread(target=job) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Customer.objects.count() == 1
    assert CustomerIdentity.objects.count() == 2


def test_search_name_follows_the_name_in_single_and_bulk_writes():
    one = Customer.objects.create(company="Café de l'Étoile", name="Zoé")
    Customer.objects.bulk_create([Customer(company="Hôtel Atlas")])
    one.name = "Élise"
    one.save()

    names = Customer.objects.order_by("pk").values_list("search_name", flat=True)
    assert list(names) == ["cafe de l etoile elise", "hotel atlas"]


def test_what_was_only_learnt_recognises_and_proves_nothing():
    made = customer(name="Nadia Alaoui", email="nadia@example.com")
    add_identities(made, [("email", "other@example.com")], confirmed=False)

    assert identify(email="other@example.com").customer == made
    assert known_by(email="other@example.com") == [made]
    assert proven_by(email="other@example.com") == []
    assert proven_by(email="nadia@example.com") == [made]


def test_who_is_confirmed_stays_so_and_who_was_learnt_may_be_confirmed():
    made = customer(name="Nadia Alaoui", email="nadia@example.com")
    add_identities(made, [("email", "nadia@example.com"), ("phone", "+212600000001")])
    add_identities(
        made, [("email", "nadia@example.com"), ("phone", "+212600000002")], confirmed=False
    )
    assert confirmed(made) == {
        "nadia@example.com": True,
        "+212600000001": True,
        "+212600000002": False,
    }

    add_identities(made, [("phone", "+212600000002")])

    assert confirmed(made)["+212600000002"] is True


def test_whom_a_message_names_is_not_who_wrote_it():
    own = normalised(email="autre@example.com")

    made = register(name="Autre", email="nadia@example.com", written_from=own)

    assert confirmed(made) == {"autre@example.com": True, "nadia@example.com": False}


def test_identities_that_came_after_their_customer_are_doubted_once():
    made = customer(name="Nadia Alaoui", email="nadia@example.com")
    add_identities(made, [("email", "late@example.com"), ("source_key", "erp:7")])
    later = made.created_at + timedelta(minutes=5)
    CustomerIdentity.objects.exclude(value="nadia@example.com").update(created_at=later)
    migration = import_module("crm.migrations.0004_identity_is_confirmed")

    migration.doubt_what_came_later(apps, None)

    assert confirmed(made) == {
        "nadia@example.com": True,
        "late@example.com": False,
        "erp:7": True,
    }


def confirmed(made: Customer) -> dict[str, bool]:
    return dict(made.identities.values_list("value", "is_confirmed"))
