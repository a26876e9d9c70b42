from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import Permission, User
from django.utils import timezone
from django_q.models import OrmQ

from crm import tasks
from crm.models import (
    Customer,
    CustomerIdentity,
    CustomerProfile,
    Interaction,
    Recommendation,
    RecommendationRules,
    RecommendationRun,
    RecommendedProduct,
    RefusedProduct,
    Sale,
    StockLevel,
)
from crm.recommendations import campaigns
from crm.recommendations.deciding import workflow
from crm.tests import recommended as make
from crm.tests.test_resources import exported, load

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
LIST = "/admin/crm/recommendation/"
RUNS = "/admin/crm/recommendationrun/"
RULES = "/admin/crm/recommendationrules/"
REFUSED = "/admin/crm/refusedproduct/"
CAMPAIGN = "/admin/crm/recommendations/campaign/"
DIALOG = {"_form_submitted": "on"}


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("boss"))
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def reader(client: Client) -> Client:
    """Who may look and do nothing else."""
    user = User.objects.create_user("omar", is_staff=True)
    seen = ["view_recommendation", "view_refusedproduct", "view_recommendationrules"]
    user.user_permissions.set(Permission.objects.filter(codename__in=seen))
    client.force_login(user)
    return client


def page(row: Recommendation, kept: str = "") -> str:
    return f"{LIST}{row.pk}/change/" + (f"?_changelist_filters={kept}" if kept else "")


def shown(client: Client, query: str = "") -> list[int]:
    answer = client.get(LIST + query)
    assert answer.status_code == 200
    return [row.pk for row in answer.context["cl"].result_list]


def status_of(row: Recommendation) -> str:
    return Recommendation.objects.get(pk=row.pk).status


# --- the list ---


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_number_of_questions(
    boss: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
):
    for _number in range(rows):
        make.recommendation()

    with django_assert_num_queries(6):
        assert len(shown(boss)) == rows


def test_the_list_shows_those_to_review_the_surest_first(boss: Client):
    low, high = (make.recommendation(confidence=share) for share in ("0.2", "0.9"))
    done = make.recommendation(status="approved", decided_at=timezone.now())

    assert shown(boss) == [high.pk, low.pk]
    assert shown(boss, "?status=approved") == [done.pk]
    assert shown(boss, "?status=all&o=4.-7") == [low.pk, done.pk, high.pk]
    # Whoever is looked for is found in any state.
    assert shown(boss, f"?customer__id__exact={done.customer_id}") == [done.pk]


@pytest.mark.parametrize(
    ("query", "values"),
    [
        ("algorithm=hybrid", {"new_algorithm": "hybrid"}),
        ("list=repeat", {"new": 0}),
        ("segment=at_risk", {"segment": "at_risk"}),
        ("confidence=high", {"confidence": "0.700"}),
        ("quality=low", {"quality": 59}),
        ("issue=low_data_quality", {"quality": 59}),
        ("issue=few_products", {"again": 1, "new": 0}),
        ("rated=high", {"rating": 4}),
        (
            "contacted=no",
            {"status": "approved", "decided_at": timezone.now()},
        ),
    ],
)
def test_filters_find_what_they_name(boss: Client, query: str, values: dict[str, Any]):
    make.recommendation(confidence="0.500", again=0 if query == "list=repeat" else 2)
    wanted = make.recommendation(**{"confidence": "0.500", **values})

    assert shown(boss, f"?{query}") == [wanted.pk]


def test_one_product_in_each_list_are_two(boss: Client):
    make.recommendation(again=1, new=1)

    assert shown(boss, "?issue=few_products") == []


def test_what_nobody_decided_in_time_is_outdated(boss: Client):
    old, _fresh = make.recommendation(), make.recommendation()
    long_ago = timezone.now() - timezone.timedelta(days=31)  # type: ignore[attr-defined]
    Recommendation.objects.filter(pk=old.pk).update(created_at=long_ago)

    assert shown(boss, "?issue=stale") == [old.pk]


