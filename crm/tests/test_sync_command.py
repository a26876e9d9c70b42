from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import translation

from crm.models import Customer, SyncRun
from crm.sync import engine, requests
from crm.sync.holding import LOCKS
from crm.tests.shops import shop

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _english(settings: object) -> Iterator[None]:
    settings.LANGUAGE_CODE = "en"  # type: ignore[attr-defined]
    with translation.override("en"):
        yield


@pytest.fixture
def another_connection() -> Iterator[psycopg.Connection[Any]]:
    """Another process's."""
    parameters = {**connection.get_connection_params(), "cursor_factory": psycopg.Cursor}
    parameters.pop("context", None)
    with psycopg.connect(**parameters, autocommit=True) as other:
        yield other


def sync(*arguments: str) -> tuple[list[str], list[str], int]:
    """What the command says, what it complains of, and its status."""
    out, err, status = io.StringIO(), io.StringIO(), 0
    try:
        call_command("sync_sources", *arguments, stdout=out, stderr=err)
    except SystemExit as end:
        status = int(str(end.code))
    return out.getvalue().splitlines(), err.getvalue().splitlines(), status


def told(lines: list[str]) -> list[str]:
    """Without the seconds."""
    return [line.rsplit(", ", 1)[0] for line in lines]


def test_every_source_is_synced_and_a_second_time_nothing_changes():
    shop()
    shop("Salon", "S1;Chloé Sage;chloe@sage.fr;Pau")

    out, err, status = sync()

    assert told(out) == [
        "Boutique, Clients: 2 read, 2 created, 0 updated, 0 unchanged, 0 rejected",
        "Salon, Clients: 1 read, 1 created, 0 updated, 0 unchanged, 0 rejected",
    ]
    assert (err, status, Customer.objects.count()) == ([], 0, 3)
    assert told(sync("--full")[0])[0] == (
        "Boutique, Clients: 2 read, 0 created, 0 updated, 2 unchanged, 0 rejected"
    )


def test_one_source_failing_does_not_stop_the_others():
    broken = shop("Archive")
    broken.tables.get().mappings.update(status="retired")
    shop()

    out, err, status = sync()

    assert told(out) == ["Boutique, Clients: 2 read, 2 created, 0 updated, 0 unchanged, 0 rejected"]
    assert err == ["Archive: No mapping is active for Clients of “Archive”: activate one first."]
    assert status == 1


def test_only_the_named_source_is_synced():
    shop()
    shop("Salon")

    assert len(sync("--source", "salon")[0]) == 1
    assert len(sync("--source", "SALON")[0]) == 1
    assert set(SyncRun.objects.values_list("source__name", flat=True)) == {"Salon"}


def test_an_unknown_name_lists_those_there_are():
    with pytest.raises(CommandError) as none:
        call_command("sync_sources", "--source", "odoo")
    shop()
    with pytest.raises(CommandError) as one:
        call_command("sync_sources", "--source", "odoo")

    assert str(none.value) == "There is no source “odoo”: none has been set up yet."
    assert str(one.value) == ("There is no source “odoo”. The one there is: boutique (Boutique).")


def test_a_source_that_is_switched_off_is_left_alone_or_says_so():
    source = shop()
    source.is_active = False
    source.save()

    assert sync() == ([], [], 0)
    assert sync("--source", "boutique")[1:] == (
        ["Boutique: “Boutique” is switched off: switch it on first."],
        1,
    )


def test_of_two_at_once_the_second_says_so_and_goes(another_connection: psycopg.Connection[Any]):
    source = shop()
    another_connection.execute("SELECT pg_advisory_lock(%s, %s)", [LOCKS, source.pk])

    assert sync() == (
        ["Another process is syncing “Boutique”; nothing was done."],
        [],
        0,
    )
    assert not SyncRun.objects.exists()


def test_a_run_that_was_left_half_way_goes_on():
    source = shop()
    left = requests.request(source, in_background=False)
    # As a killed command leaves it: claimed, with nobody at work.
    SyncRun.objects.update(status="running", claimed_at=left.requested_at, attempts=4)

    out, _err, status = sync()

    assert told(out) == ["Boutique, Clients: 2 read, 2 created, 0 updated, 0 unchanged, 0 rejected"]
    assert (SyncRun.objects.get().status, status) == ("done", 0)


def test_more_than_was_left_is_read_where_that_is_asked_for():
    source = shop()
    requests.request(source, in_background=False)

    sync("--full")

    assert list(SyncRun.objects.order_by("pk").values_list("kind", "status")) == [
        ("changes", "done"),
        ("full", "done"),
    ]


def test_stopped_by_hand_it_can_go_on(monkeypatch: pytest.MonkeyPatch):
    source = shop()
    with monkeypatch.context() as stopped:
        stopped.setattr(engine, "advance", _interrupted)
        _out, err, status = sync()

    assert (err, status) == (
        ["Boutique: stopped. The sync goes on the next time, where it stopped."],
        130,
    )
    run = SyncRun.objects.get()
    assert (run.status, run.claimed_at) == ("running", None)
    assert sync()[2] == 0
    assert source.runs.get().status == "done"


def _interrupted(*_arguments: object, **_named: object) -> bool:
    raise KeyboardInterrupt
