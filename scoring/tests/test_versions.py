"""Versions of the model: kept, compared with the one in use, put to use."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from django.contrib.auth.models import Permission, User
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from backoffice.core.errors import DomainError
from scoring.engine import artifact
from scoring.engine.artifact import UnreadableModel
from scoring.models import LeadTouch, ScoringModel
from scoring.training import comparison, reference
from scoring.training.candidates import CANDIDATES
from scoring.training.dataset import Dataset
from scoring.versions import active, keeping, shipped
from scoring.versions.keeping import Origin

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from scoring.tests.conftest import Rows
    from scoring.training.comparison import Report

pytestmark = pytest.mark.django_db

CLIENTS = Origin(ScoringModel.Source.CLIENTS, "ours.csv")
LOGISTIC = CANDIDATES[1:2]


@pytest.fixture(scope="session")
def ours(sample: Dataset) -> Report:
    """Of another house, where those buy again who were away for long."""
    draw = np.random.default_rng(4)
    chance = 0.05 + 0.6 * (sample.clients[:, 0] > 60)
    bought = (draw.random(len(sample)) < chance).astype(np.int64)
    return comparison.train(Dataset(sample.clients, bought), ways=LOGISTIC)


@pytest.fixture(scope="session")
def theirs(sample: Dataset) -> Report:
    """Of a third, where those buy again who spend much."""
    draw = np.random.default_rng(5)
    chance = 0.05 + 0.6 * (sample.clients[:, 2] > 300)
    bought = (draw.random(len(sample)) < chance).astype(np.int64)
    return comparison.train(Dataset(sample.clients, bought), ways=LOGISTIC)


def in_use() -> ScoringModel:
    return ScoringModel.objects.get(is_active=True)


def person(*permissions: str) -> User:
    user = User.objects.create_user("person")
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return user


def of_history(day: dt.date) -> Origin:
    return Origin(ScoringModel.Source.HISTORY, as_of=day, horizon_days=90)


def test_shipped_model_becomes_a_version_once():
    first = keeping.in_use()

    assert keeping.in_use() == first
    assert ScoringModel.objects.count() == 1
    assert (first.source, first.kind, first.is_active) == ("shipped", "forest", True)
    assert active.about()["version"] == f"v{first.pk}"
    assert first.report["champion"]["model"] == "forest"
    assert first.report["lift_at_10"] > 2
    # Nobody was scored by another one.
    assert LeadTouch.objects.count() == 0


def test_the_shipped_model_answers_until_a_version_is_in_use(strangers: Rows):
    assert active.about()["version"] == "shipped"
    before = active.model().score_of_one(strangers[0])
    keeping.in_use()
    assert active.model().score_of_one(strangers[0]) == before


def test_a_newer_shipped_model_takes_over_and_an_older_one_does_not_come_back(ours: Report):
    older = keeping.keep(ours, Origin(ScoringModel.Source.SHIPPED, "customers.csv"))
    keeping.activate(older.pk, by=None)
    # As before the upgrade.
    ScoringModel.objects.exclude(pk=older.pk).delete()
    LeadTouch.objects.all().delete()

    newer = keeping.in_use()
    assert (newer.kind, newer.is_active, in_use()) == ("forest", True, newer)
    assert LeadTouch.objects.get().customer_id is None

    # A host that still runs the older release, or a person who went back.
    keeping.activate(older.pk, by=None)
    assert keeping.in_use() == older


def test_other_code_with_the_same_answers_is_the_same_version():
    version = keeping.in_use()
    version.report = version.report | {"made_of": "older"}
    version.save(update_fields=["report"])

    assert keeping.in_use() == version
    assert in_use().report["made_of"] == shipped.fingerprint()


def test_a_better_version_is_put_to_use_at_once(ours: Report):
    first = keeping.in_use()
    version = keeping.keep(ours, CLIENTS)
    assert active.about()["version"] == f"v{first.pk}"

    verdict = keeping.contest(version.pk, forced=False, by=None)

    assert verdict.is_put_to_use
    assert verdict.sentence.startswith(
        f"v{version.pk} is surely better than v{first.pk} on the same customers (log loss -0."
    )
    assert in_use() == version
    assert active.model().kind == "logistic"
    assert active.about()["version"] == f"v{version.pk}"
    assert [one.customer_id for one in LeadTouch.objects.all()] == [None]
    gain = version.report["against"]["gain"]["log_loss"]
    assert gain[1] < gain[0] < gain[2] < 0
    assert version.report["against"]["version"] == first.pk


def test_a_worse_version_is_kept_but_not_used_unless_forced(ours: Report, theirs: Report):
    first = keeping.keep(ours, CLIENTS)
    keeping.activate(first.pk, by=None)
    # It foretells nothing on rows on which the one in use does well.
    flat = np.full(len(ours.test), ours.test.base_rate)
    worse = replace(
        theirs, test=ours.test, tested={"logistic": flat}, chosen=theirs.chosen, model=theirs.model
    )
    version = keeping.keep(worse, Origin(ScoringModel.Source.CLIENTS, "other.csv"))

    verdict = keeping.contest(version.pk, forced=False, by=None)
    assert not verdict.is_put_to_use
    assert verdict.sentence.startswith(f"v{version.pk} is surely worse than v{first.pk}")
    assert verdict.sentence.endswith(f"v{first.pk} stays in use.")
    assert in_use() == first

    stranger = person("train_scoringmodel")
    with pytest.raises(PermissionDenied):
        keeping.contest(version.pk, forced=True, by=stranger)
    assert in_use() == first

    forced = keeping.contest(version.pk, forced=True, by=None)
    assert forced.is_put_to_use
    assert forced.sentence.endswith("It was put to use all the same, as was asked.")
    assert in_use() == version


def test_a_guess_is_not_put_to_use(ours: Report):
    first = keeping.in_use()
    version = keeping.keep(replace(ours, is_guess=True), CLIENTS)
    verdict = keeping.contest(version.pk, forced=False, by=None)
    assert verdict.sentence == (
        f"v{version.pk} may rank customers no better than lots would: v{first.pk} stays in use."
    )


def test_the_shipped_sample_does_not_displace_a_house_of_its_own(ours: Report):
    sample = keeping.in_use()
    version = keeping.keep(ours, CLIENTS)
    keeping.activate(version.pk, by=None)

    verdict = keeping.contest(sample.pk, forced=False, by=None)

    assert (verdict.is_put_to_use, in_use()) == (False, version)
    assert "was learned from the shipped sample" in verdict.sentence


def test_who_was_not_compared_with_the_one_in_use_waits(ours: Report, theirs: Report):
    keeping.in_use()
    version = keeping.keep(ours, CLIENTS)
    other = keeping.keep(theirs, Origin(ScoringModel.Source.CLIENTS, "other.csv"))
    keeping.activate(other.pk, by=None)

    verdict = keeping.contest(version.pk, forced=False, by=None)

    assert (verdict.is_put_to_use, in_use()) == (False, other)
    assert verdict.sentence.startswith(f"v{version.pk} was not compared with v{other.pk}")
    # Trained again it is the same version, compared anew.
    assert keeping.keep(ours, CLIENTS) == version
    assert keeping.contest(version.pk, forced=False, by=None).is_put_to_use


def test_the_same_training_again_is_the_same_version(ours: Report):
    version = keeping.keep(ours, CLIENTS)
    keeping.activate(version.pk, by=None)
    later = {**ours.model.about, "trained_at": "2026-01-01T00:00:00+00:00"}

    again = keeping.keep(replace(ours, model=replace(ours.model, about=later)), CLIENTS)

    assert again == version
    verdict = keeping.contest(again.pk, forced=False, by=None)
    assert verdict == keeping.Verdict(
        is_put_to_use=True, sentence=f"v{version.pk} is in use already: nothing new was learned."
    )


def test_one_that_has_seen_the_rows_is_learned_anew_without_them(ours: Report, theirs: Report):
    first = keeping.keep(ours, of_history(dt.date(2026, 3, 1)))
    keeping.activate(first.pk, by=None)

    version = keeping.keep(theirs, of_history(dt.date(2026, 3, 1)))
    assert version.report["against"]["is_anew"] is True
    # The same way of learning, from the same rows.
    assert version.report["against"]["gain"]["log_loss"] == [0, 0, 0]
    assert keeping.contest(version.pk, forced=False, by=None).is_put_to_use

    third = keeping.keep(ours, of_history(dt.date(2026, 4, 1)))
    assert third == first
    assert third.report["against"]["is_anew"] is False


def test_one_of_an_older_day_replaces_none_unless_forced(ours: Report, theirs: Report):
    first = keeping.keep(ours, of_history(dt.date(2026, 3, 1)))
    keeping.activate(first.pk, by=None)
    version = keeping.keep(theirs, of_history(dt.date(2026, 2, 1)))

    verdict = keeping.contest(version.pk, forced=False, by=None)
    assert not verdict.is_put_to_use
    assert verdict.sentence.startswith(f"v{version.pk} was learned as of ")
    assert verdict.sentence.endswith(f"as of a later day: v{first.pk} stays in use.")
    assert in_use() == first
    assert keeping.contest(version.pk, forced=True, by=None).is_put_to_use
    assert in_use() == version


def test_activation_asks_for_permission_and_a_version():
    version = keeping.in_use()
    with pytest.raises(PermissionDenied):
        keeping.activate(version.pk, by=person())
    with pytest.raises(DomainError, match=r"^There is no version v0 of the model\.$"):
        keeping.activate(0, by=None)


def test_activation_says_who_and_when_and_only_once(ours: Report):
    user = person("activate_scoringmodel")
    version = keeping.keep(ours, CLIENTS, by=user)
    first = keeping.activate(version.pk, by=user)
    again = keeping.activate(version.pk, by=None)
    assert (again.activated_by, again.activated_at) == (user, first.activated_at)
    assert LeadTouch.objects.count() == 1


def test_an_unreadable_version_gives_way_to_the_shipped_one(ours: Report):
    version = keeping.keep(ours, CLIENTS)
    keeping.activate(version.pk, by=None)
    data = bytearray(ScoringModel.objects.get(pk=version.pk).artifact)
    data[len(data) // 2] ^= 1
    # As a stranger's hand in the database, or a file of another release.
    ScoringModel.objects.filter(pk=version.pk).update(artifact=bytes(data))
    active._read.cache_clear()
    active.forget()

    assert active.model().kind == "forest"
    assert active.about()["version"] == "shipped"
    with pytest.raises(UnreadableModel):
        active.compiled(version)
    with pytest.raises(UnreadableModel):
        keeping.activate(version.pk, by=None)
    assert keeping.in_use().source == "shipped"
    assert not ScoringModel.objects.get(pk=version.pk).is_active


@pytest.mark.parametrize("data", [b"", b"\x80\x04\x95pickle", b"PK\x05\x06" + bytes(18)])
def test_bytes_of_strangers_are_refused_with_their_own_checksum(data: bytes):
    version = ScoringModel.objects.create(
        kind="forest", source="clients", artifact=data, sha256=hashlib.sha256(data).hexdigest()
    )
    with pytest.raises(UnreadableModel, match=rf"^Version v{version.pk} cannot be read"):
        keeping.activate(version.pk, by=None)


def test_which_one_is_in_use_is_asked_once_in_a_while(
    django_assert_num_queries: DjangoAssertNumQueries, ours: Report
):
    keeping.activate(keeping.keep(ours, CLIENTS).pk, by=None)
    active.forget()
    with django_assert_num_queries(1):
        for _time in range(3):
            assert active.model().kind == "logistic"


def test_while_the_database_is_away_the_last_one_answers(ours: Report):
    keeping.activate(keeping.keep(ours, CLIENTS).pk, by=None)
    assert active.model().kind == "logistic"
    with transaction.atomic():
        with pytest.raises(DatabaseError), connection.cursor() as cursor:
            cursor.execute("SELECT broken")
        active.forget()
        assert active.model().kind == "logistic"
        transaction.set_rollback(True)


def test_the_artifact_of_a_version_is_what_answers(ours: Report, strangers: Rows):
    version = keeping.keep(ours, CLIENTS)
    stored = artifact.from_bytes(bytes(ScoringModel.objects.get(pk=version.pk).artifact))
    assert [stored.score_of_one(row) for row in strangers[:50]] == [
        ours.model.score_of_one(row) for row in strangers[:50]
    ]


def test_reference_counts_every_client_once(sample: Dataset):
    found = reference.of(sample.features)
    counted = reference.counts(sample.features, found)
    for place, name in enumerate(found):
        edges = [-np.inf, *found[name]["edges"], np.inf]
        values = sample.features[:, place].astype(float)
        plain = [sum(low < value <= high for value in values) for low, high in pairwise(edges)]
        assert counted[name].tolist() == plain
        assert found[name]["shares"] == pytest.approx([one / len(sample) for one in plain])


def test_reference_of_one_value_has_one_full_bin():
    found = reference.of(np.zeros((30, 7), dtype=np.float32))
    assert found["monetary"] == {"edges": [0.0], "shares": [1.0, 0.0]}
