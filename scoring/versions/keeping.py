"""Versions of the model: kept, compared, put to use."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from scoring.engine import artifact, tables
from scoring.engine.artifact import UnreadableModel
from scoring.models import ScoringModel
from scoring.moves import touching
from scoring.training import reference
from scoring.versions import active, rivalry, shipped

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from django.contrib.auth.models import User

    from scoring.engine.compiled import CompiledModel
    from scoring.training.comparison import Report

# Of PostgreSQL's advisory locks: versions are kept and put to use one after the other.
_ADVISORY_LOCK: Final = 7_215_108
ACTIVATE: Final = "scoring.activate_scoringmodel"
Source = ScoringModel.Source


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a version was put to use, and why, in one sentence for people."""

    is_put_to_use: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Origin:
    """What a version learned from: ``ScoringModel.Source``, a file's name, the day and horizon."""

    source: str
    name: str = ""
    as_of: dt.date | None = None
    horizon_days: int | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it for programs, as the command prints it before the figures."""
        said: dict[str, Any] = {"source": self.name or self.source}
        if self.as_of is not None:
            said |= {"as_of": str(self.as_of), "horizon_days": self.horizon_days}
        return said


def refused(error: DomainError) -> str:
    """What is said where nothing could be learned."""
    return _("%(why)s The model in use stays.") % {"why": error}


def keep(report: Report, origin: Origin, *, by: User | None = None) -> ScoringModel:
    """A version, not in use yet; what answers alike in every case is one version.

    The report must carry what its clients looked like, for drift. It is compared with the version
    in use on its own test rows here, which :func:`contest` decides by.
    """
    printed = origin.as_json() | report.as_json()
    twin, rival = _twin(printed), _rival()
    if rival is not None and rival != twin:
        printed[rivalry.AGAINST] = rivalry.compare(report, origin, rival, active.compiled(rival))
    if twin is not None:
        return _compared_anew(twin, printed)
    return _kept(report.model, origin, printed, report.reference, by)


def contest(version_id: int, *, forced: bool, by: User | None) -> Verdict:
    """Put a new version to use if it is not worse than the one in use on the same held-out rows.

    In any case where ``forced``; docs/scoring-training.md says what "not worse" is.

    Raises:
        DomainError: there is no such version, or it cannot be read.
        PermissionDenied: it is worse, and ``by`` may not put versions to use.

    """
    with transaction.atomic():
        _lock()
        version = _found(version_id)
        current = ScoringModel.objects.defer("artifact").filter(is_active=True).first()
        if current is not None and current.pk == version.pk:
            return Verdict(is_put_to_use=True, sentence=_already(version))
        is_better, sentence = rivalry.verdict(version, current)
        if not is_better and not forced:
            return Verdict(is_put_to_use=False, sentence=sentence)
        if not is_better:
            _allow(by)
        _activate(version, by)
    if not is_better:
        sentence = _("%(why)s It was put to use all the same, as was asked.") % {"why": sentence}
    return Verdict(is_put_to_use=True, sentence=sentence)


def activate(version_id: int, *, by: User | None) -> ScoringModel:
    """Put this version to use, whatever its figures; all customers are scored anew after it.

    A second call changes nothing.

    Raises:
        DomainError: there is no such version, or its artifact cannot be read.
        PermissionDenied: ``by`` may not put versions to use.

    """
    _allow(by)
    # Read before the lock, and kept: reading takes its time.
    active.compiled(_found(version_id))
    with transaction.atomic():
        _lock()
        version = _found(version_id)
        _activate(version, by)
    return version


def in_use() -> ScoringModel:
    """The version in use; where there is none yet, the shipped model becomes it.

    A shipped model in use gives way to a newer one that an upgrade brought, and any version that
    cannot be read to the shipped one.

    Raises:
        NoModel: there is none, and none could be trained on the shipped sample.

    """
    row = ScoringModel.objects.defer("artifact").filter(is_active=True).first()
    if row is not None and not _gives_way(row):
        return row
    model = active.shipped_model()
    version = _shipped_version(model)
    with transaction.atomic():
        _lock()
        now = ScoringModel.objects.defer("artifact").filter(is_active=True).first()
        if now is not None and (row is None or now.pk != row.pk):
            # Somebody else was sooner.
            return now
        if now is None or now.pk != version.pk:
            _put_to_use(version, None)
            if now is not None:
                touching.touch(None)
    return version


def _allow(by: User | None) -> None:
    if by is not None and not by.has_perm(ACTIVATE):
        raise PermissionDenied


def _activate(version: ScoringModel, by: User | None) -> None:
    active.compiled(version)
    if not version.is_active:
        _put_to_use(version, by)
        touching.touch(None)


def _put_to_use(version: ScoringModel, by: User | None) -> None:
    """Under the lock; the other one is taken out of use first, for the constraint."""
    ScoringModel.objects.filter(is_active=True).update(is_active=False)
    version.is_active = True
    version.activated_at = timezone.now()
    version.activated_by = by
    version.save(update_fields=["is_active", "activated_at", "activated_by"])
    # At once, for what this transaction still asks, and for what others were told meanwhile.
    active.forget()
    transaction.on_commit(active.forget)


def _found(version_id: int) -> ScoringModel:
    version = ScoringModel.objects.defer("artifact").filter(pk=version_id).first()
    if version is None:
        sentence = _("There is no version v%(version)s of the model.") % {"version": version_id}
        raise DomainError(sentence, code="unknown_version", field="version", value=version_id)
    return version


def _rival() -> ScoringModel | None:
    try:
        return in_use()
    except active.NoModel:
        return None


def _gives_way(row: ScoringModel) -> bool:
    made_of = row.report.get(_MADE_OF)
    is_older = row.source == Source.SHIPPED and made_of != shipped.fingerprint()
    # Nobody waits at a click until the newer one is trained: that is for `prepare`.
    if is_older and shipped.is_ready():
        # One that was replaced before does not come back: hosts may be upgraded one by one.
        return not ScoringModel.objects.filter(
            source=Source.SHIPPED, report__contains={_MADE_OF: shipped.fingerprint()}
        ).exists()
    try:
        active.compiled(row)
    except UnreadableModel:
        return True
    return False


_MADE_OF: Final = "made_of"


def _shipped_version(model: CompiledModel) -> ScoringModel:
    """The shipped model as a version: the same one for all hosts of the same release."""
    code = {_MADE_OF: shipped.fingerprint()}
    known = ScoringModel.objects.defer("artifact").filter(source=Source.SHIPPED)
    version = known.filter(report__contains=code).first()
    if version is not None:
        return version
    origin = Origin(Source.SHIPPED, shipped.SAMPLE.name)
    printed = origin.as_json() | dict(model.about.get(shipped.REPORT, {})) | code
    twin = _twin(printed)
    if twin is not None:
        # Other code, the same answers.
        twin.report = twin.report | code
        twin.save(update_fields=["report"])
        return twin
    return _kept(model, origin, printed, _shipped_reference(), None)


def _shipped_reference() -> dict[str, Any]:
    sample = tables.read_clients(shipped.SAMPLE)
    return reference.of(sample.features, sample.moments)


def _twin(printed: Mapping[str, Any]) -> ScoringModel | None:
    """The version that answers alike, whenever it was trained, if it can still be read."""
    alike = {"fingerprint": printed["fingerprint"]}
    row = ScoringModel.objects.defer("artifact").filter(report__contains=alike).first()
    try:
        return row if row is not None and active.compiled(row) else None
    except UnreadableModel:
        return None


def _compared_anew(twin: ScoringModel, printed: Mapping[str, Any]) -> ScoringModel:
    """It was kept before; perhaps another one is in use by now."""
    if rivalry.AGAINST in printed:
        twin.report = twin.report | {rivalry.AGAINST: printed[rivalry.AGAINST]}
        twin.save(update_fields=["report"])
    return twin


def _kept(
    model: CompiledModel,
    origin: Origin,
    printed: dict[str, Any],
    looked_like: dict[str, Any],
    by: User | None,
) -> ScoringModel:
    data = artifact.to_bytes(model)
    version, _made = ScoringModel.objects.get_or_create(
        sha256=hashlib.sha256(data).hexdigest(),
        defaults={
            "artifact": data,
            "kind": model.kind,
            "source": origin.source,
            "source_name": origin.name,
            "as_of": origin.as_of,
            "horizon_days": origin.horizon_days,
            "report": printed,
            "reference": looked_like,
            "trained_by": by,
        },
    )
    return version


def _already(version: ScoringModel) -> str:
    return _("%(version)s is in use already: nothing new was learned.") % {"version": version}


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ADVISORY_LOCK])
