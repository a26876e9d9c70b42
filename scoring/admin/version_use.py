"""The question whether a version shall be put to use, with what it would change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from backoffice.core.admin import DialogForm
from backoffice.core.admin.ids import id_in
from scoring.admin import version_measures as measures
from scoring.admin import version_outlook
from scoring.engine.artifact import UnreadableModel
from scoring.models import ScoringModel
from scoring.versions.rivalry import AGAINST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest


class UseForm(DialogForm):
    """Asks nothing; tells before the button is pressed."""

    form_before_template = "admin/scoring/version/before_use.html"

    def get_before_template_context(
        self, request: HttpRequest, object_id: int | str | None = None
    ) -> dict[str, Any]:
        """What the template above is given."""
        if request.method != "GET":
            return {}
        rows = ScoringModel.objects.defer("artifact", "reference")
        version = rows.filter(pk=id_in(object_id)).first()
        current = rows.filter(is_active=True).first()
        if version is None or current is None or version.pk == current.pk:
            return {}
        return {"sentences": list(consequences(version, current))}


def consequences(version: ScoringModel, current: ScoringModel) -> Iterator[str]:
    """What is known of going over from the version in use to this one."""
    against = version.report.get(AGAINST) or {}
    if against.get("version") == current.pk:
        told = _("Against %(current)s on the same customers: %(verdict)s (log loss %(gain)s).")
        gain = against["gain"][measures.LOG_LOSS.name]
        yield told % {
            "verdict": measures.verdict(gain),
            "current": current,
            "gain": measures.gained(gain, measures.LOG_LOSS),
        }
    try:
        outlook = version_outlook.of(current, version)
    except UnreadableModel:
        return
    if outlook is not None:
        yield version_outlook.told(outlook)
