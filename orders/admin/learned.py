"""What was learned from decisions: where it is from, and a switch for each of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesCheckboxFilter

from backoffice.core.admin import (
    ActionVariant,
    Done,
    ReadOnlyModelAdmin,
    bulk_action,
    dialog_action,
    display,
)
from orders.learning import facts, prices
from orders.learning.facts import Kind
from orders.learning.prices import Price
from orders.models import LearnedFact, OrderLine

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

    from backoffice.core.admin.staff import StaffRequest
    from orders.models import Order
    from orders.reading import OrderReading

STATE_COLOURS = {"used": "success", "conflict": "warning", "weak": "warning", "off": "danger"}
LESSONS_SHOWN = 20


@admin.register(LearnedFact)
class LearnedFactAdmin(ReadOnlyModelAdmin):
    list_display = (
        "display_words",
        "display_kind",
        "display_meaning",
        "display_whose",
        "times_seen",
        "display_source",
        "display_state",
        "updated_at",
    )
    list_filter = (
        ("kind", ChoicesCheckboxFilter),
        "is_active",
        ("customer", AutocompleteSelectFilter),
    )
    list_select_related = ("customer", "product", "learned_from")
    search_fields = ("phrase", "value", "customer__search_name", "product__name", "product__sku")
    search_help_text = gettext_lazy("Words, customer or product")
    fields = (
        "display_kind",
        "display_words",
        "display_meaning",
        "display_whose",
        "state_in_words",
        "times_seen",
        "display_source",
        "display_lessons",
        "created_at",
        "updated_at",
    )
    readonly_fields = fields
    actions = ("switch_off_selected", "switch_on_selected")
    actions_detail = ("switch_off", "switch_on")

    # --- who may what ---

    def has_switch_off_permission(
        self, request: HttpRequest, object_id: str | int | None = None
    ) -> bool:
        return self._may_switch(request, object_id, is_active=True)

    def has_switch_on_permission(
        self, request: HttpRequest, object_id: str | int | None = None
    ) -> bool:
        return self._may_switch(request, object_id, is_active=False)

    def _may_switch(
        self, request: HttpRequest, object_id: str | int | None, *, is_active: bool
    ) -> bool:
        """Of the two buttons only the one that changes something is shown."""
        if not self.may(request, "change"):
            return False
        if object_id is None or request.method == "POST":
            return True
        known = LearnedFact.objects.filter(is_active=is_active)
        return str(object_id).isdecimal() and known.filter(pk=object_id).exists()

    # --- switching ---

    @dialog_action(
        gettext_lazy("Switch off"),
        permissions=["switch_off"],
        question=gettext_lazy("Use this no longer? Nothing that is learned later changes that."),
        icon="toggle_off",
        variant=ActionVariant.DANGER,
    )
    def switch_off(self, _request: StaffRequest, object_id: int, _data: dict[str, Any]) -> Done:
        facts.switch(object_id, is_active=False)
        return Done(_("It is no longer used."))

    @dialog_action(
        gettext_lazy("Switch on"),
        permissions=["switch_on"],
        question=gettext_lazy("Use this again from the next message on?"),
        icon="toggle_on",
    )
    def switch_on(self, _request: StaffRequest, object_id: int, _data: dict[str, Any]) -> Done:
        facts.switch(object_id, is_active=True)
        return Done(_("It is used from the next message on."))

    @bulk_action(
        gettext_lazy("Switch off"),
        permissions=["switch_off"],
        question=gettext_lazy("Use these no longer?"),
        done=ngettext_lazy(
            "%(count)d fact switched off.", "%(count)d facts switched off.", "count"
        ),
    )
    def switch_off_selected(
        self, _request: StaffRequest, object_id: int, _data: dict[str, Any]
    ) -> None:
        facts.switch(object_id, is_active=False)

    @bulk_action(
        gettext_lazy("Switch on"),
        permissions=["switch_on"],
        question=gettext_lazy("Use these again from the next message on?"),
        done=ngettext_lazy("%(count)d fact switched on.", "%(count)d facts switched on.", "count"),
    )
    def switch_on_selected(
        self, _request: StaffRequest, object_id: int, _data: dict[str, Any]
    ) -> None:
        facts.switch(object_id, is_active=True)

    # --- the list ---

    def get_queryset(self, request: HttpRequest) -> QuerySet[LearnedFact]:
        rows: QuerySet[LearnedFact] = super().get_queryset(request)
        rival = LearnedFact.objects.filter(
            kind=OuterRef("kind"), phrase=OuterRef("phrase"), is_active=True, times_seen__gt=0
        ).exclude(pk=OuterRef("pk"))
        of_same = rival.filter(customer=OuterRef("customer"))
        of_nobody = rival.filter(customer=None)
        is_word = Q(kind=Kind.PRODUCT_WORD)
        return rows.annotate(
            has_rival=Q(kind=Kind.CUSTOMER_ALIAS) & Exists(rival)
            | is_word & Q(customer__isnull=False) & Exists(of_same)
            | is_word & Q(customer__isnull=True) & Exists(of_nobody)
        )

    @display(description=gettext_lazy("Words"), ordering="phrase")
    def display_words(self, fact: LearnedFact) -> str:
        if fact.kind in {Kind.USUAL_UNIT, Kind.USUAL_PRICE}:
            made = prices.in_words(fact.phrase)
            return f"{fact.product} ({made})" if made else str(fact.product)
        return f"“{fact.phrase}”"

    @display(description=gettext_lazy("Kind"), ordering="kind")
    def display_kind(self, fact: LearnedFact) -> str:
        return fact.get_kind_display()

    @display(description=gettext_lazy("Means"), ordering="value")
    def display_meaning(self, fact: LearnedFact) -> str:
        units = dict(OrderLine.Unit.choices)
        if fact.kind == Kind.USUAL_UNIT:
            return str(units.get(fact.value, fact.value))
        price = Price.parse(fact.value) if fact.kind == Kind.USUAL_PRICE else None
        if price is not None:
            unit = units.get(price.unit, price.unit)
            return f"{number_format(price.amount)} {price.currency} / {unit}"
        return fact.value or str(fact.product or fact.customer or "–")

    @display(description=gettext_lazy("Whose"), ordering="customer__search_name")
    def display_whose(self, fact: LearnedFact) -> str:
        if fact.kind == Kind.CUSTOMER_ALIAS:
            # Anybody may write so; whom it means stands beside it.
            return "–"
        return str(fact.customer) if fact.customer else _("everybody")

    @display(description=gettext_lazy("Learned from"), ordering="learned_from__number")
    def display_source(self, fact: LearnedFact) -> str:
        return order_link(fact.learned_from) if fact.learned_from else "–"

    @display(description=gettext_lazy("State"), label=STATE_COLOURS)
    def display_state(self, fact: LearnedFact) -> tuple[str, str]:
        return state_of(fact, has_rival=fact.has_rival)  # type: ignore[attr-defined]

    @display(description=gettext_lazy("State"))
    def state_in_words(self, fact: LearnedFact) -> str:
        return self.display_state(fact)[1]

    @display(description=gettext_lazy("Orders that taught or contradicted it"))
    def display_lessons(self, fact: LearnedFact) -> str:
        lessons = fact.lessons.select_related("order")[:LESSONS_SHOWN]
        rows = (
            (order_link(lesson.order), _("agrees") if lesson.agrees else _("contradicts"))
            for lesson in lessons
        )
        items = format_html_join("", "<li>{} {}</li>", rows)
        return format_html("<ul>{}</ul>", items) if items else "–"


def state_of(fact: LearnedFact, *, has_rival: bool = False) -> tuple[str, str]:
    """(key of a colour, words) for how a fact stands."""
    if not fact.is_active:
        return "off", _("switched off")
    if not fact.times_seen:
        return "weak", _("contradicted since")
    if has_rival:
        return "conflict", _("means several: not used")
    return "used", _("used")


def order_link(order: Order) -> str:
    address = reverse("admin:orders_order_change", args=[order.pk])
    return format_html(
        '<a class="underline whitespace-nowrap" href="{}">{}</a>', address, order.number
    )


@dataclass(frozen=True, slots=True)
class Used:
    """A fact that an order's proposal used, for the order's page; its source is linked."""

    sentence: str
    address: str
    state: str


def used_in(reading: OrderReading | None) -> list[Used]:
    """What earlier decisions gave to the proposal; one query."""
    learned = reading.learned if reading else ()
    if not learned:
        return []
    known = LearnedFact.objects.select_related("learned_from").in_bulk(
        [one.fact for one in learned]
    )
    return [_used(one.sentence, known[one.fact]) for one in learned if one.fact in known]


def _used(sentence: str, fact: LearnedFact) -> Used:
    key, words = state_of(fact)
    address = reverse("admin:orders_learnedfact_change", args=[fact.pk])
    if fact.learned_from is not None:
        before, number, after = sentence.partition(fact.learned_from.number)
        link = order_link(fact.learned_from) if number else ""
        sentence = format_html("{}{}{}", before, link, after)
    return Used(sentence, address, "" if key == "used" else words)
