"""Who writes to the desk: the list of traders, and the conversation with one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.html import format_html
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from unfold.widgets import UnfoldAdminTextareaWidget

from backoffice.core.admin import display
from backoffice.core.admin.filters import DayRangeFilter
from listings.admin import trader_page
from listings.admin.trader_decisions import TraderDecisions, session_key
from listings.models import Listing, Trader

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet
    from django.forms import Form
    from django.http import HttpRequest

    from backoffice.core.admin.staff import StaffRequest


class HasCustomer(admin.SimpleListFilter):
    """Whether the trader is known as a customer."""

    title = gettext_lazy("customer")
    parameter_name = "known"

    def lookups(self, _request: HttpRequest, _model_admin: object) -> list[tuple[str, str]]:
        return [("yes", _("Known as a customer")), ("no", _("No customer"))]

    def queryset(self, _request: HttpRequest, traders: QuerySet[Trader]) -> QuerySet[Trader]:
        if self.value() not in {"yes", "no"}:
            return traders
        return traders.filter(customer__isnull=self.value() == "no")


@admin.register(Trader)
class TraderAdmin(TraderDecisions):
    list_display = (
        "display_name",
        "display_addresses",
        "display_market",
        "display_last_seen",
        "display_customer",
        "display_state",
    )
    list_filter = (
        "is_blocked",
        HasCustomer,
        "language",
        ("last_seen_at", DayRangeFilter),
        ("erased_at", admin.EmptyFieldListFilter),
    )
    list_select_related = ("customer",)
    list_prefetch_related = ("addresses",)
    search_fields = ("name", "username", "addresses__value", "customer__search_name")
    search_help_text = gettext_lazy("Name, user name, telephone number or WhatsApp user id")
    change_form_template = "admin/listings/trader/change_form.html"
    compressed_fields = False
    fields = ("name", "language", "customer", "note")
    autocomplete_fields = ("customer",)
    formfield_overrides: ClassVar = {
        models.TextField: {"widget": UnfoldAdminTextareaWidget(attrs={"rows": 3})}
    }

    class Media:
        css: ClassVar = {"all": ["listings/listing.css", "listings/trader.css"]}
        js: ClassVar = ["listings/trader.js"]

    # --- who may what ---

    def has_add_permission(self, *_request: object) -> bool:
        """They come with their first message."""
        return False

    def has_delete_permission(self, *_request: object, **_obj: object) -> bool:
        """They are erased: what they offered stays counted."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Trader | None = None) -> bool:
        """Of an erased one nothing is written down again."""
        return not (obj and obj.erased_at) and super().has_change_permission(request, obj)

    # --- the page ---

    def save_model(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: Model,
        form: Form,
        change: bool,  # noqa: ARG002, FBT001 - Django's signature
    ) -> None:
        # Only what was typed: a message may come in meanwhile and move the rest.
        changed = [name for name in form.changed_data if name in self.fields]
        if changed:
            obj.save(update_fields=changed)

    def render_change_form(  # type: ignore[override]
        self, request: StaffRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:  # noqa: ANN401 - Django's own
        trader = kwargs.get("obj")
        if trader is not None:
            typed = request.session.pop(session_key(trader.pk), "")
            context |= trader_page.context(request, trader, typed)
            actions = self.get_actions_detail(request, trader.pk)  # type: ignore[attr-defined]
            context["dialogs"] = trader_page.dialogs(actions, trader)
            context |= {"actions_detail": [], "show_save_and_continue": False}
        return super().render_change_form(request, context, *args, **kwargs)

    # --- the list ---

    def get_queryset(self, request: HttpRequest) -> QuerySet[Trader]:
        """With what they offer and look for now, without a join that would group the rows."""
        traders: QuerySet[Trader] = super().get_queryset(request)
        live = Listing.objects.filter(trader=OuterRef("pk"), status=Listing.Status.LIVE)
        by_trader = live.order_by().values("trader")
        selling = by_trader.annotate(
            number=Count("pk", filter=Q(type__in=[Listing.Type.SALE, Listing.Type.TRADE]))
        )
        seeking = by_trader.annotate(number=Count("pk", filter=Q(type=Listing.Type.WANTED)))
        return traders.annotate(
            selling=Coalesce(Subquery(selling.values("number")), 0),
            seeking=Coalesce(Subquery(seeking.values("number")), 0),
        )

    @display(description=gettext_lazy("Trader"), ordering="name")
    def display_name(self, trader: Trader) -> str:
        return format_html(
            '<span class="listing-first" dir="auto">{}</span>'
            '<span class="listing-second">{}</span>',
            trader,
            trader.username if trader.name else "",
        )

    @display(description=gettext_lazy("Addresses"))
    def display_addresses(self, trader: Trader) -> str:
        used = [row.value for row in trader.addresses.all() if not row.is_former]
        return ", ".join(used) or "–"

    @display(description=pgettext_lazy("listing", "On the market"), ordering="selling")
    def display_market(self, trader: Trader) -> str:
        words = {"selling": trader.selling, "seeking": trader.seeking}  # type: ignore[attr-defined]
        return _("%(selling)d offered, %(seeking)d wanted") % words

    @display(description=gettext_lazy("Last message"), ordering="last_seen_at")
    def display_last_seen(self, trader: Trader) -> str:
        return timesince(trader.last_seen_at, depth=1)

    @display(description=gettext_lazy("Customer"), ordering="customer__search_name")
    def display_customer(self, trader: Trader) -> str:
        return str(trader.customer or "–")

    @display(
        description=gettext_lazy("Status"),
        ordering="is_blocked",
        label={"blocked": "danger", "erased": "warning", "active": "success"},
    )
    def display_state(self, trader: Trader) -> tuple[str, str]:
        if trader.erased_at:
            return "erased", _("erased")
        return ("blocked", _("blocked")) if trader.is_blocked else ("active", _("active"))
