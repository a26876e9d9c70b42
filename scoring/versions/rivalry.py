"""A new version against the one in use, on rows that the new one has not learned from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from backoffice.core.figures.words import day, fixed, share
from scoring.training import figures
from scoring.training.comparison import DECISIVE, MARGIN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scoring.engine.compiled import CompiledModel
    from scoring.models import ScoringModel
    from scoring.training.comparison import Report
    from scoring.training.figures import Figure
    from scoring.versions.keeping import Origin

# Where a version's report has what :func:`compare` found.
AGAINST: Final = "against"
_DIGITS: Final = 6
# ScoringModel.Source.SHIPPED
_SHIPPED: Final = "shipped"


def compare(
    report: Report, origin: Origin, rival: ScoringModel, model: CompiledModel
) -> dict[str, Any]:
    """Both on the new version's test rows; ``gain`` is by how much its measures exceed the other's.

    A rival that had learned from these very rows would win by having seen them: in its stead
    stands its way of learning, learned anew from the other rows (``is_anew``).
    """
    is_anew = has_seen(rival, origin) and rival.kind in report.tested
    chances = report.tested[rival.kind] if is_anew else model.chances(report.test.features)
    tested = report.tested[report.chosen.kind]
    gain = figures.gain(tested, chances, report.test.bought)
    measured = figures.measure(chances, report.test.bought)
    return {
        "version": rival.pk,
        "model": rival.kind,
        "is_anew": is_anew,
        **{name: round(one.value, _DIGITS) for name, one in measured.measures.items()},
        "gain": {name: _numbers(one) for name, one in gain.items()},
    }


def has_seen(rival: ScoringModel, origin: Origin) -> bool:
    """Whether a version may have learned from what this origin tests on."""
    if (rival.source, rival.source_name) != (origin.source, origin.name):
        return False
    if rival.as_of is None or origin.as_of is None:
        return True
    return rival.as_of >= origin.as_of


def verdict(version: ScoringModel, current: ScoringModel | None) -> tuple[bool, str]:
    """Whether a new version is not worse than the one in use, and a sentence that says so."""
    if current is None:
        return True, _("No version was in use: %(new)s was put to use.") % {"new": version}
    found: Mapping[str, Any] | None = version.report.get(AGAINST)
    words: dict[str, object] = {"new": version, "old": current}
    if version.source == _SHIPPED and current.source != _SHIPPED:
        return False, _(
            "%(new)s was learned from the shipped sample, %(old)s from customers of your own: "
            "%(old)s stays in use."
        ) % words
    if version.report.get("is_guess"):
        return False, _(
            "%(new)s may rank customers no better than lots would: %(old)s stays in use."
        ) % words
    if version.as_of and _is_older(version, current):
        return False, _(
            "%(new)s was learned as of %(day)s, %(old)s as of a later day: %(old)s stays in use."
        ) % (words | {"day": day(version.as_of)})
    if found is None or found["version"] != current.pk:
        return False, _(
            "%(new)s was not compared with %(old)s, which is in use by now: it was kept. Train"
            " again, or put it to use yourself."
        ) % words
    return _measured(found, words)


def _is_older(version: ScoringModel, current: ScoringModel) -> bool:
    """Whether both learned from the same customers, the new one from what is less recent."""
    if (version.source, version.source_name) != (current.source, current.source_name):
        return False
    if version.as_of is None or current.as_of is None:
        return False
    return version.as_of < current.as_of


def _measured(found: Mapping[str, Any], words: dict[str, object]) -> tuple[bool, str]:
    gain, low, high = found["gain"][DECISIVE]
    words |= {"gain": _signed(gain), "low": _signed(low), "high": _signed(high)}
    words |= {"margin": share(MARGIN)}
    if low > 0:
        return False, _(
            "%(new)s is surely worse than %(old)s on the same customers (log loss %(gain)s, 95 %%"
            " from %(low)s to %(high)s): %(old)s stays in use."
        ) % words
    if gain > MARGIN * found[DECISIVE]:
        return False, _(
            "%(new)s is worse than %(old)s by more than %(margin)s on the same customers (log loss"
            " %(gain)s, 95 %% from %(low)s to %(high)s): %(old)s stays in use."
        ) % words
    if high < 0:
        return True, _(
            "%(new)s is surely better than %(old)s on the same customers (log loss %(gain)s, 95 %%"
            " from %(low)s to %(high)s): it was put to use."
        ) % words
    return True, _(
        "%(new)s is not worse than %(old)s on the same customers (log loss %(gain)s, 95 %% from"
        " %(low)s to %(high)s): it was put to use."
    ) % words


def _signed(number: float) -> str:
    return f"{'+' if number > 0 else ''}{fixed(number, 4)}"


def _numbers(one: Figure) -> list[float]:
    return [round(number, _DIGITS) for number in (one.value, one.low, one.high)]
