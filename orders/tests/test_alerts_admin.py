"""The list of alerts, what staff do with them, and who is subscribed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from orders.alerts import states
from orders.models import Alert, ChangeRequest, Order, Severity, Subscription
from orders.tests import factories as make
from orders.tests.alerts import NOW, TODAY, days, notice, order, run
from orders.tests.alerts import validated as validated_order

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test.client import _MonkeyPatchedWSGIResponse
    from pytest_django import DjangoAssertNumQueries, Settings

pytestmark = pytest.mark.django_db

LIST = "/admin/orders/alert/"
SUBSCRIPTIONS = "/admin/orders/subscription/"
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def _now(settings: Settings) -> Iterator[None]:
    settings.LANGUAGE_CODE = "en"
    settings.WORKING_HOURS = ""
    with time_machine.travel(NOW, tick=False):
        yield


def person(name: str, role: str, **values: str) -> User:
    user = User.objects.create_user(name, is_staff=True, **values)
    user.groups.add(Group.objects.get(name=role))
    return user


@pytest.fixture
def salma() -> User:
    return person("salma", "Commercial", email="salma@atlas.example")


@pytest.fixture
def client(salma: User) -> Client:
    client = Client()
    client.force_login(salma)
    return client


def late_orders(count: int) -> list[Order]:
    made = [order(at=NOW - timedelta(hours=10)) for _number in range(count)]
    run()
    return made


def shown(client: Client, query: str = "") -> list[tuple[str, int]]:
    rows = client.get(LIST + query).context["cl"].result_list
    return [(row.state, row.severity) for row in rows]


def press(client: Client, name: str, alert: Alert, **data: str) -> str:
    url = reverse(f"admin:orders_alert_{name}", args=[alert.pk])
    answer = client.post(url, {"_form_submitted": "on", **data}, **HTMX)  # type: ignore[arg-type]
    return answer.headers["HX-Redirect"]


def confirmed(ids: list[int]) -> dict[str, str]:
    return {"confirmed": "1", "_form_submitted": "on", "ids": ",".join(map(str, ids))}


def messages(client: Client) -> list[str]:
    return [str(message) for message in client.get(LIST).context["messages"]]


def test_the_list_shows_what_needs_somebody_the_worst_first(client: Client, salma: User):
    first, second = late_orders(2)
    order(delivery_date=TODAY - days(1))
    run()
    states.acknowledge(Alert.objects.get(order=first).pk, by=salma)
    states.resolve(Alert.objects.get(order=second).pk, by=salma)

    assert shown(client) == [("open", Severity.CRITICAL), ("acknowledged", Severity.WARNING)]
    assert shown(client, "?state=resolved") == [("resolved", Severity.WARNING)]
    assert len(shown(client, "?state=all")) == 3
    assert shown(client, "?state=open&severity__exact=2") == []
    assert shown(client, "?kind__exact=delivery_past") == [("open", Severity.CRITICAL)]
    assert shown(client, "?state=nonsense") == shown(client)


def test_the_list_leads_to_order_message_and_notice(client: Client):
    told = validated_order()
    failed = notice(told, "failed")
    waiting = make.MessageFactory.create(status="failed", processed_at=NOW - days(1))
    asked = ChangeRequest.objects.create(
        message=make.MessageFactory.create(status="done"), kind="correction", sentence="3,000."
    )
    run()

    page = client.get(LIST).content.decode()

    for address in (
        f"/admin/orders/order/{told.pk}/change/",
        f"/admin/messaging/outboundmessage/{failed.pk}/change/",
        f"/admin/messaging/inboundmessage/{waiting.pk}/change/",
        f"/admin/orders/changerequest/{asked.pk}/change/",
    ):
        assert page.count(f'href="{address}"') == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_one_and_for_three(
    client: Client, salma: User, rows: int, django_assert_num_queries: DjangoAssertNumQueries
):
    for made in late_orders(rows):
        states.acknowledge(Alert.objects.get(order=made).pk, by=salma)
    client.get(LIST)

    # Session, user, the rights of the person and of their role, the count, the rows.
    with django_assert_num_queries(6):
        client.get(LIST)


def test_acknowledging_and_resolving_leave_a_name_and_a_note(client: Client, salma: User):
    late_orders(1)
    alert = Alert.objects.get()

    assert press(client, "acknowledge", alert, note="I phone them.").endswith("/change/")
    assert press(client, "resolve", alert, note="They come on Friday.").endswith("/change/")

    alert.refresh_from_db()
    assert (alert.state, alert.acknowledged_by, alert.resolved_by) == ("resolved", salma, salma)
    assert alert.note == "I phone them.\nThey come on Friday."


def test_who_comes_late_is_told_who_was_first(client: Client, salma: User):
    late_orders(1)
    alert = Alert.objects.get()
    states.acknowledge(alert.pk, by=salma)

    press(client, "acknowledge", alert)

    assert messages(client) == ["This alert was acknowledged by salma on 11/10/2036 10 a.m.."]


def test_opening_again(client: Client, salma: User):
    late_orders(1)
    alert = Alert.objects.get()
    states.resolve(alert.pk, by=salma)

    press(client, "reopen", alert)

    assert shown(client) == [("open", Severity.WARNING)]


def test_a_dialog_changes_nothing_before_it_is_sent(client: Client):
    late_orders(1)
    alert = Alert.objects.get()

    for name in ("acknowledge", "resolve"):
        client.get(reverse(f"admin:orders_alert_{name}", args=[alert.pk]))

    assert shown(client) == [("open", Severity.WARNING)]


@pytest.mark.parametrize(
    ("action", "state"),
    [("acknowledge_selected", "acknowledged"), ("resolve_selected", "resolved")],
)
def test_many_at_once(client: Client, action: str, state: str):
    late_orders(3)
    ids = [*Alert.objects.values_list("pk", flat=True)]
    form: dict[str, Any] = {"action": action, "_selected_action": ids}
    assert client.post(LIST, form).context["count"] == 3

    client.post(LIST, {**form, **confirmed(ids), "note": "Seen."})

    assert {*Alert.objects.values_list("state", "note")} == {(state, "Seen.")}


def test_of_many_those_that_are_decided_are_named(client: Client, salma: User):
    late_orders(2)
    first, second = Alert.objects.order_by("pk")
    states.resolve(first.pk, by=salma)
    ids = [first.pk, second.pk]
    form: dict[str, Any] = {"action": "acknowledge_selected", "_selected_action": ids}

    client.post(LIST, {**form, **confirmed(ids)})

    done, skipped = messages(client)
    assert done == "You look after 1 alert."
    assert "1 row skipped" in skipped


@pytest.mark.parametrize(
    ("role", "buttons"),
    [("Commercial", True), ("Responsable", True), ("Support", False), ("Lecture seule", False)],
)
def test_every_role_sees_alerts_and_those_who_decide_orders_take_them_up(
    role: str,
    buttons: bool,  # noqa: FBT001 - a table
):
    late_orders(1)
    alert = Alert.objects.get()
    client = Client()
    client.force_login(person("ali", role))

    assert shown(client) == [("open", Severity.WARNING)]
    url = reverse("admin:orders_alert_acknowledge", args=[alert.pk])
    answer = client.post(url, {"_form_submitted": "on", "note": ""})
    assert (
        answer.status_code == 302,
        "acknowledge_selected" in client.get(LIST).content.decode(),
    ) == (
        buttons,
        buttons,
    )
    alert.refresh_from_db()
    assert alert.state == ("acknowledged" if buttons else "open")


def test_nobody_writes_alerts_by_hand(admin_client: Client):
    late_orders(1)
    page = f"{LIST}{Alert.objects.get().pk}/change/"

    assert admin_client.get(f"{LIST}add/").status_code == 403
    assert admin_client.get(page).status_code == 200
    assert admin_client.post(page, {"sentence": "x"}).status_code == 403


# --- the order's page ---


def test_the_order_shows_its_own_alerts(client: Client, salma: User):
    first, second = late_orders(2)
    alert = Alert.objects.get(order=first)
    other = Alert.objects.get(order=second)
    link = f'href="/admin/orders/alert/{alert.pk}/change/"'

    page = client.get(f"/admin/orders/order/{first.pk}/change/").content.decode()
    assert (page.count(link), page.count(f"/admin/orders/alert/{other.pk}/")) == (1, 0)

    states.resolve(alert.pk, by=salma)
    page = client.get(f"/admin/orders/order/{first.pk}/change/").content.decode()
    assert link not in page


def test_alerts_are_hidden_from_those_who_may_not_see_them():
    [made] = late_orders(1)
    client = Client()
    client.force_login(make.clerk())

    page = client.get(f"/admin/orders/order/{made.pk}/change/").content.decode()

    assert "/admin/orders/alert/" not in page


# --- home and sidebar ---


def test_home_and_sidebar_count_what_is_open(client: Client, salma: User):
    acknowledged, _waiting = late_orders(2)
    order(delivery_date=TODAY - days(1))
    order(delivery_date=TODAY, status="validated", decided_at=NOW)
    run()
    states.acknowledge(Alert.objects.get(order=acknowledged).pk, by=salma)

    context = client.get("/admin/").context
    tiles = {tile.icon: (tile.number, tile.tone, tile.link) for tile in context["tiles"]}
    badges = {
        entry["link"]: entry.get("badge")
        for group in context["sidebar_navigation"]
        for entry in group["items"]
    }

    assert tiles["notification_important"] == (1, "danger", f"{LIST}?state=open&severity__exact=3")
    assert tiles["notifications"] == (1, "warning", f"{LIST}?state=open&severity__exact=2")
    assert badges[LIST] == "2"


# --- subscriptions ---


def subscribe(client: Client, **values: object) -> _MonkeyPatchedWSGIResponse:
    return client.post(f"{SUBSCRIPTIONS}add/", {"topic": "alerts", "least_severity": 3, **values})


def test_everybody_subscribes_themselves(client: Client, salma: User):
    other = person("hamid", "Commercial")

    subscribe(client, user=other.pk)

    row = Subscription.objects.get()
    assert (row.user, row.topic, row.least_severity) == (salma, "alerts", Severity.CRITICAL)


def test_who_is_subscribed_already_is_told_so(client: Client):
    subscribe(client)

    page = subscribe(client).content.decode()

    assert "This person is subscribed to it already." in page
    assert Subscription.objects.count() == 1


def test_people_see_and_change_their_own_only(client: Client, salma: User):
    own = Subscription.objects.create(user=salma, topic="alerts")
    other = Subscription.objects.create(user=person("hamid", "Commercial"), topic="alerts")

    assert [*client.get(SUBSCRIPTIONS).context["cl"].result_list] == [own]
    for page in ("change", "delete"):
        assert client.get(f"{SUBSCRIPTIONS}{own.pk}/{page}/").status_code == 200
        assert client.get(f"{SUBSCRIPTIONS}{other.pk}/{page}/").status_code == 302
    client.post(f"{SUBSCRIPTIONS}{other.pk}/delete/", {"post": "yes"})
    client.post(f"{SUBSCRIPTIONS}{own.pk}/change/", {"topic": "weekly_report", "least_severity": 2})
    rows = Subscription.objects.order_by("pk").values_list("user__username", "topic")
    assert [*rows] == [("salma", "weekly_report"), ("hamid", "alerts")]


def test_managers_subscribe_others_and_are_told_of_a_missing_address():
    client = Client()
    client.force_login(person("leila", "Responsable"))
    hamid = person("hamid", "Commercial")

    subscribe(client, user=hamid.pk)

    assert Subscription.objects.get().user == hamid
    told = [str(message) for message in client.get(SUBSCRIPTIONS).context["messages"]]
    assert told[0] == "hamid has no e-mail address: nothing can be sent until there is one."


@pytest.mark.parametrize("rows", [1, 3])
def test_the_subscriptions_cost_the_same_for_one_and_for_three(
    rows: int, django_assert_num_queries: DjangoAssertNumQueries
):
    client = Client()
    client.force_login(person("leila", "Responsable"))
    for number in range(rows):
        Subscription.objects.create(user=person(f"p{number}", "Commercial"), topic="alerts")
    client.get(SUBSCRIPTIONS)

    with django_assert_num_queries(6):
        client.get(SUBSCRIPTIONS)
