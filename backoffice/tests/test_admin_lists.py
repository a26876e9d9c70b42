"""Every list of the admin, asked for what no link of its own asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import User
from django.urls import reverse

from backoffice.core.admin import ModelAdmin

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db

LISTS = sorted(
    f"{model._meta.app_label}_{model._meta.model_name}"
    for model, page in admin.site._registry.items()
    if isinstance(page, ModelAdmin)
)


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("boss"))
    return client


@pytest.mark.parametrize("name", LISTS)
def test_no_filter_and_no_checkbox_makes_a_list_fail(boss: Client, name: str):
    address = reverse(f"admin:{name}_changelist")
    shown = boss.get(address)
    page = next(one for model, one in admin.site._registry.items() if _name(model) == name)
    filters = getattr(shown.context["cl"], "filter_specs", ())

    parameters = [str(key) for one in filters for key in one.expected_parameters()]
    assert boss.get(address, {(parameters or ["q"])[-1]: "a\0"}).status_code == 302
    for action in page.get_actions(shown.wsgi_request):
        posted = {"action": action, ACTION_CHECKBOX_NAME: ["x", "1\0", "", "9" * 40]}
        assert (action, boss.post(address, posted).status_code < 400) == (action, True)


def _name(model: type) -> str:
    return f"{model._meta.app_label}_{model._meta.model_name}"  # type: ignore[attr-defined]
