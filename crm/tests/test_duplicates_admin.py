from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import Permission, User
from playwright.sync_api import expect

from backoffice.testing.browser import chromium
from crm import tasks
from crm.duplicates import searching
from crm.models import Customer, CustomerMerge, DuplicateCandidate, Interaction

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries, Settings
    from pytest_django.live_server_helper import LiveServer

pytestmark = pytest.mark.django_db
LIST = "/admin/crm/duplicatecandidate/"
MERGES = "/admin/crm/customermerge/"
HOUSE = {"address": "12 rue Basse", "postal_code": "33000", "city": "Bordeaux"}
# Where screenshots go to be looked at; set it to keep them.
SCREENSHOTS = Path(os.environ.get("SCREENSHOTS") or "/nonexistent")


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("boss"))
    return client


def pairs(count: int = 1, **values: Any) -> list[DuplicateCandidate]:
    for number in range(count):
        name = f"{('Solène', 'Enguerrand', 'Capucine')[number]} Muckensturm{number}"
        for address in (f"{number}2 rue Basse", f"{number}2, r. Basse"):
            Customer.objects.create(name=name, **{**HOUSE, "address": address, **values})
    searching.find(whole=True)
    return list(DuplicateCandidate.objects.all())


def page(row: DuplicateCandidate) -> str:
    return f"{LIST}{row.pk}/change/"


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_number_of_questions(
    boss: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
):
    assert len(pairs(rows)) == rows

    with django_assert_num_queries(5):
        boss.get(LIST)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_merges_asks_the_same_number_of_questions(
    boss: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
):
    for row in pairs(rows):
        boss.post(page(row), {"merge": "1", "kept": row.first_id})

    with django_assert_num_queries(5):
        boss.get(MERGES)


def test_a_merge_takes_the_values_chosen_and_opens_the_next_pair(boss: Client):
    row, following = pairs(2)
    chosen = {"field-address": row.first_id, "kept": row.second_id, "merge": "1"}

    answer = boss.post(page(row), chosen)

    assert (answer.status_code, answer.headers["Location"]) == (302, page(following))
    kept = Customer.objects.get(pk=row.second_id)
    assert (kept.address, row.first.address) == (row.first.address, kept.address)
    assert Customer.objects.get(pk=row.first_id).merged_into == kept


def test_not_a_duplicate_is_remembered_and_later_decides_nothing(boss: Client):
    row, following = pairs(2)

    later = boss.post(page(row), {"later": "1"})
    assert later.headers["Location"] == page(following)
    boss.post(page(row), {"apart": "1"})

    states = DuplicateCandidate.objects.order_by("-score", "pk").values_list("state", flat=True)
    assert [*states] == ["distinct", "open"]


def test_the_second_to_decide_is_told(boss: Client):
    (row,) = pairs()
    boss.post(page(row), {"apart": "1"})

    answer = boss.post(page(row), {"merge": "1", "kept": row.first_id}, follow=True)

    *_earlier, told = answer.context["messages"]
    assert (told.level_tag, "boss" in str(told.message)) == ("warning", True)
    assert not CustomerMerge.objects.exists()


def test_a_merge_is_undone_from_its_list(boss: Client):
    (row,) = pairs()
    boss.post(page(row), {"merge": "1", "kept": row.first_id})
    record = CustomerMerge.objects.get()

    boss.post(f"{MERGES}{record.pk}/undo/", {"_form_submitted": "on"})

    record.refresh_from_db()
    assert record.undone_at is not None
    assert not Customer.objects.filter(merged_into__isnull=False).exists()


def test_certain_pairs_are_merged_many_at_a_time_after_a_question(boss: Client):
    rows = pairs(2, notes="")
    DuplicateCandidate.objects.filter(pk=rows[1].pk).update(score="0.800")
    DuplicateCandidate.objects.filter(pk=rows[0].pk).update(score="0.995")
    form = {"action": "merge_selected", "_selected_action": [row.pk for row in rows]}

    boss.post(LIST, form)
    assert not CustomerMerge.objects.exists()
    boss.post(
        LIST,
        form
        | {"confirmed": "1", "ids": ",".join(str(row.pk) for row in rows), "_form_submitted": "on"},
    )

    states = dict(DuplicateCandidate.objects.values_list("pk", "state"))
    assert states == {rows[0].pk: "merged", rows[1].pk: "open"}


def test_what_was_decided_since_is_left_alone_by_the_worker():
    (row,) = pairs()
    DuplicateCandidate.objects.update(score="0.995", state="distinct")

    tasks.merge_certain(row.pk, 0)

    assert not CustomerMerge.objects.exists()


@pytest.mark.parametrize(("codes", "status"), [(["view_duplicatecandidate"], 403), ([], 403)])
def test_only_who_may_merge_decides(client: Client, codes: list[str], status: int):
    (row,) = pairs()
    user = User.objects.create_user("omar", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codes))
    client.force_login(user)

    answer = client.post(page(row), {"merge": "1", "kept": row.first_id})

    assert (answer.status_code, CustomerMerge.objects.count()) == (status, 0)
    assert client.get(page(row)).status_code == (200 if codes else 403)


def test_a_contact_is_noted_on_the_customers_page(boss: Client):
    nadia = Customer.objects.create(name="Nadia")
    form = {"channel": "call", "subject": "Salon", "response": "", "_form_submitted": "on"}

    boss.post(f"/admin/crm/customer/{nadia.pk}/add_contact/", form)

    found = Interaction.objects.values_list("customer", "channel", "subject", "status")
    assert [*found] == [(nadia.pk, "call", "Salon", "done")]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_person_compares_and_merges_in_a_browser(live_server: LiveServer, settings: Settings):
    settings.LANGUAGE_CODE = "en"
    User.objects.create_superuser("boss", password="demo-password")
    first, _second = pairs(2)
    complaints: list[str] = []
    with chromium() as browser:
        tab = browser.new_context(
            locale="en-US", viewport={"width": 1440, "height": 900}
        ).new_page()
        tab.on("console", lambda said: complaints.extend([said.text] * (said.type == "error")))
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.goto(f"{live_server.url}/admin/")
        tab.fill("input[name=username]", "boss")
        tab.fill("input[name=password]", "demo-password")
        tab.click("button[type=submit]")
        tab.goto(f"{live_server.url}{page(first)}")
        expect(tab.locator("h1", has_text="Are these the same customer?")).to_be_visible()
        tab.locator(".pair-keep input").nth(1).check()
        # Who stays gives the values that both have.
        expect(tab.locator("input[name=field-address]").nth(1)).to_be_checked()
        for width in (1440, 420):
            tab.set_viewport_size({"width": width, "height": 900})
            if SCREENSHOTS.is_dir():
                tab.screenshot(path=SCREENSHOTS / f"duplicate-{width}.png", full_page=True)
        tab.click("button[name=merge]")
        expect(tab.get_by_text("was merged into")).to_be_visible()

    assert (complaints, CustomerMerge.objects.get().kept_id) == ([], first.second_id)
