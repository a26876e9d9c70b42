from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone, translation

from crm.models import SyncRun
from crm.sync import state
from crm.tests.journal_by_hand import Sync, a_sync, make_source

pytestmark = pytest.mark.django_db


def words() -> tuple[int, str]:
    with translation.override("en"):
        tile = state.tile(User())
    assert tile
    return tile.number, str(tile.text)


def test_without_sources_nothing_is_said():
    assert state.health().components == {}
    assert state.tile(User()) is None


def test_a_failed_sync_is_told_until_the_next_one_goes_well():
    shop = make_source()
    Sync(shop).end(SyncRun.Status.FAILED)
    assert state.health().components == {"syncs": False}
    assert words() == (1, "Boutique: failed, or not read for days")

    with a_sync(shop):
        pass
    assert state.health().components == {"syncs": True}
    assert words()[0] == 0


def test_a_sync_under_way_does_not_hide_the_one_that_failed():
    shop = make_source()
    Sync(shop).end(SyncRun.Status.FAILED)
    Sync(shop)

    assert state.health().components == {"syncs": False}


@pytest.mark.parametrize(("kind", "is_well"), [("odoo", False), ("files", True)])
def test_a_source_that_cron_reads_is_told_of_when_it_was_not_read_for_days(
    kind: str,
    is_well: bool,  # noqa: FBT001 - a case of the test
):
    with a_sync(make_source()) as sync:
        pass
    sync.source.kind = kind
    sync.source.save()
    SyncRun.objects.update(finished_at=timezone.now() - state.STALE - timedelta(minutes=1))

    assert state.health().components == {"syncs": is_well}


def test_a_source_that_is_switched_off_is_not_told_of():
    shop = make_source()
    Sync(shop).end(SyncRun.Status.FAILED)
    shop.is_active = False
    shop.save()

    assert state.health().components == {}
