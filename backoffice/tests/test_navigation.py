from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User

from backoffice.core.roles import ROLES, ensure_roles
from backoffice.core.security import POLICY
from backoffice.navigation import GROUPS
from orders.models import Order

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db


def sidebar(client: Client) -> dict[str, list[str]]:
    groups = client.get("/admin/").context["sidebar_navigation"]
    return {str(group["title"]): [entry["link"] for entry in group["items"]] for group in groups}


def staff(client: Client, role: str) -> None:
    user = User.objects.create_user("ali", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)


def test_pages_stand_in_the_group_of_their_domain(admin_client: Client):
    shown = sidebar(admin_client)

    assert shown[""] == ["/admin/"]
    assert "/admin/orders/order/" in shown["Commandes"]
    assert "/admin/crm/customer/" in shown["Clients"]
    assert "/admin/auth/user/" in shown["Système"]


def test_home_is_called_home(admin_client: Client):
    assert admin_client.get("/admin/").context["title"] == "Accueil"


def test_groups_without_pages_do_not_show(admin_client: Client):
    assert all(links for links in sidebar(admin_client).values())


def test_role_sees_only_its_pages(client: Client):
    staff(client, "Lecture seule")

    shown = sidebar(client)

    assert "/admin/crm/customer/" in shown["Clients"]
    assert "Système" not in shown


def test_every_page_of_the_admin_has_its_place():
    placed = {page.target for _title, pages in GROUPS for page in pages}
    models = {model._meta.label_lower for model in admin.site._registry}

    # Autocomplete and inlines need these; nobody looks for them in the sidebar.
    assert models - placed == set()


def test_badge_says_how_much_waits(admin_client: Client):
    Order.objects.create(number="CMD-2026-00001")

    groups = admin_client.get("/admin/").context["sidebar_navigation"]
    badges = {entry["link"]: entry.get("badge") for group in groups for entry in group["items"]}
    assert badges["/admin/orders/order/"] == "1"
    assert badges["/admin/crm/customer/"] is None


def language(client: Client, **headers: str) -> str:
    return client.get("/admin/", headers=headers).headers["Content-Language"]


def test_staff_get_french_even_from_an_english_browser(admin_client: Client):
    assert language(admin_client, accept_language="en-US,en") == "fr"


def test_person_switches_to_english_and_back(admin_client: Client):
    admin_client.post("/i18n/setlang/", {"language": "en", "next": "/admin/"})
    assert language(admin_client) == "en"
    admin_client.post("/i18n/setlang/", {"language": "fr", "next": "/admin/"})
    assert language(admin_client) == "fr"


def test_language_nobody_speaks_here_is_french(admin_client: Client):
    admin_client.cookies["django_language"] = "xx"

    assert language(admin_client) == "fr"


def test_roles_are_made_once_and_only_gain():
    group = Group.objects.get(name="Support")
    extra = Group.objects.get(name="Responsable").permissions.exclude(group=group).first()
    assert extra is not None
    group.permissions.add(extra)
    before = set(group.permissions.all())

    ensure_roles()

    assert set(group.permissions.all()) == before
    assert set(Group.objects.values_list("name", flat=True)) == set(ROLES)


@pytest.mark.parametrize(
    ("role", "code", "may"),
    [
        ("Commercial", "orders.validate_order", True),
        ("Commercial", "crm.import_customer", False),
        ("Support", "orders.validate_order", False),
        ("Responsable", "crm.import_customer", True),
        ("Responsable", "auth.change_user", False),
        ("Lecture seule", "orders.view_order", True),
        ("Lecture seule", "orders.change_order", False),
    ],
)
def test_what_a_role_may(role: str, code: str, may: bool):  # noqa: FBT001 - a table
    user = User.objects.create_user("ali", is_staff=True)
    user.groups.add(Group.objects.get(name=role))

    assert user.has_perm(code) is may


@pytest.mark.parametrize("address", ["/admin/", "/admin/login/", "/admin/crm/customer/import/"])
def test_pages_allow_nothing_from_elsewhere(admin_client: Client, address: str):
    response = admin_client.get(address, follow=True)

    assert response.headers["Content-Security-Policy"] == POLICY
    assert b'src="http' not in response.content
    assert b'rel="stylesheet" href="http' not in response.content
