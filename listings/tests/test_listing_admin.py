"""The list of listings and the page of one: what staff see, and what their buttons do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_q.models import OrmQ

from listings.deciding import tasks_of_staff, workflow
from listings.models import Listing, ListingEvent, Match, Suspicion
from listings.sheets.listing_sheet import FACTS
from listings.tests import messages, staff

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from pytest_django import DjangoAssertNumQueries, Settings

pytestmark = pytest.mark.django_db

LIST = "/admin/listings/listing/"
HX = {"HX-Request": "true"}
SUBMARINER = "Vends Rolex Submariner 126610LN 2021, full set, 10 900€"
Status = Listing.Status
# What the sentences of all kinds of suspicions are made of.
ODD = {"percent": -50, "count": 5, "median": "9000.00", "listing": 7, "day": "2026-11-02"}


@pytest.fixture(autouse=True)
def _english(settings: Settings) -> None:
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def lea() -> User:
    return staff.trader_of_the_desk()


@pytest.fixture
def client(lea: User) -> Client:
    client = Client()
    client.force_login(lea)
    return client


def read(text: str = SUBMARINER, **more: Any) -> Listing:
    """The first listing of a message that was taken in."""
    message = messages.said(text, **more)
    messages.process(message)
    return Listing.objects.filter(message=message).order_by("position")[0]


def page(listing: Listing) -> str:
    return reverse("admin:listings_listing_change", args=[listing.pk])


def shown(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def listed(client: Client, query: str = "") -> list[int]:
    return [row.pk for row in client.get(LIST + query).context["cl"].result_list]


def told(client: Client) -> list[str]:
    return [str(one) for one in client.get(LIST).context["messages"]]


def press(client: Client, listing: Listing, action: str, query: str = "", **data: str) -> Any:  # noqa: ANN401 - the test client's answer
    address = reverse(f"admin:listings_listing_{action}", args=[listing.pk]) + query
    return client.post(address, {"_form_submitted": "on", **data}, headers=HX)


def form(listing: Listing, **changes: object) -> dict[str, object]:
    """What the browser posts of the page as it was opened."""
    listing.refresh_from_db()
    held = {name: getattr(listing, name) for name in FACTS}
    texts = {name: "" if value is None else str(value) for name, value in held.items()}
    return {**texts, "updated_at": listing.updated_at.isoformat(), "_save": "Save", **changes}


# --- the list ---


def test_the_list_shows_what_is_on_the_market_and_the_rest_in_its_queue(client: Client, lea: User):
    live, hidden = read(), read("Vends Tudor Black Bay 58 79030N 2 950€")
    workflow.hide(hidden.pk, by=lea)

    assert listed(client) == [live.pk]
    assert listed(client, "?queue=gone") == [hidden.pk]
    assert sorted(listed(client, "?queue=all")) == [live.pk, hidden.pk]
    assert listed(client, "?status__exact=hidden") == [hidden.pk]


def test_queues_know_who_waits_for_a_look_and_what_is_odd(client: Client, lea: User):
    confirmed, new, odd = read(), read("WTS Explorer 124270 $8,000"), read("Cerco Speedmaster")
    workflow.confirm(confirmed.pk, by=lea)
    Suspicion.objects.create(listing=odd, kind="photo")

    assert sorted(listed(client, "?queue=review")) == [new.pk, odd.pk]
    assert listed(client, "?queue=suspicious") == [odd.pk]


def test_cards_are_kept_for_the_person_and_show_photo_price_and_place(client: Client):
    listing = read()
    document = messages.attach(listing.message, kind="image", mime="image/jpeg")  # type: ignore[arg-type]

    answer = client.get(f"{LIST}?look=cards&queue=all")

    assert answer.headers["Location"] == f"{LIST}?queue=all"
    html = shown(client, LIST)
    assert re.findall(r'<a class="listing-card" href="([^"]+)"', html) == [page(listing)]
    assert reverse("messaging:document", args=[document.pk]) in html
    assert client.get(f"{LIST}?look=table").headers["Location"] == LIST
    assert '<a class="listing-card"' not in shown(client, LIST)


@pytest.mark.parametrize("look", ["table", "cards"])
@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_number_of_queries_for_any_number_of_rows(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, look: str, rows: int
):
    for number in range(rows):
        listing = read(f"Vends Rolex Submariner 126610LN {10_000 + number}€")
        messages.attach(listing.message, kind="image", mime="image/jpeg")  # type: ignore[arg-type]
        Suspicion.objects.create(listing=listing, kind="photo")
    client.get(f"{LIST}?look={look}")
    client.get(LIST)

    with django_assert_num_queries(11):
        client.get(LIST)


def test_the_search_box_is_the_desk_s_search_and_knows_numbers(client: Client):
    submariner, _speedmaster = read(), read("Vends Omega Speedmaster 5 900€")

    assert listed(client, "?q=submariner+126610LN")[0] == submariner.pk
    assert listed(client, f"?q=%23{submariner.pk}") == [submariner.pk]
    assert client.get(f"{LIST}?q=%00").status_code == 302


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("submariner sous 9000", ["Rolex Submariner 114060"]),
        ("rolex", ["Rolex Submariner 114060", "Rolex Submariner 126610LN"]),
        ("submarinner", ["Rolex Submariner 114060", "Rolex Submariner 126610LN"]),
        ("moins de 6000", ["Omega Speedmaster"]),
        ("saphir", ["Omega Speedmaster"]),
        ("anneke", ["Omega Speedmaster"]),
        ("patek", []),
        ("xyzzy", []),
    ],
)
def test_the_search_box_shows_only_what_its_words_name(
    client: Client, words: str, found: list[str]
):
    read("Vends Rolex Submariner 126610LN 10 900€")
    read("Vends Rolex Submariner 114060 8 500€")
    read("Vends Omega Speedmaster saphir 5 900€", name="Anneke de Vries", phone="+31612345678")

    rows = Listing.objects.in_bulk(listed(client, f"?q={words}"))
    assert sorted(str(row) for row in rows.values()) == found


def test_a_search_goes_through_what_is_off_the_market_too(client: Client, lea: User):
    listing = read()
    workflow.mark_sold(listing.pk, by=lea)

    assert listed(client, "?q=submariner") == [listing.pk]


# --- the page ---


def test_the_page_marks_in_the_message_where_each_fact_was_read(client: Client):
    html = shown(client, page(read()))

    marks = dict(re.findall(r'data-field="(\w+)"[^>]*>([^<]+)</mark>', html))
    assert {name: marks[name] for name in ("reference", "year", "price")} == {
        "reference": "126610LN",
        "year": "2021",
        "price": "10 900€",
    }
    assert re.search(r'name="reference"[^>]*data-confidence="high"', html)


def test_facts_read_in_a_file_are_marked_in_the_file_s_text(client: Client):
    message = messages.said("Tarif en pièce jointe", kind="document")
    text = "Rolex Sea-Dweller 126600 2020 full set CHF 10'900"
    messages.attach(message, text=text, kind="pdf", filename="tarif.pdf", mime="application/pdf")
    messages.process(message)
    listing = Listing.objects.get(message=message)

    html = shown(client, page(listing))

    assert re.search(r'data-field="reference"[^>]*>126600</mark>', html)
    assert re.search(r'<iframe src="/messaging/document/\d+/" title="tarif.pdf"', html)


def test_words_of_traders_are_never_markup(client: Client):
    html = shown(client, page(read("Vends Rolex 126610LN <script>alert(1)</script> 9 000€")))

    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;" in html


def test_a_correction_is_kept_with_who_made_it_and_matched_anew(client: Client, lea: User):
    listing = read()

    answer = client.post(page(listing), form(listing, price="9900", box="False"))

    assert answer.status_code == 302
    listing.refresh_from_db()
    assert (str(listing.price), listing.box, listing.edited_fields) == (
        "9900.00",
        False,
        ["box", "price"],
    )
    event = ListingEvent.objects.get(listing=listing, kind="edited")
    assert (event.by, event.changes["price"]) == (lea, ["10900.00", "9900"])


def test_saving_without_a_change_writes_nothing(client: Client):
    listing = read()
    before = listing.updated_at

    client.post(page(listing), form(listing))

    listing.refresh_from_db()
    assert listing.updated_at == before
    assert not ListingEvent.objects.filter(listing=listing, kind="edited").exists()


def test_a_form_opened_before_a_colleague_s_correction_overwrites_nothing(client: Client):
    listing = read()
    opened = form(listing, price="1")
    workflow.edit(listing.pk, {"price": "10500"}, by=staff.trader_of_the_desk("omar"))

    client.post(page(listing), opened)

    listing.refresh_from_db()
    assert str(listing.price) == "10500.00"
    [sentence] = told(client)
    assert "was changed by Omar" in sentence


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("price", "0"),
        ("price", "-1"),
        ("currency", "euros"),
        ("year", "126610"),
        ("size_mm", "410"),
    ],
)
def test_what_no_watch_can_be_is_refused_at_its_field(client: Client, field: str, value: str):
    listing = read()

    answer = client.post(page(listing), form(listing, **{field: value}))

    assert answer.status_code == 200
    assert list(answer.context["adminform"].errors) == [field]


def test_buttons_of_the_page_follow_the_state(client: Client, lea: User):
    listing = read()

    def buttons() -> list[str]:
        return re.findall(r'data-dialog="(\w+)"', shown(client, page(listing)))

    assert buttons() == ["confirm", "mark_sold", "hide", "read_again"]
    workflow.confirm(listing.pk, by=lea)
    assert buttons() == ["mark_sold", "hide", "read_again"]
    workflow.mark_sold(listing.pk, by=lea)
    assert buttons() == ["show", "read_again"]


def test_each_button_does_its_decision_once(client: Client):
    listing = read()
    for action, status in (("hide", "hidden"), ("show", "live"), ("mark_sold", "sold")):
        press(client, listing, action)
        listing.refresh_from_db()
        assert listing.status == status
    press(client, listing, "mark_sold")
    assert "The listing is “sold” already" in told(client)[-1]


def test_confirming_leads_to_the_next_that_nobody_confirmed(client: Client):
    older, newer = read(), read("WTS Explorer 124270 $8,000")
    Listing.objects.filter(pk=older.pk).update(offered_at=newer.offered_at.replace(year=2020))

    answer = press(client, newer, "confirm")

    assert answer.headers["HX-Redirect"] == page(older)
    assert press(client, older, "confirm").headers["HX-Redirect"] == f"{LIST}?queue=review"


def test_reading_again_leaves_what_people_corrected(client: Client, lea: User):
    listing = read()
    workflow.edit(listing.pk, {"year": 2020}, by=lea)

    press(client, listing, "read_again")

    listing.refresh_from_db()
    assert (listing.year, str(listing.price)) == (2020, "10900.00")


def test_a_suspicion_is_put_aside_on_its_listing_only(client: Client):
    listing, other = read(), read("WTS Explorer 124270 $8,000")
    odd = Suspicion.objects.create(listing=listing, kind="photo", facts=ODD)

    press(client, other, "dismiss", f"?suspicion={odd.pk}")
    odd.refresh_from_db()
    assert odd.dismissed_at is None
    press(client, listing, "dismiss", f"?suspicion={odd.pk}")
    odd.refresh_from_db()
    assert odd.dismissed_at is not None


# --- who may what ---


def test_who_only_reads_sees_no_button_and_no_field(client: Client):
    listing = read()
    reader = Client()
    reader.force_login(staff.member("view_listing", name="rita"))

    html = shown(reader, page(listing))

    assert re.findall(r'data-dialog="(\w+)"', html) == []
    assert re.findall(r'<(?:input|select)[^>]* name="(price|brand|type)"', html) == []
    assert reader.post(page(listing), form(listing, price="1")).status_code == 403
    actions = shown(reader, LIST)
    assert 'name="action"' not in actions


@pytest.mark.parametrize(
    "action", ["confirm", "hide", "show", "mark_sold", "read_again", "dismiss"]
)
def test_each_decision_is_refused_without_its_permission(action: str):
    listing = read()
    reader = Client()
    reader.force_login(staff.member("view_listing", "view_trader", name="rita"))

    assert press(reader, listing, action).status_code == 403
    listing.refresh_from_db()
    assert (listing.status, listing.reviewed_at) == (Status.LIVE, None)


def test_a_listing_that_is_gone_is_told_so(client: Client):
    assert client.get(f"{LIST}{10**17}/change/").status_code == 302


# --- many at once ---


def test_many_are_confirmed_and_who_was_confirmed_before_is_named(client: Client, lea: User):
    first, second = read(), read("WTS Explorer 124270 $8,000")
    workflow.confirm(first.pk, by=lea)
    posted = {"action": "confirm_selected", "confirmed": "1", "ids": f"{first.pk},{second.pk}"}

    client.post(LIST, {**posted, "_selected_action": [first.pk], "_form_submitted": "on"})

    sentences = told(client)
    assert sentences[0] == "1 listing confirmed."
    assert "1 row skipped" in sentences[1]
    second.refresh_from_db()
    assert second.reviewed_by == lea


def test_many_are_hidden_with_a_note(client: Client):
    listing = read()
    posted = {"action": "hide_selected", "confirmed": "1", "ids": str(listing.pk), "note": "stolen"}

    client.post(LIST, {**posted, "_selected_action": [listing.pk], "_form_submitted": "on"})

    event = ListingEvent.objects.get(listing=listing, kind="hidden")
    assert event.note == "stolen"


def test_more_than_fit_in_a_request_are_jobs_and_each_may_run_twice(client: Client, lea: User):
    ids = [read(f"WTS Explorer 124270 ${8_000 + number}").pk for number in range(2)]
    rows = Listing.objects.bulk_create(
        Listing(type="sale", reader="file", offered_at=timezone.now()) for _ in range(200)
    )
    ids += [row.pk for row in rows]
    posted = {"action": "sold_selected", "confirmed": "1", "ids": ",".join(map(str, ids))}
    before = OrmQ.objects.count()

    client.post(LIST, {**posted, "_selected_action": ids[:1], "_form_submitted": "on"})

    assert OrmQ.objects.count() == before + 202
    for _run in range(2):
        tasks_of_staff.mark_sold(ids[0], lea.pk)
    tasks_of_staff.mark_sold(10**9, lea.pk)
    assert ListingEvent.objects.filter(listing=ids[0], kind="sold").count() == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_asks_the_same_number_of_queries_however_much_it_shows(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, rows: int
):
    lines = [f"Rolex Submariner 126610LN {10_000 + number}€" for number in range(rows + 1)]
    listing = read("Vends:\n" + "\n".join(lines))
    for number in range(rows):
        wanted = read("Cherche Submariner 126610LN", phone=f"+3363998012{number}")
        Match.objects.create(wanted=wanted, sale=listing, score=90)
        kind = ("cheap", "copied", "photo")[number]
        Suspicion.objects.create(listing=listing, kind=kind, facts=ODD)
        messages.attach(listing.message, kind="image", mime="image/jpeg")  # type: ignore[arg-type]
        ListingEvent.objects.create(listing=listing, kind="hidden")
    client.get(page(listing))

    with django_assert_num_queries(29):
        client.get(page(listing))


def test_buttons_for_files_are_for_who_may_use_them(client: Client):
    reader = Client()
    reader.force_login(staff.member("view_listing", name="rita"))

    assert f'href="{LIST}import/' not in shown(reader, LIST)
    assert f'href="{LIST}export/' not in shown(reader, LIST)
    assert f'href="{LIST}export/' in shown(client, LIST)