@pytest.mark.parametrize("term", ["zoe", "BRULARD zoé", "zoe@client", "%2B33 6 12 34 56 78"])
def test_customers_are_found_as_on_their_own_list(boss: Client, term: str):
    make.recommendation()
    zoe = make.customer("Zoé Brûlard")
    CustomerIdentity.objects.create(customer=zoe, kind="email", value="zoe@client.example")
    CustomerIdentity.objects.create(customer=zoe, kind="phone", value="+33612345678")
    row = make.recommendation(zoe)

    assert shown(boss, f"?q={term}") == [row.pk]


# --- the page ---


def test_the_page_says_what_why_and_what_is_known(
    boss: Client, django_assert_num_queries: DjangoAssertNumQueries
):
    row = make.recommendation(again=1, new=1)
    wine = row.products.get(question="new").product
    StockLevel.objects.create(product=wine, quantity=0)
    CustomerProfile.objects.create(
        customer=row.customer, segment="vip", computed_at=timezone.now(), purchases=3
    )
    Sale.objects.create(
        customer=row.customer,
        product=wine,
        quantity=6,
        sold_on="2026-01-05",
        source="test",
        external_ref="1",
    )

    with django_assert_num_queries(14):
        answer = boss.get(page(row))

    again, new = answer.context["lists"]
    assert [(one.row.rank, one.chance.percent) for one in again.places] == [(1, 21)]
    (place,) = new.places
    assert (place.stock, place.bought) == ("out of stock", "bought 1 time, last on 01/05/2026")
    assert place.reasons == ["41 customers bought it in the last 90 days."]
    assert (answer.context["confidence"].percent, answer.context["data_score"].tone) == (
        62,
        "success",
    )
    assert "what is known of the customer: 25" in answer.context["data_score"].words


def test_more_products_cost_no_more_questions(
    boss: Client, django_assert_num_queries: DjangoAssertNumQueries
):
    row = make.recommendation(again=5, new=5)
    for _number in range(4):
        make.recommendation(row.customer, status="replaced", again=0)

    with django_assert_num_queries(14):
        boss.get(page(row))


def test_an_approval_goes_on_to_the_next_in_the_lists_own_order(boss: Client):
    low, middle, high = (make.recommendation(confidence=share) for share in ("0.1", "0.5", "0.9"))

    # The surest first.
    answer = boss.post(page(middle), {"approve": "1"})
    assert answer.headers["Location"] == page(low)
    # After the last one the first that is left.
    assert boss.get(f"{LIST}{low.pk}/next/").headers["Location"] == page(high)
    # Sorted by confidence upwards.
    kept = "o%3D4"
    answer = boss.get(f"{LIST}{low.pk}/next/?_changelist_filters={kept}")
    assert answer.headers["Location"] == page(high, kept)
    answer = boss.post(page(low, kept), {"approve": "1"})
    assert answer.headers["Location"] == page(high, kept)
    answer = boss.post(page(high, kept), {"approve": "1"})
    assert answer.headers["Location"] == f"{LIST}?o=4"
    assert {status_of(row) for row in (low, middle, high)} == {"approved"}


def test_the_walk_stays_within_the_filters(boss: Client):
    first = make.recommendation(segment="vip", confidence="0.9")
    make.recommendation(segment="inactive", confidence="0.8")
    last = make.recommendation(segment="vip", confidence="0.7")
    kept = "segment%3Dvip"

    assert boss.get(f"{LIST}{first.pk}/next/?_changelist_filters={kept}").headers[
        "Location"
    ] == page(last, kept)
    # Filters that are none walk through everything.
    bad = "created_at__range__gte%3Dx%26e%3D%00"
    assert boss.get(f"{LIST}{first.pk}/next/?_changelist_filters={bad}").status_code == 302


