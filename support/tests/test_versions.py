"""Classifiers are trained on what staff decided, kept, compared, and gone back to."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import transaction
from django.utils import translation
from django_q.models import OrmQ

from backoffice.core.errors import DomainError
from backoffice.testing.waiting import somebody_waits_for_us, wait_until
from support import tasks, triage, workflow
from support.management.commands import train_support_classifier
from support.models import (
    Category,
    CategoryExample,
    ClassifierTraining,
    ClassifierVersion,
    Draft,
    ReplyTemplate,
)
from support.tests import tickets
from support.tests.test_workflow_races import at_once
from support.understanding import (
    artifact,
    comparison,
    examples,
    stored,
    taught,
    training,
    training_job,
    versions,
)
from support.understanding.evaluation import Evaluation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import DjangoAssertNumQueries

    from support.understanding.classifier import TrainedClassifier
    from support.understanding.examples import Example

pytestmark = pytest.mark.django_db

INCOMPLETE = "Commande incomplète"
# Enough to learn from, in a second instead of ten.
STYLES = {"everyday", "negation-traps"}
WRITTEN = """\
Il manque deux assiettes dans le carton, merci de m'envoyer les deux qui manquent.
J'ai ouvert le colis et je n'ai reçu que 4 verres sur 6. Où sont les deux autres ?
Bonjour, la commande 10455 est incomplète : le coussin n'était pas dans le paquet.
Le sachet de vis pour monter l'étagère est absent du colis.
slt ya pas la housse dans le carton jai tout vidé, il en manque une
Vous avez oublié la lampe dans mon colis, pourtant elle est sur le bon de livraison.
Il n'y avait qu'une seule taie d'oreiller sur les deux commandées, il en manque une.
Colis reçu ce matin mais un article manque : la nappe grise.
Commande reçue incomplète, il manque le plateau.
Votre colis est arrivé, mais la notice et le câble n'étaient pas dedans.
""".splitlines()
UNSEEN = "Bonjour, j'ai bien reçu le colis de la 10433 mais il manque un article dans le carton."


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def shipped(classifier: TrainedClassifier, monkeypatch: pytest.MonkeyPatch) -> list[Example]:
    few = [one for one in examples.shipped() if one.style in STYLES]
    monkeypatch.setattr(examples, "shipped", lambda: few)
    versions._loaded.clear()
    return few


def manager() -> User:
    user = tickets.staff("mona")
    user.user_permissions.add(Permission.objects.get(codename="train_category"))
    return User.objects.get(pk=user.pk)


def kept(classifier: TrainedClassifier, **fields: Any) -> ClassifierVersion:
    """A version as training leaves it."""
    data = artifact.to_bytes(classifier)
    given = {
        "artifact": data,
        "sha256": hashlib.sha256(data).hexdigest(),
        "fingerprint": artifact.reading_fingerprint() + "1" * 16,
        "categories": list(classifier.categories),
        "is_active": True,
    }
    if fields.get("is_active", True):
        ClassifierVersion.objects.update(is_active=False)
    return ClassifierVersion.objects.create(**given | fields)


@pytest.mark.django_db(transaction=True)
def test_of_two_put_to_use_at_once_the_later_one_answers(classifier: TrainedClassifier) -> None:
    kept(classifier)
    first, second = (kept(classifier, is_active=False) for _number in range(2))
    user = User.objects.create_superuser("boss")
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            versions.activate(first.pk, by=user)
            told = pool.submit(at_once, lambda: versions.activate(second.pk, by=user))
            wait_until(somebody_waits_for_us, within=30)
        assert told.result() == ["done"]

    assert ClassifierVersion.objects.get(is_active=True) == second


def new_category(*messages: str) -> Category:
    made = Category.objects.create(key=INCOMPLETE, name=INCOMPLETE, position=9)
    for message in messages:
        CategoryExample.objects.create(category=made, message=message)
    return made


def test_without_a_version_the_shipped_one_answers(classifier: TrainedClassifier) -> None:
    assert versions.current() is stored.active()


def test_a_manager_adds_a_category_with_examples_and_a_template() -> None:
    mona = manager()
    made = new_category(*WRITTEN)
    ReplyTemplate.objects.create(category=made, name="Manquant", body="Nous vous l'envoyons.")
    before = stored.active()

    training = training_job.ask(by=mona)
    tasks.train_classifier(training.pk)
    training.refresh_from_db()

    version = ClassifierVersion.objects.get()
    assert (training.status, training.version, training.error) == ("done", version, "")
    assert (version.is_active, version.created_by) == (True, mona)
    assert (version.taught, version.metrics["left_out"]) == (10, {})
    assert version.metrics["counts"] == {INCOMPLETE: {"written": 10}}
    found = triage.assess(
        tickets.ticket(words=UNSEEN, category=None, category_method="", category_confidence=0)
    )
    assert (found.category, found.method) == (made, "rules")
    # What the others were good at they still are.
    late = "Mon colis devait arriver lundi et je n'ai toujours rien reçu, où est-il ?"
    assert versions.current().classify(late).category == before.classify(late).category
    assert version.metrics["new_f1"] >= version.metrics["old_f1"] - versions.TOLERANCE


def test_two_who_ask_have_one_training() -> None:
    mona = manager()
    first = training_job.ask(by=mona)

    assert training_job.ask(by=mona) == first
    assert OrmQ.objects.count() == 1

    ClassifierTraining.objects.update(status="working")
    # What was written down since it began is not in it.
    assert training_job.ask(by=mona) != first


def test_the_description_of_a_category_of_our_own_teaches_too() -> None:
    made = new_category(*WRITTEN)
    plain = taught.lessons([])
    made.description = "Il manque un article dans le colis."
    made.save()
    Category.objects.filter(key="Remboursement").update(description="Le client veut son argent.")

    described = taught.lessons([])

    added = set(described.examples) - set(plain.examples)
    words = "Commande incomplète. Il manque un article dans le colis."
    assert [(one.category, one.message) for one in added] == [(INCOMPLETE, words)]
    # It is no message of a customer: it is not counted as one.
    assert (described.own, described.counts) == (plain.own, plain.counts)


def test_too_few_examples_are_left_out() -> None:
    new_category(*WRITTEN[: taught.MINIMUM - 1])

    version, _is_new = versions.train()

    assert INCOMPLETE not in version.categories
    assert version.metrics["left_out"] == {INCOMPLETE: taught.MINIMUM - 1}
    assert version.taught == 0


def test_the_same_messages_make_one_version() -> None:
    first, is_new = versions.train()
    again, is_newer = versions.train()

    assert (first.pk, is_new, is_newer) == (again.pk, True, False)
    assert ClassifierVersion.objects.count() == 1


def test_a_worse_version_is_kept_but_not_used(shipped: list[Example]) -> None:
    first, _is_new = versions.train()
    # Somebody taught nonsense, of messages that were known well.
    wrong = Category.objects.get(key="Non classé")
    late = [one for one in shipped if one.category == "Retard de livraison"]
    for example in late[::2]:
        CategoryExample.objects.create(category=wrong, message=f"{example.message} Vite, svp.")

    worse, _is_new = versions.train()

    first.refresh_from_db()
    assert (first.is_active, worse.is_active) == (True, False)
    assert worse.metrics["new_f1"] < worse.metrics["old_f1"] - versions.TOLERANCE
    assert worse.note.startswith("Not in use: macro-F1 0.")
    assert f"worse than that of #{first.pk}" in worse.note
    made = new_category(*WRITTEN)
    assert training_job.state_of(made) == "Not yet: train the classifier."
    ClassifierVersion.objects.filter(pk=worse.pk).update(categories=[INCOMPLETE])
    assert f"#{worse.pk} learned it, but is not in use" in training_job.state_of(made)


def told(right: str, said: str) -> Evaluation:
    return Evaluation(tuple(right), tuple(said), (1.0,) * len(right))


def test_two_messages_of_a_small_category_decide_nothing() -> None:
    right = "a" * 90 + "b" * 10
    before, after = told(right, right), told(right, "a" * 92 + "b" * 8)
    fewer = comparison.Comparison(after, after, before)
    worse = told(right, "b" * 20 + "a" * 70 + "b" * 10)
    many = comparison.Comparison(worse, worse, before)

    assert fewer.new_f1 < fewer.old_f1 - versions.TOLERANCE
    assert fewer.chance == 0.25
    assert many.chance < versions.UNLIKELY
    assert comparison.Comparison(before, before, before).chance == 1


def test_a_version_kept_as_asked_is_used_when_forced() -> None:
    first, _is_new = versions.train(activate=False)
    assert (first.is_active, first.note[:20]) == (False, "Not in use, as asked")

    same, _is_new = versions.train(is_forced=True)

    assert (same.pk, same.is_active) == (first.pk, True)


def test_going_back_to_an_earlier_version(classifier: TrainedClassifier) -> None:
    mona = manager()
    first = kept(dataclasses.replace(classifier, examples=1), is_active=False)
    second = kept(dataclasses.replace(classifier, examples=2))
    assert versions.current().examples == 2

    versions.activate(first.pk, by=mona)

    assert versions.current().examples == 1
    assert list(ClassifierVersion.objects.filter(is_active=True)) == [first]
    versions.activate(second.pk, by=mona)
    assert versions.current().examples == 2
    versions.use_shipped(by=mona)
    assert versions.current() is stored.active()


def test_who_may_not_train_may_not_choose_either(classifier: TrainedClassifier) -> None:
    omar = tickets.agent()
    version = kept(classifier, is_active=False)

    with pytest.raises(PermissionDenied):
        versions.train(by=omar)
    with pytest.raises(PermissionDenied):
        versions.activate(version.pk, by=omar)
    with pytest.raises(PermissionDenied):
        versions.use_shipped(by=omar)
    with pytest.raises(PermissionDenied):
        training_job.ask(by=omar)
    # Who had the right when asking, and lost it.
    training = ClassifierTraining.objects.create(asked_by=omar)
    tasks.train_classifier(training.pk)
    training.refresh_from_db()
    assert training.status == "failed"
    assert training.error == "Whoever asked for it may not train any more."
    assert ClassifierVersion.objects.count() == 1


def test_damaged_bytes_are_not_used(
    classifier: TrainedClassifier, caplog: pytest.LogCaptureFixture
) -> None:
    version = kept(classifier)
    ClassifierVersion.objects.update(artifact=b"PK\x03\x04 cut short")

    with caplog.at_level(logging.WARNING):
        assert versions.current() is stored.active()
        assert versions.current() is stored.active()

    assert caplog.messages == [
        f"Classifier version {version.pk} does not load; the shipped one answers."
    ]
    with pytest.raises(DomainError, match="bytes are not those that were stored"):
        versions.activate(version.pk, by=manager())


def test_a_version_of_other_code_is_not_used(classifier: TrainedClassifier) -> None:
    version = kept(classifier, fingerprint="0" * 32)

    assert versions.current() is stored.active()
    with pytest.raises(DomainError, match="earlier release"):
        versions.activate(version.pk, by=manager())


def test_a_version_is_loaded_once(
    classifier: TrainedClassifier, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    kept(classifier)
    first = versions.current()

    with django_assert_num_queries(1):
        assert versions.current() is first


# --- what is learned from ---


def lessons() -> dict[str, tuple[str, float]]:
    """What staff taught: message -> category and weight."""
    found = taught.lessons([])
    return {one.message: (one.category, one.weight) for one in found.examples}


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a single message be enough."""
    monkeypatch.setattr(taught, "MINIMUM", 1)


