"""The contact history as columns of a sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy
from import_export.fields import Field

from backoffice.core.spreadsheets.resources import Resource
from backoffice.core.spreadsheets.widgets import Reference, Text
from crm.models import Interaction
from crm.resources.cells import Choice, Moment
from crm.resources.references import column, known_customers, reference

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    import tablib
    from django.db.models import QuerySet

    Contact = tuple[int, dt.datetime, str, str]


class InteractionResource(Resource):
    """Found again by source and reference; without one by customer, moment, way and subject."""

    source = Field("source", "source", Text())
    external_ref = Field("external_ref", "external_ref", Text())
    customer = Field(
        "customer",
        "customer",
        Reference("", gettext_lazy("“%(value)s” is no customer: give a key, an e-mail or a name.")),
    )
    occurred_at = Field("occurred_at", "occurred_at", Moment())
    channel = Field("channel", "channel", Choice(Interaction.Channel))
    campaign = Field("campaign", "campaign", Text())
    subject = Field("subject", "subject", Text())
    status = Field("status", "status", Choice(Interaction.Status), default=Interaction.Status.DONE)
    response = Field("response", "response", Text())

    class Meta:
        model = Interaction
        import_id_fields = ("customer",)
        fields = (
            "source",
            "external_ref",
            "customer",
            "occurred_at",
            "channel",
            "campaign",
            "subject",
            "status",
            "response",
        )
        export_order = fields

    def filter_export(self, queryset: QuerySet[Interaction], **_options: object) -> object:
        return queryset.select_related("customer").prefetch_related("customer__identities")

    def before_import(self, dataset: tablib.Dataset, **options: object) -> None:
        super().before_import(dataset, **options)
        known = known_customers(column(dataset, "customer"))
        self.fields["customer"].widget.known = known
        references = [text for text in column(dataset, "external_ref") if text]
        named = Interaction.objects.filter(external_ref__in=references)
        self.by_reference = {(row.source, row.external_ref): row for row in named}
        unnamed = Interaction.objects.filter(customer__in=known.values(), external_ref="")
        self.by_contact = {_contact(row): row for row in unnamed}

    def get_instance(self, _loader: object, row: Mapping[str, object]) -> Interaction | None:
        source, name = (Text().clean(row.get(column)) for column in ("source", "external_ref"))
        if name:
            return self.by_reference.get((source, name))
        wanted = ("customer", "occurred_at", "channel")
        if any(field not in row for field in wanted):
            return None
        customer, moment, channel = (self.fields[field].clean(row) for field in wanted)
        if customer is None or moment is None:
            return None
        subject = Text().clean(row.get("subject"))
        return self.by_contact.get((customer.pk, moment, channel, subject))

    def after_save_instance(self, instance: Interaction, *_row: object, **_options: object) -> None:
        if instance.external_ref:
            self.by_reference[instance.source, instance.external_ref] = instance
        else:
            self.by_contact[_contact(instance)] = instance

    def dehydrate_customer(self, interaction: Interaction) -> str:
        return reference(interaction.customer)


def _contact(row: Interaction) -> Contact:
    return row.customer_id, row.occurred_at, row.channel, row.subject