def test_the_second_to_decide_is_told_who_was_first(boss: Client):
    row = make.recommendation()
    workflow.approve(row.pk, by=User.objects.create_superuser("nadia"))

    answer = boss.post(page(row), {"approve": "1"}, follow=True)

    (told,) = answer.context["messages"]
    assert (told.level_tag, "nadia" in str(told.message)) == ("warning", True)


def test_a_rejection_says_why_and_refuses_the_products(boss: Client):
    row, following = make.recommendation(confidence="0.9"), make.recommendation(confidence="0.5")
    form = {"rejection": "products", "note": "No reds", **DIALOG}

    answer = boss.post(f"{LIST}{row.pk}/reject/", form)

    assert answer.headers["Location"] == page(following)
    row.refresh_from_db()
    assert (row.status, row.rejection, row.rejection_note) == ("rejected", "products", "No reds")
    assert RefusedProduct.objects.filter(customer=row.customer).count() == 4


def test_a_rejection_takes_a_reason(boss: Client):
    row = make.recommendation()

    boss.post(f"{LIST}{row.pk}/reject/", {"rejection": "", **DIALOG})

    assert status_of(row) == "pending"


def test_a_product_is_swapped_for_any_other(boss: Client):
    row = make.recommendation(again=0, new=2)
    old = row.products.get(rank=2)
    wine = make.product("Perle de Juin")
    address = f"{LIST}{row.pk}/swap/?product={old.pk}"

    found = boss.get(f"{LIST}{row.pk}/products/?q=perle juin")
    assert [one.product for one in found.context["products"]] == [wine]
    boss.post(address, {"product_id": wine.pk, **DIALOG})

    assert [*row.products.filter(rank=2).values_list("product", flat=True)] == [wine.pk]


def test_a_product_that_may_not_be_proposed_is_shown_with_why(boss: Client):
    row = make.recommendation()
    gone, refused = make.product("Perle sèche"), make.product("Perle douce")
    StockLevel.objects.create(product=gone, quantity=0)
    RefusedProduct.objects.create(customer=row.customer, product=refused)

    found = boss.get(f"{LIST}{row.pk}/products/?q=perle").context["products"]

    assert {one.product.name: one.why_not for one in found} == {
        "Perle sèche": "out of stock",
        "Perle douce": "refused for this customer",
    }


def test_a_swap_that_the_rules_forbid_says_so_in_the_dialog(boss: Client):
    row = make.recommendation(again=0, new=1)
    place = row.products.get()
    gone = make.product(is_active=False)

    answer = boss.post(
        f"{LIST}{row.pk}/swap/?product={place.pk}", {"product_id": gone.pk, **DIALOG}
    )

    assert answer.status_code == 200
    assert "no longer sold" in answer.content.decode()
    assert row.products.get().product_id == place.product_id


def test_a_product_is_refused_for_ever_and_allowed_again(boss: Client):
    row = make.recommendation(again=0, new=2)
    place = row.products.get(rank=1)

    boss.post(f"{LIST}{row.pk}/refuse/?product={place.pk}", {"reason": "corked", **DIALOG})
    refused = RefusedProduct.objects.get()
    assert (refused.product_id, refused.reason) == (place.product_id, "corked")
    boss.post(f"{REFUSED}{refused.pk}/allow/", DIALOG)

    assert not RefusedProduct.objects.exists()


def test_stars_and_words_are_kept(boss: Client):
    row = make.recommendation()
    place = row.products.get(question="new", rank=1)

    boss.post(page(row), {"rating": "4", "comment": "Well seen"})
    boss.post(f"{LIST}{row.pk}/rate/?product={place.pk}", {"rating": "2", "comment": "", **DIALOG})

    row.refresh_from_db()
    kept = row.feedback.order_by("pk").values_list("rating", "comment", "product")
    assert (row.rating, [*kept]) == (4, [(4, "Well seen", None), (2, "", place.product_id)])


