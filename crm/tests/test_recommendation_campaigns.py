"""Approved recommendations as mailing tools read them, and as the contact history keeps them."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.utils import timezone, translation

from backoffice.core.errors import DomainError
from crm.models import (
    Customer,
    CustomerIdentity,
    Product,
    Recommendation,
    RefusedProduct,
    StockLevel,
)
from crm.recommendations import campaigns
from crm.tests import decided as make

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User
    from pytest_django import DjangoAssertNumQueries, Settings

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
MOBILE, LANDLINE = "+33612345678", "+33140205050"
NBSP = "\N{NO-BREAK SPACE}"


@pytest.fixture
def leila() -> User:
    return make.colleague()


@pytest.fixture
def wines() -> list[Product]:
    return [make.product(name) for name in ("Riesling", "Pinot", "Sylvaner")]


def approved(
    owner: Customer, repeat: list[Product], new: list[Product] | None = None
) -> Recommendation:
    return make.recommendation(
        owner, repeat, new or [], status="approved", decided_at=timezone.now()
    )


def table(
    ids: list[int] | None = None, channel: str = "email", **values: Any
) -> list[dict[str, object]]:
    """The file's rows by heading."""
    heading, *rows = campaigns.rows(ids, channel=channel, **values)
    return [dict(zip(map(str, heading), row, strict=True)) for row in rows]


def refusal(act: Callable[[], object]) -> DomainError:
    with pytest.raises(DomainError) as caught:
        act()
    return caught.value


# --- the columns ---


def test_brevo_gets_its_attributes_and_the_reason_in_the_customers_language(
    wines: list[Product],
) -> None:
    anna = make.customer(
        "Anna Petit", company="Cave Petit", language="fr", email="anna@petit.fr", phone=MOBILE
    )
    made = approved(anna, wines[:1], wines[1:2])
    evidence = [{"code": "bought", "times": 3, "last": "2026-05-03", "every": 40}]
    made.products.filter(product=wines[0]).update(evidence=evidence)

    (row,) = table(products=3)

    with translation.override("fr"):
        said = row["PRODUCT_1_REASON"]
        assert "3 mai 2026" in str(said)
    assert row == {
        "EMAIL": "anna@petit.fr",
        "FIRSTNAME": "Anna",
        "LASTNAME": "Petit",
        "COMPANY": "Cave Petit",
        "LANGUAGE": "fr",
        "SMS": MOBILE,
        "LANDLINE_NUMBER": MOBILE,
        "EXT_ID": str(anna.pk),
        "PRODUCT_1_NAME": "Riesling",
        "PRODUCT_1_PRICE": f"12,50{NBSP}EUR",
        "PRODUCT_1_REASON": said,
        "PRODUCT_1_SKU": wines[0].sku,
        "PRODUCT_2_NAME": "Pinot",
        "PRODUCT_2_PRICE": f"12,50{NBSP}EUR",
        "PRODUCT_2_REASON": "",
        "PRODUCT_2_SKU": wines[1].sku,
        "PRODUCT_3_NAME": "",
        "PRODUCT_3_PRICE": "",
        "PRODUCT_3_REASON": "",
        "PRODUCT_3_SKU": "",
    }


def test_a_french_account_of_brevo_calls_names_in_french() -> None:
    with translation.override("fr"):
        heading = next(campaigns.rows(None, channel="email"))

    assert heading[:4] == ["EMAIL", "PRENOM", "NOM", "COMPANY"]


def test_mailchimp_gets_its_own_labels_and_commas(wines: list[Product], settings: Settings) -> None:
    # Customers are written to in the house's language, whose prices have a comma.
    settings.LANGUAGE_CODE = "fr"
    approved(make.customer("Anna Petit", email="anna@petit.fr", phone=MOBILE), wines[:1])
    heading, *rows = campaigns.rows(None, channel="email", tool="mailchimp", products=1)

    content = b"".join(campaigns.formats("mailchimp")["csv"].chunks(heading, rows))  # type: ignore[union-attr]

    heading_line, line = content.decode("utf-8-sig").splitlines()
    assert heading_line == (
        "Email Address,First Name,Last Name,Company,Language,SMS Phone Number,Phone Number,"
        "Customer ID,PRODUCT_1_NAME,PRODUCT_1_PRICE,PRODUCT_1_REASON,PRODUCT_1_SKU"
    )
    person = f"anna@petit.fr,Anna,Petit,,,{MOBILE},{MOBILE},{rows[0][7]}"
    assert line == f'{person},Riesling,"12,50{NBSP}EUR",,{wines[0].sku}'


