"""A customer writes, staff correct and validate, the customer writes again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from django.utils import translation

from crm.models import Product
from orders import intake, understanding, workflow
from orders.learning import facts, remember
from orders.learning.tests.desk import (
    FLAT,
    HANDLES,
    OTHER_PHONE,
    PHONE,
    PLAIN,
    THIRD_PHONE,
    TWISTED,
    arrive,
    lines_of,
    ordered,
    sentences_of,
    staff_client,
    validate,
)
from orders.models import FieldOutcome, LearnedFact, Lesson, Order
from orders.tests import factories as make

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import DjangoAssertNumQueries, Settings

    from backoffice.messaging.content import MessageContent
    from crm.models import Customer

pytestmark = pytest.mark.django_db
FIRST = "Salam, chez Momo : 3000 zif et 500 sacs carrés svp"


@pytest.fixture(autouse=True)
def desk(settings: Settings) -> Iterator[None]:
    settings.OPENAI_API_KEY = ""
    make.all_products()
    with translation.override("en"):
        settings.LANGUAGE_CODE = "en"
        yield


@pytest.fixture
def atlas() -> Customer:
    return make.CustomerFactory.create(name="Mohamed Alami", company="Snack Atlas")


@pytest.fixture
def tizi() -> Customer:
    return make.CustomerFactory.create(company="Boulangerie Tizi", phone=THIRD_PHONE)


def taught(atlas: Customer) -> Order:
    """The first order of "Momo": staff choose who that is, mend one line and add another."""
    return validate(
        ordered(FIRST),
        customer=atlas.pk,
        currency="MAD",
        add={"product": FLAT, "description": "zif", "quantity": "3000", "unit_price": "0.19"},
        **{"lines-0-product": HANDLES, "lines-0-unit_price": "0.7"},
    )


def test_what_staff_corrected_is_proposed_the_next_time_with_where_it_is_from(atlas: Customer):
    before = ordered(FIRST)
    assert (before.customer, lines_of(before)) == (None, [(PLAIN, 500, "piece", None)])
    before.delete()
    first = taught(atlas)

    again = ordered("Salam, chez Momo 2000 zif et 400 sacs carrés")

    assert again.customer == atlas
    assert lines_of(again) == [(FLAT, 2000, "piece", "0.19"), (HANDLES, 400, "piece", "0.7")]
    assert (str(again.total), again.currency) == ("660.00", "MAD")
    source = f"learned from {first.number}"
    assert sentences_of(again) == [
        f"Line 1: “zif” means Sachets fond plat, {source}.",
        f"Line 2: “sacs carres” means Sac fond carré avec poignées plates, {source}.",
        f"Line 1: usual price 0.19 MAD, {source}; the message states none.",
        f"Line 2: usual price 0.7 MAD, {source}; the message states none.",
    ]
    # Of the number that ordered, too, staff only know what that order said.
    warning, *sentences = again.attention.splitlines()
    assert warning == (
        "Goods or prices are those of earlier orders of Snack Atlas: the confirmation tells them."
        " The address is not confirmed as theirs: make sure who wrote this."
    )
    assert sentences == sentences_of(again)
    # No list of orders validated at once shall hide a price that nobody stated.
    assert again.confidence == 0.65


def test_who_only_signs_with_a_customers_name_is_not_told_its_prices(atlas: Customer):
    first = taught(atlas)

    order = ordered("Salam, chez Momo 2000 zif", phone=OTHER_PHONE)

    assert (order.customer, lines_of(order)) == (atlas, [(FLAT, 2000, "piece", None)])
    assert (order.total, order.currency) == (None, "")
    source = f"learned from {first.number}"
    named = f"Check the customer: Snack Atlas was recognised by the name “momo”, {source}."
    assert order.attention.splitlines() == [named, *sentences_of(order)[1:]]


def test_the_page_of_the_order_links_to_the_order_that_taught_it(atlas: Customer):
    first = taught(atlas)
    again = ordered("Salam, chez Momo 2000 zif", phone=OTHER_PHONE)
    fact = LearnedFact.objects.get(phrase="zif")

    client = staff_client()
    page = client.get(reverse("admin:orders_order_change", args=[again.pk])).content.decode()

    assert f"“zif” means Sachets fond plat, learned from {first.number}." in page
    assert reverse("admin:orders_order_change", args=[first.pk]) in page
    # Who may not see learned facts gets no link to them.
    details = reverse("admin:orders_learnedfact_change", args=[fact.pk])
    assert details not in page
    client.force_login(make.staff("rachid", "view_order", "view_learnedfact"))
    assert (
        details
        in client.get(reverse("admin:orders_order_change", args=[again.pk])).content.decode()
    )


@pytest.mark.parametrize("way", ["fact by fact", "all of it"])
def test_switched_off_everything_is_as_before(atlas: Customer, settings: Settings, way: str):
    taught(atlas)
    if way == "all of it":
        settings.LEARNING = False
    else:
        for fact in LearnedFact.objects.all():
            facts.switch(fact.pk, is_active=False)

    again = ordered("Salam, chez Momo : 2000 zif et 400 sacs carrés svp", phone=OTHER_PHONE)

    assert (again.customer, lines_of(again)) == (None, [(PLAIN, 400, "piece", None)])
    assert sentences_of(again) == []


def test_what_was_switched_off_is_not_learned_again(atlas: Customer):
    taught(atlas)
    for fact in LearnedFact.objects.all():
        facts.switch(fact.pk, is_active=False)
    before = list(LearnedFact.objects.order_by("pk").values())

    taught(atlas)

    assert list(LearnedFact.objects.order_by("pk").values()) == before


def test_switched_off_altogether_nothing_is_learned_but_the_figures_go_on(
    atlas: Customer, settings: Settings
):
    settings.LEARNING = False

    order = taught(atlas)

    assert not LearnedFact.objects.exists()
    assert FieldOutcome.objects.filter(order=order, field="added").exists()


def test_prices_can_be_switched_off_alone(atlas: Customer, settings: Settings):
    taught(atlas)
    settings.LEARNING_PRICES = False

    again = ordered("chez Momo 2000 zif")

    assert (again.customer, lines_of(again)) == (atlas, [(FLAT, 2000, "piece", None)])
    assert (again.total, again.currency) == (None, "")


def test_learning_twice_from_one_order_changes_nothing(atlas: Customer):
    order = taught(atlas)
    facts_before = list(LearnedFact.objects.order_by("pk").values())
    outcomes_before = list(FieldOutcome.objects.order_by("pk").values())

    remember(order, list(order.lines.select_related("product")))

    assert list(LearnedFact.objects.order_by("pk").values()) == facts_before
    assert list(FieldOutcome.objects.order_by("pk").values()) == outcomes_before


def test_nothing_is_learned_from_drafts_and_rejections(atlas: Customer):
    order = ordered(FIRST)
    clerk = make.clerk()

    workflow.edit(order.pk, by=clerk, changes={"customer_id": atlas.pk})
    assert not LearnedFact.objects.exists()
    workflow.reject(order.pk, by=clerk, reason="no")

    assert (LearnedFact.objects.count(), FieldOutcome.objects.count()) == (0, 0)


def test_one_customers_words_and_prices_are_nobody_elses(atlas: Customer, tizi: Customer):
    taught(atlas)

    theirs = ordered("Bonjour, 2000 sachets fond plat et 400 sacs carrés", phone=THIRD_PHONE)

    assert theirs.customer == tizi
    assert lines_of(theirs) == [(FLAT, 2000, "piece", None), (PLAIN, 400, "piece", None)]
    assert sentences_of(theirs) == []


def test_who_orders_for_somebody_else_is_read_in_the_others_words(atlas: Customer, tizi: Customer):
    """The telephone of one customer, the name of another: only the words of the second count."""
    taught(atlas)
    ayour = make.CustomerFactory.create(name="", company="Boutique Ayour Deco")

    order = ordered("Salam, pour la société Ayour Deco : 400 sacs carrés et 2000 zif", phone=PHONE)

    assert order.customer == ayour
    assert lines_of(order) == [(PLAIN, 400, "piece", None), (None, 2000, "piece", None)]
    assert sentences_of(order) == []


def test_a_word_is_everybodys_after_three_customers(tizi: Customer):
    def teach(company: str, phone: str) -> None:
        customer = make.CustomerFactory.create(name="", company=company, phone=phone)
        order = ordered("Bonjour, 300 sacs carrés et 50 zif", phone=phone)
        assert order.customer == customer
        validate(order, add={"product": TWISTED, "description": "zif", "quantity": "50"})

    teach("Snack Noor", "+212661000004")
    teach("Riad Yasmina", "+212661000005")
    assert not LearnedFact.objects.filter(customer=None).exists()
    teach("Fournil Azur", "+212661000006")

    common = LearnedFact.objects.get(customer=None)
    assert (common.phrase, common.product, common.times_seen) == ("zif", make.product(TWISTED), 1)
    assert lines_of(ordered("je veux 70 zif", phone=THIRD_PHONE)) == [(TWISTED, 70, "piece", None)]


def test_a_contradiction_weakens_and_the_new_meaning_takes_over(atlas: Customer):
    taught(atlas)
    second = ordered("chez Momo 2000 zif", phone=OTHER_PHONE)
    assert lines_of(second) == [(FLAT, 2000, "piece", None)]

    validate(second, **{"lines-0-product": TWISTED, "lines-0-unit_price": "0.9"})

    strength = dict(
        LearnedFact.objects.filter(phrase="zif").values_list("product__sku", "times_seen")
    )
    assert strength == {FLAT: 0, TWISTED: 1}
    assert list(
        Lesson.objects.filter(order=second, fact__phrase="zif")
        .values_list("fact__product__sku", "agrees")
        .order_by("fact__product__sku")
    ) == [(TWISTED, True), (FLAT, False)]
    assert lines_of(ordered("chez Momo 1000 zif")) == [(TWISTED, 1000, "piece", "0.9")]


def test_a_word_that_reads_clearly_is_no_vocabulary(atlas: Customer):
    """Staff who change a clear line do so for a reason that is not in the words."""
    order = ordered("chez Momo 500 sacs fond carré poignées plates")

    validate(order, customer=atlas.pk, **{"lines-0-product": TWISTED})

    assert not LearnedFact.objects.filter(kind=facts.Kind.PRODUCT_WORD).exists()


def test_an_order_opened_by_hand_teaches_words_too(atlas: Customer):
    message = arrive("chez Momo 300 zif", phone=OTHER_PHONE)
    order = make.OrderFactory.create(
        message=message, method="manual", customer=atlas, channel="whatsapp"
    )
    make.OrderLineFactory.create(
        order=order, product=make.product(TWISTED), description="zif", quantity=300
    )

    workflow.validate(order.pk, by=make.clerk())

    fact = LearnedFact.objects.get(kind=facts.Kind.PRODUCT_WORD)
    assert (fact.phrase, fact.product, fact.customer) == ("zif", make.product(TWISTED), atlas)
    assert not FieldOutcome.objects.exists()


def test_a_line_whose_product_the_reader_left_open_is_given_the_learned_one(atlas: Customer):
    """A model is told the words, but may not have followed."""
    taught(atlas)
    message = make.MessageFactory.create(channel="whatsapp", sender_phone=PHONE)
    content = make.content("", channel="whatsapp", name="", email="", phone=PHONE)
    reading = make.reading(
        make.line("", 50, description="zif imprimé"), make.line("", 20, description="ruban")
    )

    intake.act_on(message, content, reading)

    order = Order.objects.get(message=message)
    assert [sku for sku, *_rest in lines_of(order)] == [FLAT, None]
    assert "Line 1: “zif” means Sachets fond plat" in sentences_of(order)[0]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("chez Momo 300 zif et 500 sacs plats", {"zif"}),
        ("chez Momo 300 pour demain et 500 sacs plats", set()),
        ("chez Momo 300 zif et 300 zaf et 500 sacs plats", set()),
    ],
)
def test_a_line_added_without_words_takes_those_beside_its_quantity(
    atlas: Customer, body: str, words: set[str]
):
    order = ordered(body)

    validate(order, customer=atlas.pk, add={"product": TWISTED, "quantity": "300"})

    facts_learned = LearnedFact.objects.filter(kind=facts.Kind.PRODUCT_WORD)
    assert {fact.phrase for fact in facts_learned} == words


def test_a_product_added_in_the_admin_is_read_by_its_names(tizi: Customer):
    boss = staff_client()
    boss.force_login(make.staff("boss", "add_product", "view_product"))
    form = boss.get(reverse("admin:crm_product_add")).context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    values |= {"sku": "boite33", "name": "Boîte pizza 33", "synonyms": "carton pizza\nboxat"}
    posted = {name: value for name, value in values.items() if value is not None}
    assert boss.post(reverse("admin:crm_product_add"), posted).status_code == 302

    for text in ("200 boites pizza 33", "Bonjour, 200 cartons pizza svp", "bghit 200 boxat"):
        order = ordered(text, phone=THIRD_PHONE)
        assert (order.customer, lines_of(order)) == (tizi, [("boite33", 200, "piece", None)])

    product = Product.objects.get(sku="boite33")
    product.is_active = False
    product.save()
    order = ordered("200 boites pizza 33", phone=THIRD_PHONE)
    assert [sku for sku, *_rest in lines_of(order)] == [None]


def test_a_packaging_product_that_is_no_longer_sold_is_not_proposed(tizi: Customer):
    product = make.product(TWISTED)
    product.is_active = False
    product.save()

    order = ordered("500 sacs poignées torsadées et 200 sachets", phone=THIRD_PHONE)

    assert [sku for sku, *_rest in lines_of(order)] == [None, FLAT]


def test_a_message_costs_the_same_few_queries_however_many_lines(
    tizi: Customer, django_assert_num_queries: DjangoAssertNumQueries
):
    def content(lines: int) -> MessageContent:
        body = "\n".join(f"- {number}00 sachets {number}x30" for number in range(2, lines + 2))
        return make.content(body, channel="whatsapp", email="", phone=THIRD_PHONE)

    understanding.read(content(1))
    for lines in (1, 30):
        with django_assert_num_queries(7):
            assert len(understanding.read(content(lines))[0].lines) == lines
