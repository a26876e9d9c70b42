"""Training as a manager asks for it, and what became of a category in it, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from backoffice.core.jobs import Lane, RetryPolicy, enqueue, finish, give_up
from support.models import Category, ClassifierTraining, ClassifierVersion
from support.seed_categories import CATEGORIES
from support.understanding import taught

if TYPE_CHECKING:
    from django.contrib.auth.models import User

PERMISSION = "support.train_category"
# Below this F1 more examples help most.
_GOOD: Final = 0.7
Status = ClassifierTraining.Status
LANE: Lane[ClassifierTraining] = Lane(
    ClassifierTraining,
    waiting=Status.WAITING,
    working=Status.WORKING,
    failed=Status.FAILED,
    policy=RetryPolicy(max_attempts=2),
)


def ask(*, by: User) -> ClassifierTraining:
    """Have a classifier trained by the worker; one that waits already will do for two.

    Raises ``PermissionDenied``.
    """
    from support import tasks  # noqa: PLC0415 - tasks call this module

    if not by.has_perm(PERMISSION):
        raise PermissionDenied
    with transaction.atomic():
        # What a training that began reads may be older than what was just written down.
        waiting = ClassifierTraining.objects.filter(status=Status.WAITING, next_attempt_at=None)
        known = waiting.first()
        if known is not None:
            return known
        training = ClassifierTraining.objects.create(asked_by=by)
        enqueue(tasks.train_classifier, training.pk)
    return training


def work(training: ClassifierTraining) -> None:
    """Train for the person, who may have lost the right to it meanwhile."""
    from support.understanding import versions  # noqa: PLC0415 - imports numpy

    user = training.asked_by
    if user is None or not (user.is_active and user.has_perm(PERMISSION)):
        give_up(LANE, training, _("Whoever asked for it may not train any more."))
        return
    version, _is_new = versions.train(by=user)
    finish(LANE, training, status=Status.DONE, version=version)


def latest() -> ClassifierTraining | None:
    """The training asked for last, with who asked and what came of it, but not its bytes."""
    rows = ClassifierTraining.objects.select_related("asked_by", "version")
    return rows.defer("version__artifact").first()


def state_of(category: Category) -> str:
    """Whether the machine knows the category, and what is missing, in a sentence."""
    version = ClassifierVersion.objects.filter(is_active=True).only("categories", "metrics").first()
    known = version.categories if version else list(CATEGORIES)
    if category.key in known:
        return _how_well(category, version)
    written = category.examples.count()
    if written < taught.MINIMUM:
        return _(
            "No: it has %(count)d examples, and at least %(minimum)d are needed. Write down"
            " messages as customers write them, as different as they come, then train."
        ) % {"count": written, "minimum": taught.MINIMUM}
    newest = ClassifierVersion.objects.only("categories").first()
    if newest is not None and category.key in newest.categories:
        return _(
            "Not yet: the classifier %(number)s learned it, but is not in use, and its note says"
            " why. Write down more messages, as different as they come, and train again."
        ) % {"number": newest}
    return _("Not yet: train the classifier.")


def _how_well(category: Category, version: ClassifierVersion | None) -> str:
    rows = version.metrics.get("per_category", []) if version else []
    row = next((one for one in rows if one["category"] == category.key), None)
    if row is None:
        return _("Yes: messages of this kind are recognised.")
    told = _(
        "Yes. Of the messages of this kind that it had not seen it recognised %(recall)s %%; of"
        " those that it took for this kind %(precision)s %% were."
    ) % {
        "recall": number_format(100 * row["recall"], 0),
        "precision": number_format(100 * row["precision"], 0),
    }
    if row["f1"] >= _GOOD:
        return told
    return told + " " + _("Write down more messages, as different as they come, and train again.")
