"""What to do about a client, by segment, in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from scoring.engine.scale import COLD, HOT, WARM

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import _StrOrPromise

SENTENCES: Final[Mapping[str, _StrOrPromise]] = {
    HOT: _("HIGH priority - contact immediately! Strong conversion potential."),
    WARM: _("MEDIUM priority - follow up within 48 hours. Moderate conversion potential."),
    COLD: _("LOW priority - send an automatic e-mail. Low conversion potential."),
}


def of_segment(segment: str) -> str:
    """The sentence of a segment, in the active language."""
    return str(SENTENCES[segment])
