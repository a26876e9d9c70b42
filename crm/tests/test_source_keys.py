from __future__ import annotations

import datetime as dt
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.core.management import CommandError, call_command
from django.db import connection

from backoffice.core import tiles
from backoffice.core.errors import DomainError
from backoffice.messaging.models import OutboundMessage
from crm import tasks
from crm.models import DataSource
from crm.sources import describing, expiry, secrets

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import Settings
    from time_machine import TimeMachineFixture

pytestmark = pytest.mark.django_db
KEY = "a-key-nobody-may-see-0001"
TODAY = dt.date(2026, 11, 21)


@pytest.fixture(autouse=True)
def today(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(dt.datetime(2026, 11, 21, 9, 0, tzinfo=dt.UTC), tick=False)


@pytest.fixture
def source() -> DataSource:
    return DataSource.objects.create(
        name="Odoo", slug="odoo", kind="odoo", options={"url": "https://estate.odoo.com"}
    )


@pytest.fixture
def manager() -> User:
    user = User.objects.create_user("marie", "marie@domaine.example", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="change_datasource"))
    return user


def code_of(source: DataSource) -> str:
    with pytest.raises(DomainError) as caught:
        secrets.reveal(source)
    assert KEY not in str(caught.value)
    return caught.value.code


def test_a_key_is_not_in_the_database(source: DataSource):
    secrets.set_key(source.pk, f" {KEY} ")

    source.refresh_from_db()
    assert secrets.reveal(source) == KEY
    with connection.cursor() as cursor:
        cursor.execute("SELECT crm_datasource::text FROM crm_datasource")
        assert KEY not in cursor.fetchone()[0]


def test_the_same_key_is_encrypted_otherwise_each_time(source: DataSource):
    first = secrets.set_key(source.pk, KEY).secret

    assert secrets.set_key(source.pk, KEY).secret != first


@pytest.mark.parametrize("key", ["", "  ", "two\nlines", "x" * 4001, "nul\0"])
def test_what_is_no_key_is_refused(source: DataSource, key: str):
    with pytest.raises(DomainError) as caught:
        secrets.set_key(source.pk, key)

    assert (caught.value.field, caught.value.value) == ("secret", None)


def test_without_a_key(source: DataSource):
    assert code_of(source) == "secret_missing"
    assert not secrets.has_key(source)


def test_clearing_forgets_everything(source: DataSource):
    secrets.set_key(source.pk, KEY)

    cleared = secrets.clear(source.pk)

    assert (cleared.secret, cleared.secret_variable, cleared.secret_expires_on) == ("", "", None)


def test_an_old_secret_key_still_reads(source: DataSource, settings: Settings):
    kept = secrets.set_key(source.pk, KEY)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-secret-key-of-the-installation"

    assert secrets.reveal(kept) == KEY


def test_a_secret_key_that_is_gone_is_told(source: DataSource, settings: Settings):
    kept = secrets.set_key(source.pk, KEY)
    settings.SECRET_KEY = "another-secret-key-of-the-installation"

    assert code_of(kept) == "secret_unreadable"


def test_rotating_leaves_the_old_secret_key_behind(source: DataSource, settings: Settings):
    secrets.set_key(source.pk, KEY)
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another-secret-key-of-the-installation"
    settings.SECRET_KEY_FALLBACKS = [old]

    out = StringIO()
    call_command("rotate_source_keys", stdout=out)
    settings.SECRET_KEY_FALLBACKS = []

    source.refresh_from_db()
    assert secrets.reveal(source) == KEY
    assert out.getvalue() == "1 keys encrypted anew.\n"


def test_rotating_names_what_cannot_be_read(source: DataSource, settings: Settings):
    secrets.set_key(source.pk, KEY)
    settings.SECRET_KEY = "another-secret-key-of-the-installation"

    with pytest.raises(CommandError, match="Odoo"):
        call_command("rotate_source_keys", stdout=StringIO())


