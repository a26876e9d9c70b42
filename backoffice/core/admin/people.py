"""Who may come in, what programs may, and what machines did: the System pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_q.admin  # noqa: F401 - registers what is replaced here
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, Permission, User
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_q.models import Failure, OrmQ, Schedule, Success
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from backoffice.core.admin.base import ModelAdmin, ReadOnlyModelAdmin
from backoffice.core.admin.display import display
from backoffice.core.models import AiCall

if TYPE_CHECKING:
    from django.db.models import ManyToManyField
    from django.http import HttpRequest
    from django.utils.functional import _StrOrPromise

    BaseUserAdmin = DjangoUserAdmin[Any]
    PermissionChoiceField = forms.ModelMultipleChoiceField[Permission]
else:
    BaseUserAdmin = DjangoUserAdmin
    PermissionChoiceField = forms.ModelMultipleChoiceField

# The database keeps the names of permissions, in English whatever language is spoken.
ACTIONS: dict[str, _StrOrPromise] = {
    "add": _("Can add"),
    "change": _("Can change"),
    "delete": _("Can delete"),
    "view": _("Can view"),
}

for model in (User, Group, Failure, OrmQ, Schedule, Success):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


class PermissionsField(PermissionChoiceField):
    """Says what each permission allows in the language of the person who gives it."""

    def label_from_instance(self, obj: Permission) -> str:
        action, _sep, model = obj.codename.partition("_")
        usual = ACTIONS.get(action) if model == obj.content_type.model else None
        return f"{obj.content_type} | {usual or gettext(obj.name)}"


class PermissionsAdmin(ModelAdmin):
    def formfield_for_manytomany(
        self, db_field: ManyToManyField[Any, Any], request: HttpRequest | None, **kwargs: Any
    ) -> forms.ModelMultipleChoiceField[Any] | None:
        if db_field.remote_field.model is Permission:
            kwargs["form_class"] = PermissionsField
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[arg-type]


@admin.register(User)
class UserAdmin(BaseUserAdmin, PermissionsAdmin):
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "first_name", "last_name", "roles", "is_active", "is_superuser")
    list_filter = ("is_active", "is_superuser", "groups")
    list_prefetch_related = ("groups",)

    @display(description=_("roles"))
    def roles(self, user: User) -> str:
        return ", ".join(group.name for group in user.groups.all())


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, PermissionsAdmin):
    pass


@admin.register(AiCall)
class AiCallAdmin(ReadOnlyModelAdmin):
    list_display = (
        "created_at",
        "purpose",
        "model",
        "outcome_label",
        "input_tokens",
        "output_tokens",
        "cost_usd",
        "latency_ms",
    )
    list_filter = ("outcome", "purpose", "model")
    date_hierarchy = "created_at"

    @display(
        description=_("outcome"),
        ordering="outcome",
        label={
            AiCall.Outcome.OK: "success",
            AiCall.Outcome.REFUSED: "warning",
            AiCall.Outcome.TRUNCATED: "warning",
            AiCall.Outcome.RATE_LIMITED: "warning",
            AiCall.Outcome.TIMEOUT: "warning",
            AiCall.Outcome.INVALID: "danger",
            AiCall.Outcome.QUOTA: "danger",
            AiCall.Outcome.UNAVAILABLE: "danger",
            AiCall.Outcome.REJECTED: "danger",
        },
    )
    def outcome_label(self, call: AiCall) -> tuple[str, str]:
        return call.outcome, call.get_outcome_display()


@admin.register(Schedule)
class ScheduleAdmin(ReadOnlyModelAdmin):
    """What runs by itself; written by code (``core.jobs.schedules``)."""

    list_display = ("name", "func", "schedule_type", "minutes", "next_run")
    fields = ("name", "func", "schedule_type", "minutes", "next_run")


@admin.register(Failure)
class FailureAdmin(ReadOnlyModelAdmin):
    """Tasks that ended in an error nobody expected; their work is repeated from its own row."""

    list_display = ("started", "func", "stopped", "short_result")
    search_fields = ("func",)
    fields = ("name", "func", "started", "stopped", "attempt_count", "result")

    @display(description=_("error"))
    def short_result(self, task: Failure) -> str:
        return Truncator(task.result or "").chars(100)


@admin.register(OrmQ)
class QueueAdmin(ReadOnlyModelAdmin):
    """Tasks that wait for a worker (empty with Redis, which keeps its own list)."""

    list_display = ("id", "func", "lock")
    fields = ("func", "lock")
