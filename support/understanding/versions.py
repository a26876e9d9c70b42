"""The classifiers that were trained here: which of them answers, and training the next one.

One version is active, and answers on every host, because its bytes are in the database. Where
there is none, or it does not load, the classifier of the shipped messages answers.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from support.models import ClassifierVersion
from support.understanding import artifact, comparison, examples, stored, taught, training
from support.understanding.training_job import PERMISSION

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from support.understanding.classifier import TrainedClassifier
    from support.understanding.comparison import Comparison
    from support.understanding.taught import Lessons

# So much less macro-F1 is no worse: some ten of a thousand messages, which chance decides.
TOLERANCE: Final = 0.01
# A larger loss counts where it is no chance either: small categories weigh as much as large ones.
UNLIKELY: Final = 0.05
# Advisory lock held while another one is put to use.
_SWITCHING: Final = int.from_bytes(b"supclass")

_logger = logging.getLogger(__name__)
_lock = threading.Lock()
_loaded: dict[str, TrainedClassifier | None] = {}


class VersionUnusable(DomainError):
    conflict = True


def current() -> TrainedClassifier:
    """The classifier that answers: the active version's, else that of the shipped messages.

    One small query; the bytes are fetched once per process and version.
    """
    row = ClassifierVersion.objects.filter(is_active=True).values("pk", "sha256", "fingerprint")
    version = row.first()
    if version is None or not _is_current(version["fingerprint"]):
        return stored.active()
    with _lock:
        if version["sha256"] not in _loaded:
            _loaded.clear()
            _loaded[version["sha256"]] = _load(version["pk"])
        return _loaded[version["sha256"]] or stored.active()


def is_of_this_code(version: ClassifierVersion) -> bool:
    """Whether it was trained for the way in which messages are read today."""
    return _is_current(version.fingerprint)


def why_unusable(version: ClassifierVersion) -> str:
    """Why the version cannot answer, in a sentence; empty where it can."""
    if not is_of_this_code(version):
        return _(
            "It was trained for an earlier release of this software, which read messages"
            " differently. Train a new one."
        )
    if hashlib.sha256(version.artifact).hexdigest() != version.sha256:
        return _("Its bytes are not those that were stored. Train a new one.")
    return ""


def train(
    *, by: User | None = None, activate: bool = True, is_forced: bool = False
) -> tuple[ClassifierVersion, bool]:
    """Train on the shipped messages and what staff taught; keep the version with its figures.

    It answers from then on where it is not worse than the one that answers now (or where
    ``is_forced``); its note says how that was told. A version of exactly the same messages
    and code is not made twice: it is returned with False. Takes some ten seconds, under no
    lock. Raises ``PermissionDenied``.
    """
    _ensure_allowed(by)
    lessons = taught.lessons(examples.shipped())
    fingerprint = _fingerprint(lessons)
    known = ClassifierVersion.objects.filter(fingerprint=fingerprint).first()
    if known is not None:
        return (_activate(known.pk) if is_forced else known), False
    before = ClassifierVersion.objects.filter(is_active=True).defer("artifact").first()
    readings = training.read_all(lessons.examples)
    measured = comparison.compare(lessons.examples, _known_before(lessons, before), readings)
    trained = training.train(lessons.examples, readings)
    data = artifact.to_bytes(trained)
    is_near = measured.new_f1 >= measured.old_f1 - TOLERANCE
    is_no_worse = is_near or measured.chance >= UNLIKELY
    version = ClassifierVersion(
        created_by=by,
        artifact=data,
        sha256=hashlib.sha256(data).hexdigest(),
        fingerprint=fingerprint,
        categories=list(trained.categories),
        examples=len(lessons.examples),
        taught=len(lessons.own),
        metrics=_metrics(lessons, measured, before),
    )
    _keep(version, before, measured, wanted=activate, fit=is_no_worse or is_forced)
    return version, True


def activate(version_id: int, *, by: User) -> ClassifierVersion:
    """Let this version answer from now on. Raises ``PermissionDenied`` and ``DomainError``."""
    _ensure_allowed(by)
    return _activate(version_id)


def use_shipped(*, by: User) -> None:
    """Let the classifier of the shipped messages answer. Raises ``PermissionDenied``."""
    _ensure_allowed(by)
    with transaction.atomic():
        _switch(_lock_active(), None)


def _activate(version_id: int) -> ClassifierVersion:
    with transaction.atomic():
        active = _lock_active()
        version = ClassifierVersion.objects.select_for_update(no_key=True).get(pk=version_id)
        if sentence := why_unusable(version):
            raise VersionUnusable(sentence, code="unusable_version", value=str(version))
        _switch(active, version)
    return version


def _ensure_allowed(by: User | None) -> None:
    """Nobody is the machine itself, or who may run commands on the host."""
    if by is not None and not by.has_perm(PERMISSION):
        raise PermissionDenied


def _keep(
    version: ClassifierVersion,
    before: ClassifierVersion | None,
    measured: Comparison,
    *,
    wanted: bool,
    fit: bool,
) -> None:
    figures = {
        "new": number_format(round(measured.new_f1, 3), 3),
        "old": number_format(round(measured.old_f1, 3), 3),
        "other": before or _("the shipped one"),
    }
    with transaction.atomic():
        active = _lock_active()
        if not wanted:
            sentence = _("Not in use, as asked: macro-F1 %(new)s, %(other)s: %(old)s.")
        elif (active and active.pk) != (before and before.pk):
            sentence = _(
                "Not in use, another one was chosen meanwhile: macro-F1 %(new)s,"
                " %(other)s: %(old)s."
            )
        elif not fit:
            sentence = _(
                "Not in use: macro-F1 %(new)s is worse than that of %(other)s, %(old)s, on what"
                " both know."
            )
        else:
            sentence = _("Taken into use: macro-F1 %(new)s, %(other)s: %(old)s, on what both know.")
            _switch(active, None)
            version.is_active = True
        version.note = (sentence % figures)[:300]
        version.save()


def _lock_active() -> ClassifierVersion | None:
    # No row stands for the shipped one, and one that was replaced while we waited is not found.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_SWITCHING])
    rows = ClassifierVersion.objects.defer("artifact").select_for_update(no_key=True)
    return rows.filter(is_active=True).first()


def _switch(active: ClassifierVersion | None, to: ClassifierVersion | None) -> None:
    if active is not None and (to is None or active.pk != to.pk):
        ClassifierVersion.objects.filter(pk=active.pk).update(is_active=False)
    if to is not None:
        to.is_active = True
        to.save(update_fields=["is_active"])


def _load(version_id: int) -> TrainedClassifier | None:
    version = ClassifierVersion.objects.get(pk=version_id)
    if not why_unusable(version):
        try:
            return artifact.from_bytes(bytes(version.artifact))
        except artifact.UNREADABLE:
            pass
    _logger.warning("Classifier version %s does not load; the shipped one answers.", version_id)
    return None


def _is_current(fingerprint: str) -> bool:
    return fingerprint.startswith(artifact.reading_fingerprint())


def _fingerprint(lessons: Lessons) -> str:
    """Of the code that reads messages, then of what was learned."""
    digest = hashlib.sha256(stored.fingerprint().encode())
    for example in sorted(lessons.examples, key=lambda one: (one.message, one.category)):
        digest.update(f"{example.category}\0{example.weight}\0{example.message}\0".encode())
    return artifact.reading_fingerprint() + digest.hexdigest()[: artifact.HASH_LENGTH]


def _known_before(
    lessons: Lessons, before: ClassifierVersion | None
) -> list[examples.Example | None]:
    """The same messages as the version before knew them: its own, and the shipped ones."""
    own = before.metrics.get("own", {}) if before else {}
    shipped = {taught.key_of(one.message): one.category for one in examples.shipped()}
    known = {**shipped, **own}
    rows: list[examples.Example | None] = []
    for example in lessons.examples:
        category = known.get(taught.key_of(example.message))
        rows.append(
            examples.Example(example.message, category, example.style, example.weight)
            if category
            else None
        )
    return rows


def _metrics(
    lessons: Lessons, measured: Comparison, before: ClassifierVersion | None
) -> dict[str, Any]:
    result = measured.new
    return {
        "macro_f1": round(result.macro_f1, 4),
        "accuracy": round(result.accuracy, 4),
        "per_category": [
            {
                "category": one.category,
                "messages": one.messages,
                "precision": round(one.precision, 4),
                "recall": round(one.recall, 4),
                "f1": round(one.f1, 4),
            }
            for one in result.per_category()
        ],
        "categories": list(result.categories),
        "confusion": result.confusion(),
        "compared_with": before.pk if before else None,
        "new_f1": round(measured.new_f1, 4),
        "old_f1": round(measured.old_f1, 4),
        "counts": {key: dict(counts) for key, counts in lessons.counts.items()},
        "left_out": dict(lessons.left_out),
        "own": dict(lessons.own),
    }
