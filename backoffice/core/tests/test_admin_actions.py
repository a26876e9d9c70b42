"""The three shapes of action, on a small site of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import include, path
from django.utils.translation import ngettext_lazy
from django_q.models import OrmQ

from backoffice.admin_site import BackofficeAdminSite
from backoffice.core.admin import (
    DialogForm,
    Done,
    ModelAdmin,
    TabularInline,
    bulk_action,
    dialog_action,
    submit_action,
)
from backoffice.core.admin import bulk as bulk_module
from backoffice.core.errors import DomainError
from crm.models import Customer, CustomerIdentity

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.test.client import _MonkeyPatchedWSGIResponse as HttpResponse

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

done: list[tuple[Any, ...]] = []


class TooLateError(DomainError):
    conflict = True


def decide(pk: int, *words: object) -> None:
    customer = Customer.objects.get(pk=pk)
    if customer.company == "wrong":
        raise DomainError("Not this one.", field="company")
    if customer.company == "late":
        raise TooLateError("Already done by Ali at 10:42.")
    done.append((pk, *words, customer.identities.count()))


def decide_later(pk: str, user_id: str, *words: str) -> None:
    raise NotImplementedError


class Identities(TabularInline):
    model = CustomerIdentity


class DemoAdmin(ModelAdmin):
    inlines = (Identities,)
    actions = ("decide_all", "decide_many")
    actions_detail = ("decide",)
    actions_submit_line = ("save_and_decide",)

    def has_decide_permission(self, request: HttpRequest, *_object_id: object) -> bool:
        return request.user.has_perm("crm.delete_customer")

    @dialog_action("Decide", permissions=["decide"], question="Sure?")
    def decide(self, _request: HttpRequest, object_id: int, _data: dict[str, Any]) -> Done:
        decide(object_id, "dialog")
        return Done("Decided.", "/admin/")

    @submit_action("Save and decide", permissions=["decide"])
    def save_and_decide(self, _request: HttpRequest, object_id: int) -> Done:
        decide(object_id, "submit")
        return Done("Decided.", "/admin/")

    @bulk_action(
        "Decide all",
        permissions=["decide"],
        question="Sure?",
        done=ngettext_lazy("%(count)d decided.", "%(count)d decided, all.", "count"),
        task=decide_later,
    )
    def decide_all(self, _request: HttpRequest, object_id: int, _data: dict[str, Any]) -> None:
        decide(object_id, "bulk")

    @bulk_action(
        "Decide many",
        permissions=["decide"],
        question="Sure?",
        done=ngettext_lazy("%(count)d decided.", "%(count)d decided, all.", "count"),
    )
    def decide_many(self, _request: HttpRequest, object_id: int, _data: dict[str, Any]) -> None:
        decide(object_id, "bulk")


site = BackofficeAdminSite(name="admin")
site.register(Customer, DemoAdmin)
urlpatterns = [
    path("admin/", site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
]
LIST = "/admin/crm/customer/"


@pytest.fixture(autouse=True)
def _nothing_done():
    done.clear()


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("boss"))
    return client


def customer(company: str = "Noor") -> Customer:
    return Customer.objects.create(company=company)


def told(response: HttpResponse) -> list[tuple[str, str]]:
    found = get_messages(response.wsgi_request)
    return [(str(message.level_tag), str(message)) for message in found]


def post(client: Client, pk: int, **headers: str) -> HttpResponse:
    return client.post(f"{LIST}{pk}/decide/", {"_form_submitted": "on"}, headers=headers)


def test_dialog_asks_on_get_and_changes_nothing(boss: Client):
    response = boss.get(f"{LIST}{customer().pk}/decide/")

    assert (b"Sure?" in response.content, done) == (True, [])


def test_dialog_needs_the_token(boss: Client):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(User.objects.get())

    assert (post(strict, customer().pk).status_code, done) == (403, [])


def test_dialog_decides_and_goes_where_the_action_says(boss: Client):
    pk = customer().pk

    response = post(boss, pk, **{"HX-Request": "true"})

    assert (response.status_code, response.headers["HX-Redirect"]) == (200, "/admin/")
    assert (done, told(response)) == ([(pk, "dialog", 0)], [("success", "Decided.")])


def test_dialog_tells_a_late_request_as_a_warning_on_the_same_page(boss: Client):
    page = "http://testserver/admin/crm/customer/?q=x"

    response = post(boss, customer("late").pk, **{"HX-Request": "true", "HX-Current-URL": page})

    assert response.headers["HX-Redirect"] == page
    assert told(response) == [("warning", "Already done by Ali at 10:42.")]


def test_dialog_does_not_follow_a_foreign_page(boss: Client):
    pk = customer("late").pk

    response = post(boss, pk, **{"HX-Request": "true", "HX-Current-URL": "https://evil.example/"})

    assert response.headers["HX-Redirect"] == f"{LIST}{pk}/change/"


def test_dialog_tells_that_the_row_is_gone(boss: Client):
    response = post(boss, 4711)

    assert (response.headers["Location"], [level for level, _ in told(response)]) == (
        LIST,
        ["warning"],
    )


def test_dialog_of_something_that_is_no_id_is_not_found(boss: Client):
    assert boss.post(f"{LIST}abc/decide/", {"_form_submitted": "on"}).status_code == 404


def test_dialog_is_refused_without_the_permission(client: Client):
    client.force_login(User.objects.create_user("ali", is_staff=True))

    assert (post(client, customer().pk).status_code, done) == (403, [])


def save(client: Client, pk: int, company: str) -> HttpResponse:
    rows = {"identities-TOTAL_FORMS": "1", "identities-INITIAL_FORMS": "0"}
    rows |= {"identities-0-kind": "email", "identities-0-value": "a@x.example"}
    form = {"company": company, "identities-0-customer": str(pk), **rows}
    return client.post(f"{LIST}{pk}/change/", {**form, "crm_customer_save_and_decide": ""})


def test_submit_button_decides_after_the_lines_are_saved(boss: Client):
    pk = customer().pk

    response = save(boss, pk, "Noor Rabat")

    assert (response.headers["Location"], done) == ("/admin/", [(pk, "submit", 1)])
    assert Customer.objects.get().company == "Noor Rabat"


def test_submit_button_keeps_what_was_typed_when_the_decision_is_refused(boss: Client):
    pk = customer().pk

    response = save(boss, pk, "wrong")

    assert (response.headers["Location"], done) == (f"{LIST}{pk}/change/", [])
    assert told(response) == [("error", "Not this one.")]
    assert CustomerIdentity.objects.count() == 1


def choose(client: Client, action: str, *rows: Customer, **more: str) -> HttpResponse:
    ids = [row.pk for row in rows]
    return client.post(LIST, {"action": action, "_selected_action": ids, **more})


def confirm(client: Client, action: str, *rows: Customer) -> HttpResponse:
    ids = ",".join(str(row.pk) for row in rows)
    return choose(client, action, rows[0], confirmed="1", _form_submitted="on", ids=ids)


def test_bulk_action_asks_first(boss: Client):
    response = choose(boss, "decide_all", customer("Noor"), customer("Atlas"))

    assert (response.status_code, response.context["count"], done) == (200, 2, [])
    assert b"Atlas" in response.content


def test_bulk_action_decides_each_row_and_sums_up(boss: Client):
    rows = [customer("Noor"), customer("late"), customer("Atlas"), customer("wrong")]

    response = confirm(boss, "decide_all", *rows)

    assert done == [(rows[0].pk, "bulk", 0), (rows[2].pk, "bulk", 0)]
    success, skipped = told(response)
    assert success == ("success", "2 decided, all.")
    assert skipped[0] == "warning"
    link = f'<a class="underline" href="{LIST}{rows[1].pk}/change/">late</a>: Already done'
    assert link in skipped[1]


def test_bulk_action_of_nothing_but_refusals_is_an_error(boss: Client):
    response = confirm(boss, "decide_all", customer("wrong"))

    assert [level for level, _text in told(response)] == ["error"]


def test_bulk_action_above_the_limit_becomes_jobs(boss: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bulk_module, "REQUEST_LIMIT", 1)
    rows = [customer("Noor"), customer("Atlas")]

    confirm(boss, "decide_all", *rows)

    user = User.objects.get()
    queued = [job.task["args"] for job in OrmQ.objects.order_by("pk")]
    assert (queued, done) == ([(row.pk, user.pk) for row in rows], [])


def test_bulk_action_without_a_task_asks_for_fewer_rows(
    boss: Client, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(bulk_module, "REQUEST_LIMIT", 1)

    response = confirm(boss, "decide_many", customer("Noor"), customer("Atlas"))

    assert ([level for level, _ in told(response)], done) == (["error"], [])


def test_bulk_action_asks_for_fewer_rows_than_the_worker_can_take(
    boss: Client, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(bulk_module, "JOB_LIMIT", 1)

    response = choose(boss, "decide_all", customer("Noor"), customer("Atlas"))

    assert [level for level, _ in told(response)] == ["error"]
    assert OrmQ.objects.count() == 0


def test_bulk_action_takes_more_rows_than_a_form_has_fields(boss: Client):
    rows = Customer.objects.bulk_create(Customer(company=f"c{n}") for n in range(150))

    confirm(boss, "decide_all", *rows)

    assert len(done) == 150


def test_dialog_form_is_unfolds():
    assert "_form_submitted" in DialogForm.base_fields


def test_bulk_page_says_what_its_button_does(boss: Client):
    response = choose(boss, "decide_all", customer("Noor"))

    assert b">\n\nDecide all" in response.content or b"Decide all\n" in response.content