@pytest.mark.usefixtures("few")
def test_a_changed_category_teaches_and_an_approved_reply_counts_half() -> None:
    omar = tickets.agent()
    corrected = tickets.ticket(words="Le plaid gratte, je vous le renvoie contre mes sous.")
    refund = Category.objects.get(key="Remboursement")
    workflow.change_category(corrected.pk, refund.pk, by=omar)
    approved = tickets.ticket(words="Où reste mon canapé depuis trois semaines ?")
    tickets.draft(approved, status=Draft.Status.SENT, decided_at=approved.opened_at)
    automatic = tickets.ticket(words="Où reste ma table depuis trois semaines ?")
    tickets.draft(
        automatic, status=Draft.Status.SENT, decided_at=automatic.opened_at, was_automatic=True
    )
    tickets.ticket(words="Où reste mon lit depuis trois semaines ?")

    assert lessons() == {
        "Le plaid gratte, je vous le renvoie contre mes sous.": ("Remboursement", 1.0),
        "Où reste mon canapé depuis trois semaines ?": ("Retard de livraison", 0.5),
    }


@pytest.mark.usefixtures("few")
def test_only_the_message_that_says_something_and_never_twice() -> None:
    person: dict[str, Any] = {
        "category_method": "person",
        "category": tickets.category("Remboursement"),
    }
    first = tickets.ticket(words="Bonjour", hours=3, **person)
    tickets.written(first, words="Je voudrais mes 40 euros, s'il vous plaît.", hours=2)
    tickets.written(first, words="Un message de machine qui ne dit rien.", kind="automatic")
    tickets.ticket(words="JE VOUDRAIS mes 40 euros s'il vous plait !", **person)

    found = lessons()

    assert list(found) == ["JE VOUDRAIS mes 40 euros s'il vous plait !"]


