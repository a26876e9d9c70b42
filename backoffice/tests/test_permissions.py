"""Who may open what: generated over every page and action of the admin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.urls import NoReverseMatch, reverse

from backoffice.core.admin import pages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Address:
    """A page of the admin and the permission that opens it (none: superusers only)."""

    url: str
    permissions: tuple[str, ...]

    def __str__(self) -> str:
        return self.url


def addresses() -> Iterator[Address]:
    for model, model_admin in admin.site._registry.items():
        label = f"{model._meta.app_label}.%s_{model._meta.model_name}"
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_%s"
        yield Address(reverse(name % "changelist"), (label % "view",))
        if type(model_admin).has_add_permission is admin.ModelAdmin.has_add_permission:
            # django's user form asks for both.
            needed = ("add", "change", "view") if model is User else ("add",)
            yield Address(reverse(name % "add"), tuple(label % verb for verb in needed))
        # Nobody exports what they may not see.
        for verb, codes in {"import": ["import"], "export": ["export", "view"]}.items():
            try:
                yield Address(reverse(name % verb), tuple(label % code for code in codes))
            except NoReverseMatch:
                continue
    for page in pages.all_pages():
        yield Address(reverse(f"admin:{page.name}"), (page.permission,))


PAGES = list(addresses())


def action_addresses() -> Iterator[str]:
    for model, model_admin in admin.site._registry.items():
        entries: Any = model_admin
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_%s"
        for entry in (*entries._get_base_actions_detail(), *entries._get_base_actions_row()):
            yield reverse(f"admin:{entry.action_name}", args=[1])
        for entry in entries._get_base_actions_list():
            yield reverse(f"admin:{entry.action_name}")
        for page in ("change", "delete", "history"):
            yield reverse(name % page, args=[1])


ACTIONS = sorted(set(action_addresses()))


def staff(*codes: str) -> User:
    user = User.objects.create_user("ali", is_staff=True)
    for code in codes:
        app_label, codename = code.split(".")
        found = Permission.objects.get(content_type__app_label=app_label, codename=codename)
        user.user_permissions.add(found)
    return user


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_page_opens_with_its_permission_and_for_nobody_else(client: Client, page: Address):
    assert client.get(page.url).headers["Location"] == f"/admin/login/?next={page.url}"
    user = staff()
    client.force_login(user)
    assert client.get(page.url).status_code == 403
    user.delete()
    client.force_login(staff(*page.permissions))
    assert client.get(page.url).status_code == 200


@pytest.mark.parametrize("url", ACTIONS)
def test_action_is_closed_to_strangers_and_to_staff_without_permission(client: Client, url: str):
    assert client.get(url).headers["Location"] == f"/admin/login/?next={url}"
    client.force_login(staff())
    answers = {client.get(url).status_code, client.post(url, {"_form_submitted": "on"}).status_code}
    # Django answers for a row that is not there by leading home.
    assert answers <= {403, 302, 404}
    if "/change/" not in url and "/delete/" not in url and "/history/" not in url:
        assert answers == {403}


def test_visitor_who_is_no_staff_is_asked_to_sign_in(client: Client):
    client.force_login(User.objects.create_user("ali"))

    answer = client.get("/admin/crm/customer/")

    assert answer.headers["Location"] == "/admin/login/?next=/admin/crm/customer/"


def test_every_action_that_writes_asks_first():
    without = [
        f"{model._meta.label}.{entry.action_name}"
        for model, model_admin in admin.site._registry.items()
        for entry in (
            *model_admin._get_base_actions_detail(),  # type: ignore[attr-defined]
            *model_admin._get_base_actions_row(),  # type: ignore[attr-defined]
            *model_admin._get_base_actions_list(),  # type: ignore[attr-defined]
        )
        if entry.dialog is None
    ]

    assert without == []
