from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from django.utils import translation

if TYPE_CHECKING:
    from django.forms import ModelForm
    from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("codename", "label"),
    [
        ("view_order", "Commandes | commande | Peut voir"),
        ("validate_order", "Commandes | commande | Peut valider les commandes"),
        ("delete_user", "Authentification et autorisation | utilisateur | Peut supprimer"),
    ],
)
def test_what_a_role_allows_is_said_in_the_language_of_the_page(
    admin_client: Client, codename: str, label: str
):
    permission = Permission.objects.get(codename=codename)
    role = Group.objects.create(name="anything")

    with translation.override("fr"):
        address = reverse("admin:auth_group_change", args=[role.pk])
        page = admin_client.get(address, headers={"accept-language": "fr"})
        form: ModelForm[Group] = page.context["adminform"].form
        labels = dict(form.fields["permissions"].choices)  # type: ignore[attr-defined]

        assert {str(key): said for key, said in labels.items()}[str(permission.pk)] == label
