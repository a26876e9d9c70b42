"""What a version is, in words: its state, its way of learning, what it learned from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from backoffice.core.figures import words
from scoring.models import ScoringModel

if TYPE_CHECKING:
    from collections.abc import Iterator

STATE_COLOURS = {"used": "success", "earlier": "info", "kept": ""}


def state(version: ScoringModel) -> tuple[str, str]:
    """For a label: its colour's name and the words."""
    if version.is_active:
        return "used", pgettext("version", "in use")
    if version.activated_at:
        return "earlier", pgettext("version", "used before")
    return "kept", pgettext("version", "never used")


def kind_label(kind: str) -> str:
    """A way of learning in words; an unknown one as it is called."""
    return words.title(dict(ScoringModel.Kind.choices).get(kind, kind))


def source(version: ScoringModel) -> str:
    """Such as "our own history: who bought within 90 days after 23/08/2026"."""
    told = words.title(version.get_source_display())
    for more in filter(None, _details(version)):
        told = _("%(source)s: %(more)s") % {"source": told, "more": more}
    return told


def _details(version: ScoringModel) -> Iterator[str]:
    yield version.source_name
    if version.as_of and version.horizon_days:
        told = ngettext(
            "who bought within %(days)d day after %(day)s",
            "who bought within %(days)d days after %(day)s",
            version.horizon_days,
        )
        yield told % {"days": version.horizon_days, "day": words.day(version.as_of)}