@pytest.mark.parametrize("stars", ["6", "0", "x", "-1"])
def test_stars_that_are_none_are_refused(boss: Client, stars: str):
    row = make.recommendation()

    answer = boss.post(page(row), {"rating": stars, "comment": "x"}, follow=True)

    assert [told.level_tag for told in answer.context["messages"]] == ["error"]
    assert not row.feedback.exists()


def test_nothing_was_learnt_yet_is_said_where_alternatives_would_stand(boss: Client):
    row = make.recommendation()

    answer = boss.get(f"{LIST}{row.pk}/alternatives/?question=new")

    assert "Nothing was learnt from purchases yet" in answer.content.decode()
    told = boss.post(f"{LIST}{row.pk}/regenerate/", DIALOG, follow=True)
    assert [one.level_tag for one in told.context["messages"]] == ["error"]


def test_nothing_else_is_offered_to_who_opted_out_since(boss: Client):
    row = make.recommendation()
    Customer.objects.update(consent_email=False)

    answer = boss.get(f"{LIST}{row.pk}/alternatives/?question=new")

    assert "does not want to be contacted" in answer.content.decode()


# --- many at once ---


def bulk(client: Client, action: str, rows: list[Recommendation], **form: str) -> Any:  # noqa: ANN401 - what the client answers
    ids = ",".join(str(row.pk) for row in rows)
    confirmed = {"confirmed": "1", "ids": ids, **DIALOG} if form.pop("ask", "") == "" else {}
    chosen = [row.pk for row in rows]
    return client.post(
        f"{LIST}?status=all",
        {"action": action, "_selected_action": chosen, **confirmed, **form},
    )


def test_many_are_approved_after_a_question(boss: Client):
    rows = [make.recommendation() for _number in range(2)]

    bulk(boss, "approve_selected", rows, ask="first")
    assert status_of(rows[0]) == "pending"
    bulk(boss, "approve_selected", rows)

    assert [status_of(row) for row in rows] == ["approved", "approved"]


def test_many_are_rejected_with_one_reason(boss: Client):
    rows = [make.recommendation() for _number in range(2)]

    bulk(boss, "reject_selected", rows, rejection="moment", note="")

    found = Recommendation.objects.values_list("status", "rejection")
    assert set(found) == {("rejected", "moment")}


def test_many_are_made_anew_by_one_run(boss: Client):
    rows = [make.recommendation() for _number in range(2)]

    answer = bulk(boss, "regenerate_selected", rows, algorithm="ease")

    run = RecommendationRun.objects.get()
    assert answer.headers["Location"] == f"{RUNS}{run.pk}/change/"
    assert (run.kind, run.algorithm, run.customers) == (
        "selection",
        "ease",
        sorted(row.customer_id for row in rows),
    )
    # While it is open another one is refused with a warning.
    again = boss.get(bulk(boss, "regenerate_selected", rows).headers["Location"])
    assert [told.level_tag for told in again.context["messages"]][-1] == "warning"


def approved(name: str) -> Recommendation:
    who = make.customer(name)
    CustomerIdentity.objects.create(customer=who, kind="email", value=f"{name}@client.example")
    return make.recommendation(who, status="approved", decided_at=timezone.now())


def test_approved_ones_go_to_a_mailing_tool_and_into_the_history(boss: Client):
    rows = [approved("nadia"), approved("omar"), make.recommendation()]

    sent = bulk(boss, "campaign_selected", rows, channel="email", tool="brevo", format="csv")
    heading, *lines = b"".join(sent.streaming_content).decode("utf-8-sig").splitlines()
    assert (heading.split(";")[0], len(lines)) == ("EMAIL", 2)
    bulk(boss, "contacted_selected", rows, channel="email", campaign="Spring")

    assert Interaction.objects.filter(campaign="Spring").count() == 2
    again = bulk(boss, "contacted_selected", rows, channel="email", campaign="Spring")
    told = [*boss.get(again.headers["Location"]).context["messages"]]
    assert told[-1].level_tag == "error"