def test_no_cell_is_a_formula_and_phones_keep_their_plus(wines: list[Product]) -> None:
    anna = make.customer("=cmd() Petit", company="+SUM(1)", email="anna@petit.fr", phone=MOBILE)
    Product.objects.filter(pk=wines[0].pk).update(name="@evil", sku="-1+1")
    approved(anna, wines[:1])

    formats = campaigns.formats()
    heading, *rows = campaigns.rows(None, channel="email", products=1)
    text = b"".join(formats["csv"].chunks(heading, rows)).decode("utf-8-sig")  # type: ignore[union-attr]
    out = io.BytesIO()
    formats["xlsx"].write(out, heading, rows)  # type: ignore[union-attr]

    (_heading, in_csv) = csv.reader(io.StringIO(text), delimiter=";")
    sheet = openpyxl.load_workbook(io.BytesIO(out.getvalue())).active
    assert sheet is not None
    in_xlsx = [cell.value or "" for cell in sheet[2]]
    assert in_csv == in_xlsx
    assert [cell.data_type for cell in sheet[2] if cell.value] == ["s"] * 10
    assert in_csv[:7] == ["anna@petit.fr", "'=cmd()", "Petit", "'+SUM(1)", "", MOBILE, MOBILE]
    assert (in_csv[8], in_csv[11]) == ("'@evil", "'-1+1")


@pytest.mark.parametrize(
    ("name", "company", "expected"),
    [
        ("Anna Petit", "", ("Anna", "Petit")),
        ("PETIT Anna", "", ("Anna", "PETIT")),
        ("Anna Maria DE LA TOUR", "", ("Anna Maria", "DE LA TOUR")),
        ("Mme Petit", "", ("", "Petit")),
        ("M. Jean Petit", "", ("Jean", "Petit")),
        ("Anna", "", ("Anna", "")),
        ("", "Cave Petit", ("", "")),
        ("Cave Petit", "Cave Petit", ("", "")),
    ],
)
def test_one_name_is_cut_in_two(
    wines: list[Product], name: str, company: str, expected: tuple[str, str]
) -> None:
    approved(make.customer(name, company=company, email="a@b.fr"), wines[:1])

    (row,) = table()

    assert (row["FIRSTNAME"], row["LASTNAME"]) == expected


def test_long_reasons_are_cut_where_the_tools_would(wines: list[Product]) -> None:
    Product.objects.filter(pk=wines[1].pk).update(name="é" * 200)
    made = approved(make.customer(email="a@b.fr"), [], wines[:1])
    facts = [{"code": "together", "product": wines[1].pk, "customers": 4}]
    made.products.update(evidence=facts)

    (row,) = table()

    said = str(row["PRODUCT_1_REASON"])
    assert len(said.encode()) <= 255
    assert said.endswith("…")


def test_what_colleagues_say_is_not_for_the_customer(wines: list[Product]) -> None:
    made = approved(make.customer(email="a@b.fr"), wines[:1])
    made.products.update(evidence=[{"code": "by_hand"}, {"code": "rated", "rating": 5}])

    assert table()[0]["PRODUCT_1_REASON"] == ""


def test_both_lists_are_in_a_short_choice(wines: list[Product]) -> None:
    approved(make.customer(email="a@b.fr"), wines[:2], wines[2:])

    (row,) = table(products=2)

    assert (row["PRODUCT_1_NAME"], row["PRODUCT_2_NAME"]) == ("Riesling", "Sylvaner")


# --- who is in the file ---


