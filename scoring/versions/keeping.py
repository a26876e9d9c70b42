"""Versions of the model: kept, compared, put to use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

    from django.contrib.auth.models import User

    from scoring.models import ScoringModel
    from scoring.training.comparison import Report


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


def keep(report: Report, origin: Origin, *, by: User | None = None) -> ScoringModel:
    """A version, not in use yet; the same artifact twice is one version (by its checksum).

    The report must carry what its clients looked like, for drift.
    """
    raise NotImplementedError


def contest(version_id: int, *, forced: bool, by: User | None) -> Verdict:
    """Put a new version to use if it is not worse than the one in use on the same held-out rows.

    In any case where ``forced``; see docs/scoring-model.md for what "not worse" means.
    """
    raise NotImplementedError


def activate(version_id: int, *, by: User | None) -> ScoringModel:
    """Put this version to use, whatever its figures; all customers are scored anew after it.

    A second call changes nothing. DomainError where the artifact cannot be read.
    """
    raise NotImplementedError


def in_use() -> ScoringModel:
    """The version in use; where there is none yet, the shipped model becomes it.

    A shipped model in use gives way to a newer one that an upgrade brought.

    Raises:
        NoModel: there is none, and none could be trained on the shipped sample.

    """
    raise NotImplementedError
