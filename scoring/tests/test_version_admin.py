"""The versions in the admin: what is shown of them, side by side, and put to use."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import Permission, User
from django.contrib.messages import get_messages
from django.core.exceptions import PermissionDenied

from scoring.admin import version_outlook
from scoring.engine import artifact
from scoring.engine.scale import segment
from scoring.leads import explaining
from scoring.models import LeadScore, LeadTouch, ModelTraining, ScoringModel
from scoring.tests import leads, usable
from scoring.versions import keeping
from scoring.versions.rivalry import AGAINST

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
LIST = "/admin/scoring/scoringmodel/"
COMPARE = "/admin/scoring/compare/"
DIALOG = {"_form_submitted": "on"}


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("boss"))
    return client


def staff(client: Client, *codenames: str) -> User:
    user = User.objects.create_user("omar", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client.force_login(user)
    return user


def page(version: ScoringModel) -> str:
    return f"{LIST}{version.pk}/change/"


def told(answer: Any) -> list[str]:  # noqa: ANN401 - what the client answers
    return [str(message) for message in get_messages(answer.wsgi_request)]


# --- the list ---


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_number_of_questions(
    boss: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
):
    for _number in range(rows):
        leads.version(trained_by=User.objects.get(), report=usable.REPORT)

    with django_assert_num_queries(6):
        assert len(boss.get(LIST).context["cl"].result_list) == rows


def test_the_list_says_which_is_in_use_and_how_good_each_is(boss: Client):
    usable.version()

    shown = " ".join(boss.get(LIST).content.decode().split())

    assert shown.count("> in use </span>") == 1
    assert "File of clients: ours.csv" in shown
    assert '0.835<span class="version-interval">0.796 to 0.873</span>' in shown


# --- one version ---


def test_the_page_shows_all_that_was_measured(boss: Client):
    version = usable.version()

    answer = boss.get(page(version))
    shown = answer.context

    assert shown["quality"].told == (
        "Learned from 1,499 rows; measured on 501 others, later than all it learned from, of whom"
        " 22.8 % bought."
    )
    values = {row.label: (row.value, row.interval) for row in shown["quality"].rows}
    assert values == {
        "AUC": ("0.835", "0.796 to 0.873"),
        "Lift at 10 %": ("2.99", "2.46 to 3.68"),
        "Log loss": ("0.395", "0.360 to 0.430"),
        "Calibration error": ("0.028", ""),
    }
    assert [section.name for section in shown["sections"]] == [
        "calibration",
        "importance",
        "contest",
    ]
    [table] = shown["sections"][2].tables
    assert [(row[0], row[4], row[5]) for row in table.rows] == [
        ("Random forest (chosen)", "the champion", "0.391"),
        ("Logistic regression", "no sure difference", "0.394"),
    ]
    assert "tells the outcome nearly alone" in answer.content.decode()


def test_calibration_shows_how_sure_what_came_is(boss: Client):
    [section] = [one for one in boss.get(page(usable.version())).context["sections"] if one.charts][
        :1
    ]

    foretold, came, interval = section.charts[0].series
    assert (foretold.values, came.values) == ((0.1, 0.4), (0.12, 0.34))
    low, high = interval.values[0]
    # Wilson, 30 of 250.
    assert (round(low, 3), round(high, 3)) == (0.085, 0.166)


def test_the_page_of_an_old_version_says_that_nothing_is_known(boss: Client):
    answer = boss.get(page(leads.version()))

    assert answer.context["quality"].told == "Nothing is known of how good it is."
    assert (answer.context["quality"].rows, answer.context["sections"]) == ([], [])


def test_the_page_says_what_a_version_is_against_the_one_in_use(boss: Client):
    against = {
        "version": 7,
        "model": "forest",
        "is_anew": True,
        "log_loss": 0.41,
        "auc": 0.84,
        "gain": {"auc": [-0.005, -0.02, 0.01], "log_loss": [-0.0147, -0.02, -0.01]},
    }
    version = usable.version(report={**usable.REPORT, AGAINST: against})

    sections = {one.name: one for one in boss.get(page(version)).context["sections"]}

    assert sections["against"].title == "Against v7, on the same customers"
    assert "learned anew without them" in sections["against"].sentences[1]
    assert sections["against"].tables[0].rows == (
        ("AUC", "0.840", "−0.005 (−0.020 to +0.010)", "no sure difference"),
        ("Log loss", "0.410", "−0.015 (−0.020 to −0.010)", "surely better"),
    )


@pytest.mark.parametrize("make", [leads.version, usable.version])
def test_the_page_costs_the_same_whatever_it_shows(
    boss: Client,
    make: Callable[[], ScoringModel],
    django_assert_num_queries: DjangoAssertNumQueries,
):
    version = make()

    # Its arrays are read once per process.
    boss.get(page(version))
    with django_assert_num_queries(7):
        boss.get(page(version))


def test_the_page_says_what_its_training_came_to(boss: Client):
    version = usable.version()
    day = dt.date(2026, 1, 1)
    training = ModelTraining.objects.create(
        as_of=day, status="done", model=version, verdict="It is not worse than v1."
    )

    shown = boss.get(page(version)).content.decode()

    assert "It is not worse than v1." in shown
    assert f"/admin/scoring/modeltraining/{training.pk}/change/" in shown


def test_a_note_is_written_without_touching_the_rest(boss: Client):
    version = usable.version()
    boss.get(page(version))
    # Put to use by somebody else while the page was open.
    keeping.activate(version.pk, by=None)

    assert boss.post(page(version), {"note": "After the fair"}).status_code == 302

    version.refresh_from_db()
    assert (version.note, version.is_active) == ("After the fair", True)


def test_the_file_of_a_model_can_be_taken_away(boss: Client):
    version = usable.version()

    answer = boss.get(f"{LIST}{version.pk}/model.npz")

    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="lead-scoring-v{version.pk}.npz"'
    )
    assert artifact.from_bytes(answer.content).kind == "forest"
    assert boss.get(f"{LIST}999/model.npz").status_code == 404


# --- putting to use ---


def test_a_version_is_put_to_use_after_a_question_that_tells_what_changes(boss: Client):
    version = usable.version(shift=3.0)
    leads.lead(50)
    before = keeping.in_use()
    LeadScore.objects.update(model=before)

    asked = boss.get(f"{LIST}{version.pk}/use/").content.decode()
    assert "Of 1 customer, " in asked
    assert keeping.in_use() == before
    answer = boss.post(f"{LIST}{version.pk}/use/", DIALOG)

    assert told(answer) == [f"v{version.pk} is in use; all customers are being scored anew."]
    version.refresh_from_db()
    assert (version.is_active, version.activated_by) == (True, User.objects.get())
    # Everybody is scored anew.
    assert LeadTouch.objects.filter(customer_id=None).count() == 1


def test_one_goes_back_to_an_earlier_version_in_the_same_way(boss: Client):
    first, second = keeping.in_use(), usable.version()
    boss.post(f"{LIST}{second.pk}/use/", DIALOG)

    boss.post(f"{LIST}{first.pk}/use/", DIALOG)

    assert keeping.in_use() == first
    assert [version.is_active for version in ScoringModel.objects.order_by("pk")] == [True, False]


def test_a_version_that_cannot_be_read_stays_unused(boss: Client):
    current = keeping.in_use()
    broken = leads.version(artifact=b"not a model")

    boss.get(f"{LIST}{broken.pk}/use/")
    answer = boss.post(f"{LIST}{broken.pk}/use/", DIALOG)

    assert keeping.in_use() == current
    assert len(told(answer)) == 1


def test_what_is_in_use_offers_no_button(boss: Client):
    version = usable.version()

    assert f"{LIST}{version.pk}/use/" in boss.get(page(version)).content.decode()
    current = keeping.in_use()
    assert f"{LIST}{current.pk}/use/" not in boss.get(page(current)).content.decode()


def test_who_may_look_at_versions_may_not_put_them_to_use(client: Client):
    version = usable.version()
    omar = staff(client, "view_scoringmodel")

    shown = client.get(page(version)).content.decode()
    assert "/use/" not in shown
    assert 'name="note"' not in shown
    assert client.post(f"{LIST}{version.pk}/use/", DIALOG).status_code == 403
    with pytest.raises(PermissionDenied):
        keeping.activate(version.pk, by=omar)


def test_strangers_get_no_file(client: Client):
    version = usable.version()
    staff(client, "view_leadscore")

    assert client.get(f"{LIST}{version.pk}/model.npz").status_code == 403
    assert client.get(COMPARE).status_code == 403


# --- side by side ---


def chosen(client: Client, *versions: ScoringModel) -> Any:  # noqa: ANN401 - what the client answers
    posted = {"action": "compare", ACTION_CHECKBOX_NAME: [one.pk for one in versions]}
    return client.post(LIST, posted)


def test_two_are_chosen_in_the_list(boss: Client):
    first, second = keeping.in_use(), usable.version()

    answer = chosen(boss, first, second)

    assert answer.headers["Location"] == f"{COMPARE}?one={first.pk}&other={second.pk}"
    assert told(chosen(boss, first)) == ["Choose two versions to compare, not more and not fewer."]


def test_the_one_in_use_and_the_newest_other_one_are_compared_by_themselves(boss: Client):
    current, _other, newest = keeping.in_use(), usable.version(0.5), usable.version()

    assert boss.get(COMPARE).context["pair"] == [current, newest]
    assert boss.get(COMPARE, {"one": newest.pk}).context["pair"] == [newest, current]
    assert boss.get(COMPARE, {"one": "x", "other": "99999999999999999999"}).status_code == 200


@pytest.mark.parametrize(
    ("asked", "is_told"),
    [("", False), ("?one={a}&other={b}", False), ("?one={b}", False)]
    + [
        (odd, True)
        for odd in ("?one={a}&other={a}", "?one={a}&other=0", "?one=x", "?other=" + "9" * 30)
    ],
)
def test_what_cannot_be_compared_is_said(boss: Client, asked: str, *, is_told: bool):
    one, other = usable.version(), usable.version(2.0)

    page = boss.get(COMPARE + asked.format(a=one.pk, b=other.pk)).content.decode()

    assert ("These are two others." in page) is is_told


def test_a_damaged_version_has_a_page_that_says_so(boss: Client):
    one = usable.version(3.0, artifact=b"junk")

    page = boss.get(f"{LIST}{one.pk}/change/")

    assert page.status_code == 200
    assert f"Version {one} cannot be read: it is damaged" in page.content.decode()


def test_one_version_alone_cannot_be_compared(boss: Client):
    keeping.in_use()

    assert "There are not two versions yet" in boss.get(COMPARE).content.decode()


def test_the_better_figure_is_marked_only_where_both_were_measured_on_the_same(boss: Client):
    worse = {**usable.REPORT, "auc": 0.8, "log_loss": 0.5, "calibration_error": 0.028}
    one, other = usable.version(), usable.version(0.5, report=worse)
    stranger = usable.version(0.7, report=worse, source_name="others.csv")

    def better(rival: ScoringModel) -> dict[str, int | None]:
        rows = boss.get(COMPARE, {"one": one.pk, "other": rival.pk}).context["rows"]
        return {row.label: row.better for row in rows}

    assert better(other)["AUC"] == better(other)["Log loss"] == 0
    assert better(other)["Calibration error"] is None
    assert set(better(stranger).values()) == {None}


def test_customers_are_counted_by_their_segments_under_each(boss: Client):
    one, other = keeping.in_use(), usable.version(shift=1.5)
    for number in range(12):
        leads.lead(50, total_contacts=number * 3, website_visits=number, emails_opened=number % 8)
    models = [artifact.from_bytes(bytes(version.artifact)) for version in (one, other)]
    counts: Counter[tuple[str, ...]] = Counter()
    for lead in LeadScore.objects.all():
        client = explaining.client_of(lead)
        counts[tuple(segment(model.score_of_one(client)) for model in models)] += 1

    found = version_outlook.of(one, other)

    assert found is not None
    assert {pair: count for pair, count in found.counts.items() if count} == dict(counts)
    assert found.moved == sum(count for pair, count in counts.items() if len(set(pair)) > 1) > 0
    told_of = f"Of 12 customers, {found.moved} ("
    assert told_of in boss.get(COMPARE).content.decode()


def test_of_many_customers_some_are_drawn(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(version_outlook, "MOST", 10)
    one, other = keeping.in_use(), usable.version()
    for _number in range(40):
        leads.lead(50)

    found = version_outlook.of(one, other)

    assert found is not None
    assert found.is_drawn
    assert found.customers == 10
    assert version_outlook.of(one, other) == found


def test_a_comparison_with_what_cannot_be_read_says_so(boss: Client):
    leads.lead(50)
    keeping.in_use()
    broken = leads.version(artifact=b"not a model")

    answer = boss.get(COMPARE, {"one": broken.pk})

    [section] = [one for one in answer.context["sections"] if one.name == "outlook"]
    assert len(section.sentences) == 1
    assert section.tables == ()


@pytest.mark.parametrize("rows", [1, 3])
def test_a_comparison_asks_the_same_number_of_questions(
    boss: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
):
    keeping.in_use()
    for number in range(rows):
        usable.version(number + 1.0)
        leads.lead(50)

    with django_assert_num_queries(8):
        boss.get(COMPARE)
