"""Other names of products: on the product's page and in sheets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils import translation

from crm.models import Product
from crm.tests.test_resources import exported, load

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client
    from pytest_django.fixtures import Settings

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client: Client, settings: Settings, tmp_path: Path) -> Client:
    settings.MEDIA_ROOT = tmp_path
    client.force_login(User.objects.create_superuser("boss"))
    return client


def test_other_names_are_kept_one_by_one():
    product = Product(sku="P1", name="Boîte", synonyms="  boîte à pizza \r\n\r\n carton pizza")

    product.full_clean()

    assert product.synonyms == "boîte à pizza\ncarton pizza"
    assert product.other_names == ("boîte à pizza", "carton pizza")


def test_a_name_means_one_product():
    Product.objects.create(sku="P1", name="Boîte pizza", synonyms="Zif")

    with pytest.raises(ValidationError) as refused, translation.override("en"):
        Product(sku="P2", name="Barquette", synonyms="barq\nZÎF").full_clean()

    assert refused.value.message_dict == {"synonyms": ["“ZÎF” already means Boîte pizza."]}


def test_other_names_travel_in_sheets(boss: Client):
    assert load(boss, "product", 'sku;name;synonyms\nP1;Boîte;"zif; boîte à pizza"\n') == {"new": 1}

    assert Product.objects.get(sku="P1").other_names == ("zif", "boîte à pizza")
    text = exported(boss, "product")
    assert "zif; boîte à pizza" in text
    assert load(boss, "product", text)["skip"] == Product.objects.count()


def test_the_page_takes_other_names(boss: Client):
    product = Product.objects.create(sku="P1", name="Boîte")
    address = f"/admin/crm/product/{product.pk}/change/"
    form = boss.get(address).context["adminform"].form
    values = {name: form[name].value() or "" for name in form.fields}
    values |= {"synonyms": "zif\nboîte à pizza", "attributes": "{}"}
    values |= {"stock_levels-TOTAL_FORMS": "0", "stock_levels-INITIAL_FORMS": "0"}

    answer = boss.post(address, values)

    assert answer.status_code == 302
    product.refresh_from_db()
    assert product.other_names == ("zif", "boîte à pizza")
