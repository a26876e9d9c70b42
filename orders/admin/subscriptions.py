"""Who gets alerts and reports by e-mail: everybody their own, managers everybody's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.utils.translation import gettext as _

from backoffice.core.admin import ModelAdmin
from orders.models import Subscription

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.models import QuerySet
    from django.http import HttpRequest

    SubscriptionModelForm = forms.ModelForm[Subscription]
else:
    SubscriptionModelForm = forms.ModelForm


class OwnForm(SubscriptionModelForm):
    """A subscription of the person who fills it in."""

    person: ClassVar[User]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.user = self.person

    def _get_validation_exclusions(self) -> set[str]:
        # It is no field, yet who is subscribed already is to be told so.
        return super()._get_validation_exclusions() - {"user"}  # type: ignore[misc, no-any-return]


@admin.register(Subscription)
class SubscriptionAdmin(ModelAdmin):
    """Whoever may see subscriptions manages their own; ``change_subscription`` manages all."""

    list_display = ("topic", "user", "least_severity", "created_at")
    list_filter = ("topic",)
    list_select_related = ("user",)
    autocomplete_fields = ("user",)
    fields = ("user", "topic", "least_severity")
    conditional_fields: ClassVar = {"least_severity": "topic == 'alerts'"}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Subscription]:
        rows: QuerySet[Subscription] = super().get_queryset(request)
        return rows if self._is_manager(request) else rows.filter(user=request.user.pk)

    def get_exclude(self, request: HttpRequest, _obj: Subscription | None = None) -> list[str]:
        return [] if self._is_manager(request) else ["user"]

    def get_fields(self, request: HttpRequest, obj: Subscription | None = None) -> list[Any]:
        excluded = self.get_exclude(request, obj)
        return [field for field in self.fields if field not in excluded]

    def get_form(
        self,
        request: HttpRequest,
        obj: Subscription | None = None,
        change: bool = False,  # noqa: FBT001, FBT002 - Django's signature
        **kwargs: Any,
    ) -> Any:  # noqa: ANN401 - Django's own
        if not self._is_manager(request):
            kwargs["form"] = type("OwnForm", (OwnForm,), {"person": request.user})
        return super().get_form(request, obj, change, **kwargs)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"user": request.user.pk, **super().get_changeform_initial_data(request)}

    def save_model(
        self,
        request: HttpRequest,
        obj: Subscription,  # type: ignore[override]
        form: Any,  # noqa: ANN401 - Django's own
        change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        super().save_model(request, obj, form, change)
        if not obj.user.email:
            told = _("%(person)s has no e-mail address: nothing can be sent until there is one.")
            messages.warning(request, told % {"person": obj.user})

    # --- who may what: the list holds one's own only, unless one manages them ---

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Subscription | None = None) -> bool:
        return self.has_view_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Subscription | None = None) -> bool:
        return self.has_view_permission(request, obj)

    def has_view_permission(self, request: HttpRequest, obj: Subscription | None = None) -> bool:
        if self._is_manager(request):
            return True
        return self.may(request, "view") and (obj is None or obj.user_id == request.user.pk)

    def _is_manager(self, request: HttpRequest) -> bool:
        return self.may(request, "change")
