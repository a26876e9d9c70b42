"""Switching a category's automatic answers: off, rehearsal, on; and who did it when."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.core.errors import DomainError
from support.automatic import record, texts
from support.models import Category

if TYPE_CHECKING:
    import datetime as dt

    from django.contrib.auth.models import User
    from django.utils.functional import _StrOrPromise

PERMISSION = "support.switch_automatic_category"
MOST_A_DAY = 1000
Mode = Category.AutomaticMode
FIELDS: dict[str, _StrOrPromise] = {
    "automatic_mode": gettext_lazy("automatic answers"),
    "automatic_confidence": gettext_lazy("from this confidence on"),
    "automatic_daily_limit": gettext_lazy("at most a day"),
}
# Beside the fields: the names of templates whose text was not seen before.
SEEN = "seen"
_SEEN_FIELD: _StrOrPromise = gettext_lazy("reply templates")
# In a change message Django reads what it knows and leaves this alone.
_MARK = "automatic"


class NeedsConfirmation(DomainError):
    """Too little is known of how the machine would do: say so, and ask again."""

    code = "too_few_rehearsals"
    conflict = True


def switch(  # noqa: PLR0913 - the settings of one category
    category_id: int,
    *,
    by: User,
    mode: str,
    confidence: float,
    daily_limit: int,
    confirmed: bool = False,
) -> Category:
    """Set how a category's messages are answered; the change is kept with who made it.

    Who sets "on" vouches for the templates as they are: see :mod:`support.automatic.texts`.
    Raises ``PermissionDenied``; ``NeedsConfirmation`` where it is switched on with fewer
    rehearsals compared than tell anything; ``DomainError`` for a value that cannot be.
    """
    if not by.has_perm(PERMISSION):
        raise PermissionDenied
    _refuse_values(mode, confidence, daily_limit)
    with transaction.atomic():
        category = Category.objects.select_for_update(no_key=True).filter(pk=category_id).first()
        if category is None:
            raise DomainError(_("This category no longer exists."), code="not_found")
        before = {name: getattr(category, name) for name in FIELDS}
        _refuse_mode(category, mode, confirmed=confirmed)
        category.automatic_mode = Mode(mode)
        category.automatic_confidence = confidence
        category.automatic_daily_limit = daily_limit
        changes = {
            name: [before[name], getattr(category, name)]
            for name in FIELDS
            if before[name] != getattr(category, name)
        }
        changes |= _see_texts(category)
        if changes:
            category.save(update_fields=[*FIELDS, "automatic_texts", "updated_at"])
            _log(category, changes, by)
    return category


def _see_texts(category: Category) -> dict[str, list[Any]]:
    """Take the texts as seen where answers go; returns which were not, as a change."""
    if category.automatic_mode != Mode.ON:
        category.automatic_texts = []
        return {}
    unseen = texts.unseen(category)
    category.automatic_texts = texts.of(category)
    return {SEEN: ["", ", ".join(one.name for one in unseen)]} if unseen else {}


def _refuse_values(mode: str, confidence: float, daily_limit: int) -> None:
    if mode not in Mode.values:
        sentence = _("“%(value)s” is not a mode: choose one of %(known)s.")
        raise DomainError(
            sentence % {"value": mode, "known": ", ".join(Mode.values)}, field="mode", value=mode
        )
    if not 0.5 <= confidence <= 1:  # noqa: PLR2004 - as the column's constraint
        raise DomainError(
            _("The confidence lies between 0.5 and 1."), field="confidence", value=confidence
        )
    if not 0 <= daily_limit <= MOST_A_DAY:
        raise DomainError(
            _("The limit lies between 0 and %(most)d a day.") % {"most": MOST_A_DAY},
            field="daily_limit",
            value=daily_limit,
        )


def _refuse_mode(category: Category, mode: str, *, confirmed: bool) -> None:
    if mode == Mode.OFF:
        return
    if category.is_fallback or not category.is_active:
        raise DomainError(
            _("What fits no category is never answered by the machine: leave it off."),
            code="never_automatic",
        )
    if mode != Mode.ON or category.automatic_mode == Mode.ON or confirmed:
        return
    compared = record.of(category.pk).same.total
    if compared < record.ENOUGH:
        sentence = _(
            "Only %(count)d rehearsals were compared with what staff sent; below %(enough)d nobody"
            " can tell how the machine does. Confirm that it shall answer all the same."
        )
        raise NeedsConfirmation(
            sentence % {"count": compared, "enough": record.ENOUGH}, field="mode", value=mode
        )


def _log(category: Category, changes: dict[str, list[Any]], by: User) -> None:
    # Django translates the names when it shows them.
    with translation.override(None):
        names = [str(FIELDS.get(name, _SEEN_FIELD)) for name in changes]
    message = json.dumps([{"changed": {"fields": names}, _MARK: changes}])
    LogEntry.objects.log_actions(by.pk, [category], CHANGE, message, single_object=True)


@dataclass(frozen=True, slots=True)
class Switched:
    """What somebody set, field by field: name, before, after."""

    at: dt.datetime
    by: str
    category: str
    changes: tuple[tuple[str, Any, Any], ...]


def history(most: int = 20) -> list[Switched]:
    """The latest first; one query."""
    rows = (
        LogEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(Category),
            action_flag=CHANGE,
            change_message__contains=f'"{_MARK}":',
        )
        .select_related("user")
        .order_by("-action_time", "-pk")[:most]
    )
    return [
        Switched(
            at=row.action_time,
            by=row.user.get_full_name() or row.user.get_username(),
            category=row.object_repr,
            changes=tuple(
                (name, before, after)
                for part in json.loads(row.change_message)
                for name, (before, after) in part.get(_MARK, {}).items()
            ),
        )
        for row in rows
    ]