def test_a_customer_has_one_row_and_only_what_is_approved_and_unused(
    wines: list[Product], leila: User
) -> None:
    anna, omar = make.customer(email="anna@petit.fr"), make.customer("Omar", email="o@x.fr")
    approved(anna, wines[:1])
    latest = approved(anna, wines[1:2])
    make.recommendation(omar, wines)

    assert [row["PRODUCT_1_NAME"] for row in table()] == ["Pinot"]
    campaigns.mark_contacted([latest.pk], channel="email", campaign="May", by=leila)
    # The one before is out of date; the file of the campaign can be had again.
    assert table() == []
    assert campaigns.mark_contacted(None, channel="email", campaign="May", by=leila) == 0
    assert [row["PRODUCT_1_NAME"] for row in table([latest.pk])] == ["Pinot"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"consent_email": False}, "1 customer does not want to be contacted this way."),
        ({"archived_at": timezone.now()}, "1 customer is archived."),
    ],
)
def test_consent_is_looked_up_at_the_moment_of_the_export(
    wines: list[Product], change: dict[str, object], reason: str
) -> None:
    anna = make.customer(email="anna@petit.fr")
    made = approved(anna, wines)
    rows = campaigns.rows([made.pk], channel="email")
    next(rows)
    # The heading has left already.
    Customer.objects.filter(pk=anna.pk).update(**change)

    assert list(rows) == []
    assert campaigns.preview([made.pk], channel="email").sentences() == [reason]


@pytest.mark.parametrize(
    ("channel", "phone", "is_reached"),
    [
        ("sms", MOBILE, True),
        ("sms", LANDLINE, False),
        ("call", LANDLINE, True),
        ("email", MOBILE, False),
    ],
)
def test_who_cannot_be_reached_is_left_out(
    wines: list[Product],
    channel: str,
    phone: str,
    is_reached: bool,  # noqa: FBT001 - of a table
) -> None:
    made = approved(make.customer(phone=phone), wines)

    assert len(table(channel=channel)) == is_reached
    told = [] if is_reached else ["1 customer has no confirmed address or number for it."]
    assert campaigns.preview([made.pk], channel=channel).sentences() == told


def test_an_address_that_nobody_confirmed_is_not_written_to(wines: list[Product]) -> None:
    anna = make.customer(email="maybe@petit.fr")
    CustomerIdentity.objects.update(is_confirmed=False)
    approved(anna, wines)

    assert table() == []


def test_a_way_that_the_customer_refused_is_not_told_to_the_tool(wines: list[Product]) -> None:
    approved(make.customer(email="a@b.fr", phone=MOBILE, consent_sms=False), wines)

    (row,) = table()

    assert (row["EMAIL"], row["SMS"], row["LANDLINE_NUMBER"]) == ("a@b.fr", "", MOBILE)


def test_products_that_may_not_be_proposed_any_more_are_left_out(wines: list[Product]) -> None:
    anna = make.customer(email="a@b.fr")
    wines += [make.product("Muscat"), make.product("Merlot")]
    made = approved(anna, wines)
    Product.objects.filter(pk=wines[0].pk).update(is_active=False)
    StockLevel.objects.create(product=wines[1], quantity=0)
    RefusedProduct.objects.create(customer=anna, product=wines[2])
    make.sale(anna, wines[3], timezone.localdate())

    (row,) = table(products=2)

    assert (row["PRODUCT_1_NAME"], row["PRODUCT_2_NAME"]) == ("Merlot", "")
    Product.objects.filter(pk=wines[4].pk).update(is_active=False)
    assert table() == []
    preview = campaigns.preview([made.pk], channel="email")
    assert (preview.customers, preview.products, preview.left_out) == (0, 0, {"no_products": 1})
    assert preview.sentences()[0].startswith("1 customer has no product left that may be")


def test_the_other_recommendations_of_a_file_cost_no_more_queries(
    wines: list[Product], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    approved(make.customer(email="a@b.fr"), wines)
    with django_assert_num_queries(9):
        table()
    for number in range(2):
        approved(make.customer(email=f"{number}@b.fr"), wines)
    with django_assert_num_queries(9):
        assert len(table()) == 3


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (
            {"channel": "fax"},
            "“fax” is not a channel of campaigns: choose one of email, sms, call.",
        ),
        (
            {"channel": "email", "tool": "x"},
            "“x” is not a mailing tool we know: choose one of brevo, mailchimp.",
        ),
        (
            {"channel": "email", "products": 0},
            "Export between 1 and 100 products, not 0.",
        ),
    ],
)
def test_wrong_wishes_are_named_before_the_first_row(values: dict[str, Any], sentence: str) -> None:
    assert str(refusal(lambda: campaigns.rows(None, **values))) == sentence
