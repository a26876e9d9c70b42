"""Categories, their examples and the classifiers, as managers see them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse
from django.utils import translation
from django_q.models import OrmQ

from support.models import (
    Category,
    CategoryExample,
    ClassifierTraining,
    ClassifierVersion,
    ReplyTemplate,
)
from support.tests import tickets
from support.understanding import artifact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from django.test.client import _MonkeyPatchedWSGIResponse
    from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

    from support.understanding.classifier import TrainedClassifier

pytestmark = pytest.mark.django_db

LIST = reverse("admin:support_category_changelist")
ADD = reverse("admin:support_category_add")
VERSIONS = reverse("admin:support_classifierversion_changelist")
TRAIN = reverse("admin:support_classifierversion_train")
SENT = {"_form_submitted": "1"}
MANAGER = (
    "view_category",
    "add_category",
    "change_category",
    "delete_category",
    "view_categoryexample",
    "add_categoryexample",
    "change_categoryexample",
    "delete_categoryexample",
    "view_classifierversion",
    "train_category",
)


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def sign_in(client: Client, *codes: str) -> User:
    user = tickets.staff("mona")
    user.user_permissions.set(Permission.objects.filter(codename__in=codes))
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return user


def form(name: str = "Commande incomplète", *messages: str, **fields: Any) -> dict[str, Any]:
    """The form of a category with new examples, as a browser posts it."""
    rows = {f"examples-{n}-message": message for n, message in enumerate(messages)}
    return {
        "name": name,
        "description": "Il manque un article dans le colis.",
        "position": 9,
        "is_active": "on",
        "examples-TOTAL_FORMS": len(messages),
        "examples-INITIAL_FORMS": 0,
        **rows,
        **fields,
    }


def address(row: Category | ClassifierVersion, page: str = "change") -> str:
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_{page}"
    return reverse(name, args=[row.pk])


def text(response: _MonkeyPatchedWSGIResponse) -> str:
    return " ".join(response.content.decode().split())


def test_a_manager_adds_a_category_with_examples(client: Client) -> None:
    mona = sign_in(client, *MANAGER)

    client.post(ADD, form("Commande incomplète", "Il manque une tasse.", "Deux verres sur six."))

    made = Category.objects.get(name="Commande incomplète")
    assert (made.key, made.is_active, made.automatic_mode) == ("Commande incomplète", True, "off")
    assert list(made.examples.values_list("message", "created_by")) == [
        ("Il manque une tasse.", mona.pk),
        ("Deux verres sur six.", mona.pk),
    ]
    page = text(client.get(address(made)))
    assert "No: it has 2 examples, and at least 8 are needed." in page


def test_the_label_stays_when_the_name_changes(client: Client) -> None:
    sign_in(client, *MANAGER)
    client.post(ADD, form("Retour"))
    made = Category.objects.get(name="Retour")

    client.post(address(made), form("Retours"))
    client.post(ADD, form("Retour"))

    assert list(Category.objects.filter(name__startswith="Retour").values_list("name", "key")) == [
        ("Retour", "Retour 2"),
        ("Retours", "Retour"),
    ]


@pytest.mark.parametrize(
    ("messages", "sentence"),
    [
        (("Il manque une tasse !",), "“Annulation” has this example already."),
        (("Un verre cassé.", "un VERRE casse"), "This example is given twice."),
        (("...",), "Write what a customer writes, in their words."),
    ],
)
def test_examples_that_teach_nothing_are_refused(
    client: Client, messages: tuple[str, ...], sentence: str
) -> None:
    sign_in(client, *MANAGER)
    other = Category.objects.create(key="Annulation", name="Annulation")
    CategoryExample.objects.create(category=other, message="il manque une tasse")

    page = text(client.post(ADD, form("Nouvelle", *messages)))

    assert sentence in page
    assert not Category.objects.filter(name="Nouvelle").exists()


def test_a_category_in_use_is_switched_off_not_deleted(client: Client) -> None:
    sign_in(client, *MANAGER)
    used = Category.objects.create(key="Retour", name="Retour")
    tickets.ticket(category=used)
    free = Category.objects.create(key="Annulation", name="Annulation")
    late = Category.objects.get(key="Retard de livraison")

    answers = {
        row.name: client.post(address(row, "delete"), {"post": "yes"}).status_code
        for row in (used, late, free)
    }

    assert answers == {"Retour": 403, "Retard de livraison": 403, "Annulation": 302}
    client.post(address(used), form("Retour", is_active=""))
    used.refresh_from_db()
    assert not used.is_active


def test_what_fits_nowhere_stays_active(client: Client) -> None:
    sign_in(client, *MANAGER)
    fallback = Category.objects.get(is_fallback=True)

    client.post(address(fallback), form(fallback.name, is_active=""))

    fallback.refresh_from_db()
    assert fallback.is_active


def test_automatic_answers_are_not_switched_here(client: Client) -> None:
    sign_in(client, *MANAGER, "switch_automatic_category")
    late = Category.objects.get(key="Retard de livraison")

    client.post(address(late), form(late.name, automatic_mode="on", automatic_confidence="0.5"))

    late.refresh_from_db()
    assert (late.automatic_mode, late.automatic_confidence) == ("off", 0.9)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_as_many_queries_for_any_number_of_rows(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sign_in(client, *MANAGER)
    ReplyTemplate.objects.all().delete()
    Category.objects.exclude(is_fallback=True).delete()
    for number in range(count):
        made = Category.objects.create(key=f"c{number}", name=f"c{number}")
        ReplyTemplate.objects.create(category=made, name="x", body="x")
        CategoryExample.objects.create(category=made, message=f"exemple {number}")

    with django_assert_num_queries(7):
        page = text(client.get(LIST))

    assert page.count("fr 1") == count


# --- classifiers ---


def kept(classifier: TrainedClassifier, **fields: Any) -> ClassifierVersion:
    data = artifact.to_bytes(classifier)
    given = {
        "artifact": data,
        "sha256": hashlib.sha256(data).hexdigest(),
        "fingerprint": artifact.reading_fingerprint() + "1" * 16,
        "categories": list(classifier.categories),
        "examples": 1016,
        "metrics": {
            "macro_f1": 0.9012,
            "accuracy": 0.91,
            "new_f1": 0.9,
            "old_f1": 0.89,
            "per_category": [
                {
                    "category": "Remboursement",
                    "messages": 197,
                    "precision": 0.9,
                    "recall": 0.8,
                    "f1": 0.847,
                }
            ],
            "categories": ["Remboursement"],
            "confusion": [[158]],
            "counts": {"Remboursement": {"written": 3}},
            "left_out": {"Remboursement": 3},
        },
    }
    return ClassifierVersion.objects.create(**given | fields)


def test_the_page_of_a_classifier_shows_its_figures(
    client: Client, classifier: TrainedClassifier
) -> None:
    sign_in(client, *MANAGER)
    version = kept(classifier)

    page = text(client.get(address(version)))

    assert "Macro-F1 0.901, accuracy 0.910" in page
    assert "On the same messages: this one 0.900, the one before 0.890." in page
    assert "no: fewer than 8" in page
    assert "Use this one" in page


def test_choosing_a_classifier_asks_first(client: Client, classifier: TrainedClassifier) -> None:
    sign_in(client, *MANAGER)
    used, other = kept(classifier, is_active=True), kept(classifier)
    use = reverse("admin:support_classifierversion_use", args=[other.pk])

    client.get(use)
    assert list(ClassifierVersion.objects.filter(is_active=True)) == [used]
    client.post(use, {"_form_submitted": "1"})
    assert list(ClassifierVersion.objects.filter(is_active=True)) == [other]
    client.post(reverse("admin:support_classifierversion_use_shipped"), {"_form_submitted": "1"})
    assert not ClassifierVersion.objects.filter(is_active=True).exists()


def test_a_classifier_of_an_earlier_release_says_so(
    client: Client, classifier: TrainedClassifier
) -> None:
    sign_in(client, *MANAGER)
    version = kept(classifier, fingerprint="0" * 32, is_active=True)

    page = text(client.get(address(version)))

    assert "It was trained for an earlier release of this software" in page
    assert "Until then the shipped classifier answers." in page
    assert "of an earlier release" in text(client.get(VERSIONS))


def test_training_is_left_to_the_worker(
    client: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    sign_in(client, *MANAGER)

    with django_capture_on_commit_callbacks(execute=True):
        client.post(TRAIN, {"_form_submitted": "1"})

    assert OrmQ.objects.count() == 1


def test_a_category_is_trained_from_its_page_which_says_what_came_of_it(client: Client) -> None:
    sign_in(client, *MANAGER)
    late = Category.objects.get(key="Retard de livraison")
    page = reverse("admin:support_category_change", args=[late.pk])
    state = reverse("admin:support_training")
    htmx = {"HX-Request": "true"}

    client.post(reverse("admin:support_category_train_now", args=[late.pk]), SENT)

    assert "A classifier is being trained, asked for at" in text(client.get(page))
    while_it_runs = client.get(state, {"category": late.pk}, headers=htmx)
    assert f'hx-get="{state}?category={late.pk}"' in while_it_runs.content.decode()

    version = ClassifierVersion.objects.create(
        artifact=b"",
        categories=[late.key],
        metrics={
            "per_category": [{"category": late.key, "recall": 0.9, "precision": 0.75, "f1": 0.82}]
        },
        is_active=True,
        note="Taken into use.",
    )
    ClassifierTraining.objects.update(status="done", version=version)

    done = client.get(state, {"category": late.pk}, headers=htmx)
    assert "hx-get" not in done.content.decode()
    learned = (
        "that it had not seen it recognised 90 %; of those that it took for this kind 75 % were."
    )
    assert learned in text(done)
    assert 'id="learned" hx-swap-oob="true"' in done.content.decode()
    assert learned in text(client.get(page))
    assert "Taken into use." in text(client.get(VERSIONS))
    ClassifierTraining.objects.update(status="failed", error="The disk is full.")
    assert "failed, and the classifier is as it was. The disk is full." in text(client.get(page))
    assert client.get(state, {"category": "9" * 5000}).status_code == 200


@pytest.mark.parametrize("missing", ["train_category"])
def test_who_may_only_look_can_neither_train_nor_choose(
    client: Client, classifier: TrainedClassifier, missing: str
) -> None:
    sign_in(client, *(code for code in MANAGER if code != missing))
    version = kept(classifier)

    answers = [
        client.post(reverse(name, args=args), {"_form_submitted": "1"}).status_code
        for name, args in (
            ("admin:support_category_train", []),
            ("admin:support_classifierversion_train", []),
            ("admin:support_classifierversion_use_shipped", []),
            ("admin:support_classifierversion_use", [version.pk]),
            ("admin:support_category_train_now", [Category.objects.earliest("pk").pk]),
        )
    ]

    assert answers == [403, 403, 403, 403, 403]
    assert "Use this one" not in text(client.get(address(version)))


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_classifiers_leaves_their_bytes(
    client: Client,
    classifier: TrainedClassifier,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    mona = sign_in(client, *MANAGER)
    for _number in range(count):
        kept(classifier, created_by=mona)

    with django_assert_num_queries(8) as captured:
        client.get(VERSIONS)

    assert not any("artifact" in query["sql"] for query in captured.captured_queries)
