"""Training as a manager asks for it, and what became of a category in it, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from backoffice.core.jobs import enqueue
from support.models import Category, ClassifierVersion
from support.seed_categories import CATEGORIES
from support.understanding import taught

if TYPE_CHECKING:
    from collections.abc import Callable

PERMISSION = "support.train_category"


def ask(task: Callable[[int], None], *, by: User) -> None:
    """Have a classifier trained by the worker. Raises ``PermissionDenied``."""
    if not by.has_perm(PERMISSION):
        raise PermissionDenied
    enqueue(task, by.pk)


def work(user_id: int) -> None:
    """Train for the person, who may have lost the right to it meanwhile."""
    from support.understanding import versions  # noqa: PLC0415 - imports numpy

    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is not None and user.has_perm(PERMISSION):
        versions.train(by=user)


def state_of(category: Category) -> str:
    """Whether the machine knows the category, and what is missing, in a sentence."""
    version = ClassifierVersion.objects.filter(is_active=True).only("categories", "metrics").first()
    known = version.categories if version else list(CATEGORIES)
    if category.key in known:
        return _("Yes: messages of this kind are recognised.")
    written = category.examples.count()
    if written < taught.MINIMUM:
        return _(
            "No: it has %(count)d examples, and at least %(minimum)d are needed. Write down"
            " messages as customers write them, as different as they come, then train."
        ) % {"count": written, "minimum": taught.MINIMUM}
    return _("Not yet: train the classifier.")