def test_another_address_gets_no_key(source: DataSource):
    kept = secrets.set_key(source.pk, KEY)
    kept.options["url"] = "https://estate.odoo.com/web"
    assert secrets.reveal(kept) == KEY

    kept.options["url"] = "https://attacker.example"

    assert code_of(kept) == "secret_other_server"


def test_a_key_of_the_environment(source: DataSource, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SOURCE_ODOO_KEY", KEY)
    secrets.set_key(source.pk, "typed in before")

    told = secrets.use_variable(source.pk, "SOURCE_ODOO_KEY")

    assert (secrets.reveal(told), told.secret) == (KEY, "")
    monkeypatch.delenv("SOURCE_ODOO_KEY")
    assert code_of(told) == "secret_missing"


def test_a_key_of_the_environment_may_be_bound_to_its_server(
    source: DataSource, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("SOURCE_ODOO_KEY", KEY)
    monkeypatch.setenv("SOURCE_ODOO_KEY_SERVER", "https://estate.odoo.com/web")
    told = secrets.use_variable(source.pk, "SOURCE_ODOO_KEY")
    assert secrets.reveal(told) == KEY

    told.options["url"] = "https://attacker.example"

    assert code_of(told) == "secret_other_server"


@pytest.mark.parametrize(
    "url", ["http://estate.odoo.com", "ftp://estate.odoo.com", "https://bot:pw@estate.odoo.com", ""]
)
def test_no_source_is_described_with_an_address_the_key_may_not_go_to(source: DataSource, url: str):
    secrets.set_key(source.pk, KEY)

    for describe in (
        lambda: describing.create("odoo", {"name": "Second", "url": url}),
        lambda: describing.change(source.pk, {"name": "Odoo", "url": url}),
    ):
        with pytest.raises(DomainError) as caught:
            describe()
        assert caught.value.field == "url"

    source.refresh_from_db()
    assert (source.options["url"], DataSource.objects.count()) == ("https://estate.odoo.com", 1)


def test_the_address_is_kept_as_its_server(source: DataSource):
    changed = describing.change(
        source.pk, {"name": "Odoo", "url": " https://estate.odoo.com/odoo/contacts?debug=1 "}
    )

    assert changed.options["url"] == "https://estate.odoo.com"


def test_a_new_key_does_not_end_with_the_one_before(source: DataSource):
    old = dt.date(2026, 11, 30)
    secrets.set_key(source.pk, KEY, expires_on=old)
    form = {"name": "Odoo", "url": "https://estate.odoo.com", "secret_expires_on": old}

    told = describing.change(source.pk, {**form, "secret": "another"})

    assert told.secret_expires_on == dt.date(2027, 2, 21)


def test_a_variable_is_given_up_by_emptying_its_field(
    source: DataSource, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("SOURCE_ODOO_KEY", KEY)
    secrets.use_variable(source.pk, "SOURCE_ODOO_KEY")

    told = describing.change(
        source.pk, {"name": "Odoo", "url": "https://estate.odoo.com", "secret_variable": ""}
    )

    assert (told.secret_variable, secrets.has_key(told)) == ("", False)


@pytest.mark.parametrize(
    "name", ["SECRET_KEY", "DATABASE_URL", "SOURCE_", "source_key", "SOURCE_A B", "SOURCE_A\n", ""]
)
def test_no_other_variable_is_read(source: DataSource, name: str, monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(DomainError):
        secrets.use_variable(source.pk, name)

    source.secret_variable = name or "SECRET_KEY"
    monkeypatch.setenv("SECRET_KEY", "of the installation")
    assert code_of(source) == "variable_name"


@pytest.mark.parametrize(
    ("kind", "version", "day"),
    [
        ("odoo", "", dt.date(2027, 2, 21)),
        ("odoo", "19.0", dt.date(2027, 2, 21)),
        ("odoo", "saas~18.3", None),
        ("files", "", None),
    ],
)
def test_when_a_key_typed_today_ends(
    source: DataSource, kind: str, version: str, day: dt.date | None
):
    source.kind = kind
    source.options["version"] = version
    source.save()

    assert secrets.set_key(source.pk, KEY).secret_expires_on == day


def test_the_day_that_is_given_counts(source: DataSource):
    day = dt.date(2026, 12, 24)

    assert secrets.set_key(source.pk, KEY, expires_on=day).secret_expires_on == day


def test_three_months_end_with_a_short_month(source: DataSource, time_machine: TimeMachineFixture):
    time_machine.move_to(dt.datetime(2026, 11, 30, 9, 0, tzinfo=dt.UTC))

    assert secrets.set_key(source.pk, KEY).secret_expires_on == dt.date(2027, 2, 28)


def test_the_history_says_who_typed_it_in(source: DataSource, manager: User):
    secrets.set_key(source.pk, KEY, by=manager)

    [entry] = LogEntry.objects.all()
    assert (entry.user, entry.object_id) == (manager, str(source.pk))
    assert KEY not in entry.change_message


@pytest.mark.parametrize(
    ("days", "is_told"), [(15, False), (14, True), (1, True), (0, True), (-1, True)]
)
def test_the_end_is_told_two_weeks_before(source: DataSource, days: int, is_told: bool):  # noqa: FBT001 - a parameter
    kept = secrets.set_key(source.pk, KEY, expires_on=TODAY + dt.timedelta(days=days))

    assert bool(expiry.warning(kept)) is is_told
    assert list(expiry.ending()) == ([kept] if is_told else [])


def test_the_home_page_warns(source: DataSource, manager: User):
    assert expiry.tile(manager) is None
    secrets.set_key(source.pk, KEY, expires_on=TODAY + dt.timedelta(days=5))

    [tile] = [one for one in tiles.for_user(manager) if one.icon == "key"]

    assert (tile.number, tile.tone) == (1, "warning")
    assert "Odoo" in str(tile.text)


def test_who_may_not_change_sources_is_not_warned(source: DataSource):
    secrets.set_key(source.pk, KEY, expires_on=TODAY)

    stranger = User.objects.create_user("paul", is_staff=True)
    assert [one for one in tiles.for_user(stranger) if one.icon == "key"] == []


def test_health_tells_of_ended_keys(source: DataSource, client: Client):
    assert "source_keys" not in client.get("/health").json()["components"]
    secrets.set_key(source.pk, KEY, expires_on=TODAY)
    assert client.get("/health").json()["components"]["source_keys"] is True

    secrets.set_key(source.pk, KEY, expires_on=TODAY - dt.timedelta(days=1))

    assert client.get("/health").json()["components"]["source_keys"] is False


def test_staff_get_a_mail_once_for_each_stage(
    source: DataSource, manager: User, settings: Settings, time_machine: TimeMachineFixture
):
    settings.EMAIL_HOST = "localhost"
    secrets.set_key(source.pk, KEY, expires_on=TODAY + dt.timedelta(days=14))
    for day in range(16):
        time_machine.move_to(
            dt.datetime(2026, 11, 21, 9, 0, tzinfo=dt.UTC) + dt.timedelta(days=day)
        )
        tasks.warn_of_keys()
        tasks.warn_of_keys()

    mails = OutboundMessage.objects.all()
    assert [mail.recipient for mail in mails] == [manager.email] * 5
    assert all("Odoo" in mail.subject and KEY not in mail.body for mail in mails)


def test_nobody_is_written_to_without_a_mail_server(
    source: DataSource, manager: User, settings: Settings
):
    settings.EMAIL_HOST = ""
    secrets.set_key(source.pk, KEY, expires_on=TODAY)

    tasks.warn_of_keys()

    assert OutboundMessage.objects.count() == 0
