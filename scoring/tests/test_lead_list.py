from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import Permission, User
from django.utils import timezone
from django_q.models import OrmQ

from crm.models import Customer, CustomerProfile, Interaction
from scoring.leads import asked_by_staff, handling
from scoring.models import LeadScore, SegmentChange
from scoring.tests.leads import lead, reach, version

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
LIST = "/admin/scoring/leadscore/"
DIALOG = {"_form_submitted": "on"}


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("boss", first_name="Omar"))
    client.cookies["django_language"] = "en"
    return client


def staff(client: Client, *codes: str) -> User:
    user = User.objects.create_user("ali", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codes))
    client.force_login(user)
    return user


def shown(client: Client, query: str = "") -> list[int]:
    answer = client.get(LIST + query)
    assert answer.status_code == 200
    return [row.pk for row in answer.context["cl"].result_list]


def text(client: Client, query: str = "") -> str:
    return client.get(LIST + query).content.decode()


def today(days: int = 0) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


# --- which leads, in which order ---


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_number_of_questions(
    boss: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
):
    for number in range(rows):
        one = lead(expected_value=Decimal(number + 1))
        SegmentChange.objects.create(
            customer=one.customer, before="Cold", after="Hot", score=80, changed_at=timezone.now()
        )

    # Session, person, those of the badges and the lists, whether the person gets the e-mail, the
    # count, the rows, their addresses and their changes, the staff of the filter.
    with django_assert_num_queries(12):
        assert len(shown(boss)) == rows


def test_the_worklist_is_hot_and_awake_the_most_promising_first(boss: Client):
    small, great = (lead(expected_value=Decimal(value)) for value in (10, 900))
    rested = lead(expected_value=Decimal(500), rests_until=today())
    resting = lead(expected_value=Decimal(950), rests_until=today(1))
    warm, cold = lead(69), lead(39)
    # Nobody may contact them, whatever they promise.
    silent = lead(
        expected_value=Decimal(990),
        customer=in_town("Paris", consent_phone=False, consent_email=False),
    )
    unknown = lead(expected_value=Decimal(980), customer=Customer.objects.create(name="Far"))
    away = [silent.pk, unknown.pk]

    assert shown(boss) == [great.pk, rested.pk, small.pk]
    assert shown(boss, "?queue=hot") == [*away, resting.pk, great.pk, rested.pk, small.pk]
    assert shown(boss, "?queue=resting") == [resting.pk]
    assert shown(boss, "?queue=warm") == [warm.pk]
    assert shown(boss, "?queue=cold") == [cold.pk]
    assert len(shown(boss, "?queue=all")) == 8
    assert shown(boss, "?reach=none") == away
    assert shown(boss, "?queue=nonsense") == shown(boss)