@pytest.mark.usefixtures("few")
def test_what_a_person_taught_counts_before_what_we_ship() -> None:
    message = "Je voudrais mes 40 euros, s'il vous plaît."
    tickets.ticket(
        words=message, category_method="person", category=tickets.category("Remboursement")
    )

    found = taught.lessons([examples.Example(message, "Non classé", "everyday")])

    assert [(one.message, one.category) for one in found.examples] == [(message, "Remboursement")]
    assert dict(found.counts) == {"Remboursement": {"corrected": 1}}


# --- the command ---


def test_the_command_makes_a_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train_support_classifier, "has_database", lambda: True)
    new_category(*WRITTEN[:3])
    out = io.StringIO()

    call_command("train_support_classifier", "--no-evaluation", "--no-activate", stdout=out)

    version = ClassifierVersion.objects.get()
    assert out.getvalue().splitlines() == [
        f"{version.examples} messages learned, 0 of them our own: classifier #{version.pk}.",
        version.note,
        f"Left out: “{INCOMPLETE}” has 3 messages, of 8 needed.",
    ]
    assert not version.is_active


def test_few_messages_count_more_and_approved_ones_less() -> None:
    rows = [("a", 1.0)] * 16 + [("b", 1.0)] * 16 + [("c", 1.0)] + [("b", 0.5)]
    known = [examples.Example(f"{n}", category, weight=w) for n, (category, w) in enumerate(rows)]

    weights = training.weights_of(known)

    assert [round(float(one), 2) for one in weights[[0, 16, 32, 33]]] == [1.0, 1.0, 6.96, 0.5]