def test_the_campaign_page_tells_who_can_be_reached_and_notes_it(boss: Client):
    approved("nadia")
    silent = approved("omar")
    silent.customer.consent_email = False
    silent.customer.save()
    form = {"channel": "email", "tool": "mailchimp", "format": "xlsx", "campaign": "Spring"}

    page = boss.get(CAMPAIGN)
    ways = {way["label"]: way["customers"] for way in page.context["ways"]}
    assert b"for customers who may be e-mailed only: text messages and calls reach" in page.content
    assert ways == {"e-mail": 1, "SMS": 0, "call": 0}
    file = boss.post(CAMPAIGN, form)
    assert file.headers["Content-Disposition"].endswith('.xlsx"')
    assert b"".join(file).startswith(b"PK")
    boss.post(CAMPAIGN, {**form, "contacted": "1"})

    found = Recommendation.objects.filter(contacted_at__isnull=False)
    assert [row.campaign for row in found] == ["Spring"]


def test_the_campaign_page_of_many_estimates_and_leaves_the_rest_to_jobs(
    boss: Client, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(campaigns, "MANY", 1)
    for name in ("nadia", "omar"):
        approved(name)
    form = {"channel": "email", "tool": "brevo", "format": "csv", "contacted": "1"}

    page = boss.get(CAMPAIGN)
    assert [way["customers"] for way in page.context["ways"]] == [2, 0, 0]
    assert b"At most: whether a product is left for each" in page.content
    answer = boss.post(CAMPAIGN, form, follow=True)

    (told,) = answer.context["messages"]
    assert str(told) == (
        "Of 2 recommendations the contacts are being written into the history; those left out"
        " stay to be used. Look again in a few minutes."
    )
    (job,) = OrmQ.objects.all()
    tasks.mark_contacted(*job.task["args"])
    assert Recommendation.objects.filter(contacted_at__isnull=False).count() == 2


def test_a_workbook_of_many_is_refused_before_it_is_begun(
    boss: Client, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(campaigns, "MOST_IN_WORKBOOK", 1)
    rows = [approved("nadia"), approved("omar")]
    form = {"channel": "email", "tool": "brevo"}

    answer = boss.post(CAMPAIGN, {**form, "format": "xlsx"}, follow=True)

    (told,) = answer.context["messages"]
    assert str(told) == (
        "An Excel file of more than 1 customers takes too long: download it as CSV, which Excel"
        " opens as well."
    )
    sent = bulk(boss, "campaign_selected", rows[:1], **form, format="xlsx")
    assert b"".join(sent).startswith(b"PK")
    streamed = boss.post(CAMPAIGN, {**form, "format": "csv"})
    assert b"".join(streamed).count(b"client.example") == 2


def test_the_sheet_of_the_list_has_the_products_by_code(boss: Client):
    row = make.recommendation(again=0, new=2)
    codes = [one.product.sku for one in row.products.order_by("rank")]

    fields = boss.get(f"{LIST}export/").context["form"].fields
    form = {name: "on" for name in fields if name.startswith("recommendation")}
    form |= {"recommendationresource_id": "on", "format": "0", "resource": "0"}
    answer = boss.post(f"{LIST}export/", form)

    text = b"".join(answer).decode("utf-8-sig")
    assert "; ".join(codes) in text


# --- who may what ---


def test_who_may_only_look_sees_no_buttons(reader: Client):
    row = make.recommendation()

    answer = reader.get(page(row))

    text = answer.content.decode()
    assert (answer.context["dialogs"], answer.context["may_decide"]) == ({}, False)
    assert 'name="approve"' not in text
    assert "reco-stars" not in text
    assert reader.get(LIST).context["action_form"] is None


@pytest.mark.parametrize(
    "address",
    ["change", "reject", "regenerate", "rate", "refuse", "swap", "contacted"],
)
def test_who_may_only_look_is_refused(reader: Client, address: str):
    row = make.recommendation()

    answer = reader.post(f"{LIST}{row.pk}/{address}/", {"approve": "1", "rating": "1", **DIALOG})

    assert (answer.status_code, status_of(row)) == (403, "pending")
    assert not row.feedback.exists()


def test_who_may_only_look_makes_rules_and_exports_nothing(reader: Client):
    make.recommendation()

    assert reader.post(f"{RUNS}make/", {"kind": "full", **DIALOG}).status_code == 403
    assert reader.post(RULES, {"top": 3}).status_code == 403
    assert reader.get(CAMPAIGN).status_code == 403
    assert reader.get(f"{LIST}export/").status_code == 403
    assert not RecommendationRun.objects.exists()
    assert not RecommendationRules.objects.exists()


def test_what_hangs_on_a_page_is_closed_to_strangers(client: Client):
    row, run = make.recommendation(), make.run()
    client.force_login(User.objects.create_user("ali", is_staff=True))

    asked = [f"{LIST}{row.pk}/{name}/" for name in ("next", "alternatives", "products", "change")]
    asked += [f"{RUNS}{run.pk}/state/", f"{RUNS}{run.pk}/change/"]

    assert {client.get(address).status_code for address in asked} == {403}


# --- makings, rules, refused products ---


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_makings_asks_the_same_number_of_questions(
    boss: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
):
    for _number in range(rows):
        make.run(requested_by=User.objects.get())

    with django_assert_num_queries(5):
        assert boss.get(RUNS).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_refusals_asks_the_same_number_of_questions(
    boss: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
):
    for _number in range(rows):
        RefusedProduct.objects.create(customer=make.customer(), product=make.product())

    with django_assert_num_queries(5):
        assert len(boss.get(REFUSED).context["cl"].result_list) == rows


def test_a_making_is_asked_for_and_followed(boss: Client):
    answer = boss.post(f"{RUNS}make/", {"kind": "full", "algorithm": "", "top": "5", **DIALOG})

    run = RecommendationRun.objects.get()
    assert answer.headers["Location"] == f"{RUNS}{run.pk}/change/"
    assert (run.kind, run.top, run.requested_by) == ("full", 5, User.objects.get())
    state = f"{RUNS}{run.pk}/state/"
    assert "hx-get" in boss.get(state, headers={"HX-Request": "true"}).content.decode()
    RecommendationRun.objects.update(
        status="running", stage="propose", expected=200, looked_at=50, started_at=timezone.now()
    )
    shown = boss.get(state, headers={"HX-Request": "true"}).context["shown"]
    assert (shown.percent, str(shown.stage)) == (25, "Choosing products for each customer …")
    RecommendationRun.objects.update(status="done")
    assert boss.get(state, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"


def test_the_page_of_a_making_says_what_was_measured_and_who_won(boss: Client):
    run = make.run(model=make.model())

    found = boss.get(f"{RUNS}{run.pk}/change/").context["evaluation"]

    (table,) = found.tables
    best, other = table.rows
    assert (best.label, best.is_winner, other.is_winner) == (
        "products bought together (EASE)",
        True,
        False,
    )
    assert (best.cells[2].value, best.cells[2].interval, best.cells[2].is_best) == (
        "60.0\N{NO-BREAK SPACE}%",
        "50.0 – 70.0",
        True,
    )
    assert best.against == ["better than “popularity” by 20.0 points (10.0 – 30.0)"]
    assert found.words[0] == (
        "Learnt from 1,200 lines of 90 customers and 30 products, bought from 01/01/2025 to"
        " 04/20/2026."
    )


def test_the_page_of_a_making_says_whether_confidence_keeps_its_word(boss: Client):
    run = make.run(model=make.model())

    found = boss.get(f"{RUNS}{run.pk}/change/").context["evaluation"]

    share = "{}\N{NO-BREAK SPACE}%"
    assert [(one.told, one.bought) for one in found.promises] == [
        (share.format("20.0"), share.format("25.0")),
        (share.format("80.0"), share.format("70.0")),
    ]
    (told,) = found.kept
    assert told == (
        "Learnt on half of the customers, tried on 40 of the other half: told"
        f" {share.format('50.0')} on the mean, and {share.format('47.5')} bought one of the"
        " products next."
    )


def test_nothing_measured_is_said(boss: Client):
    run = make.run(model=make.model(evaluation={}))

    found = boss.get(f"{RUNS}{run.pk}/change/").context["evaluation"]

    assert found.words == ["Too little was bought to keep any of it back: nothing was measured."]


def test_rules_are_there_before_anybody_saved_them(boss: Client):
    form = {
        "top": "6",
        "families": "1",
        "consent": "any",
        "bought_within_days": "14",
        "price_factor": "2.5",
        "stale_days": "20",
        "horizon_days": "60",
    }

    assert boss.get(RULES).status_code == 200
    assert not RecommendationRules.objects.exists()
    assert boss.post(RULES, form).headers["Location"] == RULES
    boss.post(RULES, {**form, "top": "7"})
    refused = boss.post(RULES, {**form, "top": "51"})

    rules = RecommendationRules.objects.get()
    assert (rules.top, rules.consent, str(rules.price_factor)) == (7, "any", "2.5")
    assert "between 1 and 50" in refused.content.decode()


def test_many_refusals_are_taken_back(boss: Client):
    rows = [
        RefusedProduct.objects.create(customer=make.customer(), product=make.product())
        for _number in range(2)
    ]
    ids = ",".join(str(row.pk) for row in rows)

    boss.post(
        REFUSED,
        {"action": "allow_selected", "_selected_action": "1", "confirmed": "1", "ids": ids}
        | DIALOG,
    )

    assert not RefusedProduct.objects.exists()


def test_refusals_go_out_and_come_in_as_a_sheet(boss: Client):
    CustomerIdentity.objects.create(
        customer=make.customer(), kind="email", value="zoe@client.example"
    )
    wine = make.product(sku="BRUME")

    made = load(
        boss, "refusedproduct", "customer;product;reason\nzoe@client.example;BRUME;Too dry\n"
    )
    row = RefusedProduct.objects.get()
    again = load(boss, "refusedproduct", exported(boss, "refusedproduct"))

    assert (made, again) == ({"new": 1}, {"skip": 1})
    assert (row.product, row.reason) == (wine, "Too dry")


def test_many_in_the_background_leave_alone_what_was_decided_since():
    nadia = User.objects.create_superuser("nadia")
    row, other = make.recommendation(), make.recommendation()

    for _twice in range(2):
        tasks.approve_recommendation(row.pk, nadia.pk)
        tasks.reject_recommendation(row.pk, nadia.pk, "moment", "")
        tasks.reject_recommendation(other.pk, nadia.pk, "moment", "")

    assert [status_of(row), status_of(other)] == ["approved", "rejected"]
    assert RefusedProduct.objects.count() == 4


# --- the customer's page ---


def test_the_customers_page_shows_what_is_proposed(boss: Client):
    row = make.recommendation(again=1, new=0)
    wine = RecommendedProduct.objects.get().product

    answer = boss.get(f"/admin/crm/customer/{row.customer_id}/change/")

    (panel,) = [one for one in answer.context["panels"] if "Recommendation" in str(one.title)]
    assert (str(panel.title), panel.link) == (
        "Recommendation, to review, confidence 62 %",
        f"{LIST}{row.pk}/change/",
    )
    assert [row[2] for row in panel.rows] == ["41 customers bought it in the last 90 days."]
    assert wine.name in panel.rows[0][0]