def test_a_long_list_is_counted_now_and_then(boss: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("scoring.admin.lead.COUNTED", 1)

    def counted(query: str = "") -> tuple[int, int]:
        changelist = boss.get(LIST + query).context["cl"]
        return changelist.result_count, len(changelist.result_list)

    lead(), lead()
    assert counted() == (2, 2)
    lead()
    assert counted() == (2, 3)
    # What is narrowed is counted each time.
    assert counted("?reach=call") == (3, 3)


def test_the_lists_are_counted(boss: Client):
    lead(), lead(rests_until=today(3)), lead(50), lead(1), lead(1, rests_until=today(3))

    tabs = boss.get(LIST).context["queue_tabs"]

    assert {tab["name"]: tab["number"] for tab in tabs} == {
        "today": 1,
        "hot": 2,
        "warm": 1,
        "cold": 2,
        "resting": 2,
        "all": 5,
    }
    assert [tab["name"] for tab in tabs if tab["is_chosen"]] == ["today"]


def test_a_list_is_changed_with_the_filters_kept(boss: Client):
    tabs = boss.get(f"{LIST}?city=Lyon&p=2&queue=warm").context["queue_tabs"]

    assert [tab["link"] for tab in tabs if tab["name"] in {"today", "cold"}] == [
        "?city=Lyon&queue=today",
        "?city=Lyon&queue=cold",
    ]


def in_town(city: str, **values: Any) -> Customer:
    customer = Customer.objects.create(name="Zoé Brûlard", city=city, **values)
    reach(customer, 9999)
    return customer


@pytest.mark.parametrize(
    ("query", "customer", "values"),
    [
        ("city=nant", {"city": "Nantes"}, {}),
        ("reach=none", {"consent_phone": False, "consent_email": False}, {}),
        ("expected_value_from=5000", {}, {"expected_value": Decimal("5000.01")}),
        ("last_contact_on_from=2020-01-01&last_contact_on_to=2020-02-01", {}, None),
        ("owner=nobody", {}, "nobody"),
        ("rank=vip", {}, "vip"),
    ],
)
def test_filters_find_what_they_name(
    boss: Client, query: str, customer: dict[str, Any], values: object
):
    other = lead(handled_at=timezone.now(), handled_by=User.objects.get())
    if values is None:
        values = {"last_contact_on": dt.date(2020, 2, 1), "known_since": dt.date(2019, 1, 1)}
    profile = values == "vip"
    wanted = lead(
        customer=in_town(**{"city": "Paris", **customer}),
        **(values if isinstance(values, dict) else {}),
    )
    if profile:
        CustomerProfile.objects.create(
            customer=wanted.customer, segment="vip", computed_at=timezone.now()
        )

    assert shown(boss, f"?{query}") == [wanted.pk]
    assert set(shown(boss, "?queue=hot")) == {wanted.pk, other.pk}


@pytest.mark.parametrize(
    ("choice", "consents", "found"),
    [
        ("call", {"consent_email": False}, True),
        ("call", {"consent_phone": False}, False),
        ("email", {"consent_phone": False}, True),
        ("email", {"consent_email": False}, False),
        ("none", {"consent_phone": False}, False),
    ],
)
def test_leads_are_found_by_the_way_they_allow(
    boss: Client, choice: str, consents: dict[str, bool], *, found: bool
):
    one = lead(customer=in_town("Paris", **consents))

    assert shown(boss, f"?reach={choice}") == ([one.pk] if found else [])


def test_consent_without_an_address_is_no_way(boss: Client):
    one = lead(customer=Customer.objects.create(name="Silent"))

    assert shown(boss, "?reach=none") == [one.pk]
    assert shown(boss, "?reach=call") == []
    assert "no way allowed" in text(boss, "?queue=hot")


def test_who_dealt_with_a_lead_finds_it_again_while_it_rests(boss: Client):
    me = User.objects.get()
    mine = lead(handled_at=timezone.now(), handled_by=me, rests_until=today(9))
    lead()

    assert shown(boss, f"?owner={me.pk}") == [mine.pk]
    assert shown(boss, f"?owner={me.pk}&queue=today") == []
    assert "dealt with by Omar" in text(boss, f"?owner={me.pk}")


def test_changes_of_the_last_week_are_found_and_shown(boss: Client):
    def changed(one: LeadScore, before: str, after: str, days: int) -> LeadScore:
        moment = timezone.now() - dt.timedelta(days=days)
        SegmentChange.objects.create(
            customer=one.customer, before=before, after=after, score=one.score, changed_at=moment
        )
        return one

    hotter = changed(lead(), "Cold", "Hot", 2)
    cooler = changed(lead(50), "Hot", "Warm", 3)
    changed(lead(), "Cold", "Hot", 8)

    assert shown(boss, "?changed=hot") == [hotter.pk]
    assert shown(boss, "?changed=cooler") == [cooler.pk]
    assert set(shown(boss, "?changed=any")) == {hotter.pk, cooler.pk}
    assert text(boss).count('data-warmer="yes"') == 1
    assert "Cold until" in text(boss)


@pytest.mark.parametrize("term", ["zoe", "BRULARD zoé", "c9999@x", "06 12 00 99 99"])
def test_somebody_looked_for_is_found_on_every_list(boss: Client, term: str):
    wanted = lead(2, customer=in_town("Paris"))
    lead()

    assert shown(boss, f"?q={term}") == [wanted.pk]
    assert shown(boss, f"?q={term}&queue=hot") == []


def test_the_first_one_is_a_click_away_with_the_filters_kept(boss: Client):
    lead(expected_value=Decimal(1))
    first = lead(expected_value=Decimal(2))

    link = f'href="{LIST}{first.pk}/change/?_changelist_filters=city%3DLyon"'
    assert link in text(boss, "?city=Lyon")
    assert "Begin with the first" not in text(boss, "?city=Nowhere")


def test_a_segment_asked_for_is_not_only_of_today(boss: Client):
    lead()
    warm = lead(50)

    assert shown(boss, "?segment__exact=Warm") == [warm.pk]
    assert shown(boss, "?score__gte=40&score__lt=50") == []
    assert shown(boss, f"?customer__id__exact={warm.pk}") == [warm.pk]


def test_an_odd_search_finds_nothing(boss: Client):
    lead()

    assert shown(boss, "?q=%25") == []
    assert shown(boss, "?q=()") == []


@pytest.mark.parametrize("column", range(1, 8))
def test_every_column_that_sorts_sorts(boss: Client, column: int):
    low = lead(71, expected_value=Decimal(1), last_contact_on=None)
    high = lead(99, expected_value=Decimal(2))

    assert {*shown(boss, f"?o={column}"), *shown(boss, f"?o=-{column}")} == {low.pk, high.pk}


# --- what a row says ---


def test_a_row_says_how_much_why_and_how_to_reach_them(boss: Client):
    lead(
        80,
        chance=0.412,
        expected_value=Decimal("1234.50"),
        usual_purchase=Decimal("2996.36"),
        contributions=[30.0, 20.4, -9.6, 0.2, 0.0, 0.0, 0.0],
        base=39.0,
    )

    page = text(boss).replace("\N{NO-BREAK SPACE}", " ")

    for words in (
        "1,234.50 EUR",
        "41 % of 2,996.36 EUR",
        "Last contact 5 days ago <b>+30</b>",
        "10 contacts so far <b>+20</b>",
        "1,500.50 spent so far <b>\N{MINUS SIGN}10</b>",
        'href="tel:+3361200',
        'href="mailto:c',
    ):
        assert words in page
    # Two tenths of a point are no reason.
    assert "e-mails opened" not in page


def test_a_way_the_customer_does_not_want_is_no_link(boss: Client):
    lead(customer=in_town("Paris", consent_phone=False))

    page = text(boss)

    assert "<s>+33612009999</s>" in page
    assert "tel:" not in page
    assert 'data-dialog="call_done"' not in page
    assert 'data-dialog="email_done"' in page


def test_an_address_cannot_add_to_its_link(boss: Client):
    customer = Customer.objects.create(name="Sly")
    customer.identities.create(kind="email", value='a?bcc=b@x.example"><script>')
    lead(customer=customer)

    page = text(boss)

    assert "mailto:a%3Fbcc%3Db@x.example%22%3E%3Cscript%3E" in page
    assert "<script>'" not in page
    assert 'example"><script>' not in page


def test_who_may_only_look_has_no_buttons(client: Client):
    staff(client, "view_leadscore")
    one = lead()

    assert shown(client) == [one.pk]
    assert "data-dialog" not in text(client)
    actions = client.get(LIST).context["action_form"]
    assert actions is None or [value for value, _ in actions.fields["action"].choices] == [""]
    for name in ("call_done", "email_done", "score_again"):
        assert client.get(f"{LIST}{one.pk}/{name}/").status_code == 403
        assert client.post(f"{LIST}{one.pk}/{name}/", DIALOG).status_code == 403
    assert Interaction.objects.count() == 0


# --- an empty list ---


def test_a_house_without_customers_is_led_to_its_data(boss: Client):
    assert "No scores yet" in text(boss)
    assert "There are no customers yet" in text(boss)


def test_a_house_without_scores_is_told_when_they_come(boss: Client):
    Customer.objects.create(name="A")

    assert "Customers are scored each night" in text(boss)


def test_who_dealt_with_all_hears_so(boss: Client):
    lead(rests_until=today(3))

    assert "Nobody is left to contact today" in text(boss)
    assert "Nobody is left" not in text(boss, "?city=Lyon")
    assert "Nobody is left" not in text(boss, "?queue=warm")


# --- done ---


def test_a_call_is_noted_once_and_the_lead_rests(boss: Client):
    one = lead()

    answer = boss.post(f"{LIST}{one.pk}/call_done/", {**DIALOG, "note": "Wants six cases"})

    assert answer.headers["Location"] == f"{LIST}{one.pk}/change/"
    contact = Interaction.objects.get()
    assert (contact.channel, contact.response) == ("call", "Wants six cases")
    one.refresh_from_db()
    assert one.handled_by is not None
    assert one.rests_until == today(14)
    assert shown(boss) == []


def test_from_the_list_one_comes_back_to_the_list(boss: Client):
    one = lead()
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{LIST}?city=Lyon"}

    answer = boss.post(f"{LIST}{one.pk}/email_done/", DIALOG, headers=headers)

    assert answer.headers["HX-Redirect"] == f"http://testserver{LIST}?city=Lyon"
    assert Interaction.objects.get().channel == "email"


def test_what_the_customer_does_not_want_is_refused(boss: Client):
    one = lead(customer=in_town("Paris", consent_phone=False))

    answer = boss.post(f"{LIST}{one.pk}/call_done/", DIALOG, follow=True)

    assert "does not want to be called" in answer.content.decode()
    assert Interaction.objects.count() == 0


# --- many at once ---


def chosen(action: str, leads: list[LeadScore], **more: str) -> dict[str, Any]:
    ids = [one.pk for one in leads]
    return {
        "action": action,
        "_selected_action": ids,
        "confirmed": "1",
        "ids": ",".join(map(str, ids)),
        **DIALOG,
        **more,
    }


def test_calls_to_many_are_noted_and_who_may_not_be_called_is_named(boss: Client):
    both = [lead(), lead()]
    no_way = lead(customer=in_town("Paris", consent_phone=False))

    answer = boss.post(LIST, chosen("call_selected", [*both, no_way], note="Fair"), follow=True)

    page = answer.content.decode()
    assert "2 calls noted." in page
    assert "1 row skipped:" in page
    assert sorted(Interaction.objects.values_list("customer", "response")) == [
        (one.pk, "Fair") for one in both
    ]


def test_asking_about_many_takes_the_same_number_of_queries(
    boss: Client, django_assert_num_queries: DjangoAssertNumQueries
):
    model = version()
    rows = [lead(model=model) for _number in range(9)]
    boss.get(LIST)
    for some in (rows[:2], rows):
        with django_assert_num_queries(10):
            answer = boss.post(
                LIST, {"action": "call_selected", "_selected_action": [one.pk for one in some]}
            )
        assert str(some[-1].customer) in answer.content.decode()


def test_more_than_two_hundred_are_left_to_the_worker(boss: Client):
    model = version()
    many = [lead(model=model) for _number in range(201)]

    boss.post(LIST, chosen("email_selected", many, note="Spring"))

    assert OrmQ.objects.count() == 201
    assert Interaction.objects.count() == 0
    boss_id = User.objects.get().pk
    handling.handle(many[0].pk, channel="call", by=User.objects.get())
    for _twice in range(2):
        asked_by_staff.note_email(many[0].pk, boss_id, "Spring")
    assert [*Interaction.objects.values_list("customer", "channel", "response").order_by("pk")] == [
        (many[0].pk, "call", ""),
        (many[0].pk, "email", "Spring"),
    ]


def test_a_job_for_somebody_who_left_does_nothing():
    one = lead()
    gone = User.objects.create_user("gone", is_active=False)
    never = User.objects.create_user("never")

    asked_by_staff.note_call(one.pk, gone.pk)
    asked_by_staff.note_call(one.pk, never.pk)

    assert Interaction.objects.count() == 0


def test_leads_are_scored_again_from_what_is_known(boss: Client):
    one = lead(99)

    answer = boss.post(LIST, chosen("score_selected", [one]), follow=True)

    assert "1 of 1 leads has another score now." in answer.content.decode()
    one.refresh_from_db()
    # Nothing was bought, nobody was in contact.
    assert (one.total_contacts, one.emails_sent, one.score < 70) == (0, 0, True)


def test_scoring_many_takes_its_permission(client: Client):
    staff(client, "view_leadscore", "contact_leadscore")
    one = lead(99)

    client.post(LIST, chosen("score_selected", [one]))

    one.refresh_from_db()
    assert one.score == 99
