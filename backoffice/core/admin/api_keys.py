"""Keys for programs: made here, shown once, revoked here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.enums import ActionVariant
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from backoffice.core import api_keys
from backoffice.core.admin.actions import Done, dialog_action
from backoffice.core.admin.base import ModelAdmin
from backoffice.core.admin.display import display
from backoffice.core.models import ApiKey

if TYPE_CHECKING:
    from django.db.models import ForeignKey
    from django.http import HttpRequest


def _scopes() -> list[tuple[str, str]]:
    return [(scope, scope) for scope in api_keys.known_scopes()]


class NewKeyForm(forms.ModelForm):  # type: ignore[type-arg]
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("scopes"),
        help_text=gettext_lazy("What a program with this key may read and write."),
        choices=_scopes,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )

    class Meta:
        model = ApiKey
        fields = ("name", "user", "scopes")


@admin.register(ApiKey)
class ApiKeyAdmin(ModelAdmin):
    list_display = ("name", "begins", "user", "scope_list", "last_used_at", "is_valid")
    list_filter = ("user",)
    list_select_related = ("user",)
    search_fields = ("name", "prefix")
    form = NewKeyForm
    actions_detail = ("revoke",)

    def get_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> tuple[str, ...]:  # noqa: ARG002 - Django's signature
        if obj is None:
            return ("name", "user", "scopes")
        return ("name", "begins", "user", "scope_list", "created_at", "last_used_at", "revoked_at")

    def has_change_permission(self, _request: HttpRequest, _obj: ApiKey | None = None) -> bool:
        """A key is never changed: make another one."""
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: ApiKey | None = None) -> bool:
        """A revoked key stays, so that it can be told what it was."""
        return False

    def has_revoke_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        if not self.may(request, "change"):
            return False
        if object_id is None or request.method == "POST":
            return True
        return ApiKey.objects.filter(pk=object_id, revoked_at=None).exists()

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:  # noqa: ANN401 - Django's signature
        # A key acts as its user: only an administrator may make one that acts as somebody else.
        if db_field.name == "user" and not request.user.is_superuser:
            kwargs["queryset"] = User.objects.filter(username=request.user.get_username())
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(
        self,
        request: HttpRequest,
        obj: Any,  # noqa: ANN401 - Django's signature
        form: forms.Form,
        change: bool,  # noqa: ARG002, FBT001 - Django's signature
    ) -> None:
        data = form.cleaned_data
        row, key = api_keys.issue(data["name"], data["user"], data["scopes"])
        obj.pk, obj.prefix = row.pk, row.prefix
        told = _("Copy the key now, it is not shown again:")
        messages.warning(request, format_html("{} <code>{}</code>", told, key))

    @dialog_action(
        gettext_lazy("Revoke"),
        permissions=["revoke"],
        question=gettext_lazy("Programs that use this key are refused from now on. Revoke it?"),
        icon="key_off",
        variant=ActionVariant.DANGER,
    )
    def revoke(self, _request: HttpRequest, object_id: int, _data: dict[str, Any]) -> Done:
        row = api_keys.revoke(object_id)
        return Done(_("The key “%(name)s” is revoked.") % {"name": row.name})

    @display(description=gettext_lazy("begins with"))
    def begins(self, key: ApiKey) -> str:
        return f"{key.prefix}…"

    @display(description=gettext_lazy("scopes"))
    def scope_list(self, key: ApiKey) -> str:
        return ", ".join(key.scopes)

    @display(description=gettext_lazy("valid"), boolean=True)
    def is_valid(self, key: ApiKey) -> bool:
        return key.revoked_at is None
