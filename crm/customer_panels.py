"""What this app itself shows on a customer's page, below the form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.urls import NoReverseMatch, reverse
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from backoffice.core import tiles
from crm import panels
from crm.models import (
    Anomaly,
    Customer,
    CustomerMerge,
    Entity,
    Interaction,
    Sale,
    SourceRecord,
)
from crm.panels import Panel
from crm.profiles.shown import money
from crm.recommendations import customer_panel

if TYPE_CHECKING:
    import datetime as dt

SHOWN = 6


def register() -> None:
    """Other apps' panels stand between: orders 10, tickets 20, shop orders 30."""
    panels.register(purchases, permission="crm.view_sale", order=5)
    panels.register(customer_panel.current, permission="crm.view_recommendation", order=6)
    panels.register(contact_history, permission="crm.view_interaction", order=40)
    panels.register(consent, permission="crm.view_customer", order=60)
    panels.register(sources, permission="crm.view_datasource", order=70)
    panels.register(data_quality, permission="crm.view_anomaly", order=80)


def purchases(customer: Customer) -> Panel | None:
    """The last lines bought; one query. The sums stand in the page's header."""
    sales = Sale.objects.filter(customer=customer).select_related("product")[:SHOWN]
    rows = [
        [
            _day(sale.sold_on),
            sale.document,
            str(sale.product),
            _number(sale.quantity),
            "" if sale.amount is None else money(sale.amount, sale.currency),
            sale.source,
        ]
        for sale in sales
    ]
    if not rows:
        return None
    return Panel(
        title=_("Purchases"),
        headers=[
            _("Date"),
            _("Document"),
            _("Product"),
            _("Quantity"),
            _("Amount"),
            _("Source"),
        ],
        rows=rows,
        link=tiles.list_link("crm.sale", f"?customer__id__exact={customer.pk}"),
        link_text=_("All purchases of this customer"),
    )


def contact_history(customer: Customer) -> Panel | None:
    """When and how we were in contact; one query."""
    contacts = Interaction.objects.filter(customer=customer)[:SHOWN]
    rows = [
        [
            date_format(localtime(contact.occurred_at), "SHORT_DATETIME_FORMAT"),
            contact.get_channel_display(),
            contact.subject or contact.campaign,
            contact.get_status_display(),
            contact.response[:200],
        ]
        for contact in contacts
    ]
    if not rows:
        return None
    return Panel(
        title=_("Contact history"),
        headers=[_("When"), _("Channel"), _("Subject"), _("Status"), _("Response")],
        rows=rows,
        link=tiles.list_link("crm.interaction", f"?customer__id__exact={customer.pk}"),
        link_text=_("All contacts with this customer"),
    )


def consent(customer: Customer) -> Panel | None:
    """What the customer does not allow, or was asked about, and who said so; four queries."""
    words = {
        "consent_email": _("E-mail"),
        "consent_sms": _("SMS"),
        "consent_phone": _("Calls"),
    }
    origins = _consent_origins(customer)
    if not origins and all(getattr(customer, name) for name in words):
        return None
    rows = [
        [label, _("yes") if getattr(customer, name) else _("no"), origins.get(name, "")]
        for name, label in words.items()
    ]
    return Panel(title=_("Consent"), headers=[_("Channel"), _("Allowed"), _("Said by")], rows=rows)


def _consent_origins(customer: Customer) -> dict[str, str]:
    """For each consent the last that is known to have set it; a refusal else is the sources'."""
    names = ("consent_email", "consent_sms", "consent_phone")
    refused = [name for name in names if not getattr(customer, name)]
    found: dict[str, str] = {}
    if refused:
        known = SourceRecord.objects.filter(entity=Entity.CUSTOMER, object_id=customer.pk)
        told = sorted(set(known.values_list("source__name", flat=True)))
        found = dict.fromkeys(refused, ", ".join(told))
    for merge in CustomerMerge.objects.filter(kept=customer, undone_at=None).select_related(
        "merged"
    ):
        for name in names:
            if name in merge.fields_after:
                found[name] = _("merged with %(name)s") % {"name": merge.merged}
    entries = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Customer), object_id=str(customer.pk)
    ).select_related("user")
    for entry in entries.order_by("action_time"):
        changed = entry.change_message
        for name in names:
            label = str(Customer._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # noqa: SLF001 - Django's public name
            if f'"{label}"' in changed or f'"{label.capitalize()}"' in changed:
                found[name] = _("%(person)s, %(day)s") % {
                    "person": entry.user,
                    "day": date_format(localtime(entry.action_time), "SHORT_DATE_FORMAT"),
                }
    return found


def sources(customer: Customer) -> Panel | None:
    """Under which keys which source knows the customer; one query."""
    records = SourceRecord.objects.filter(
        entity=Entity.CUSTOMER, object_id=customer.pk
    ).select_related("source")
    rows = [
        [
            record.source.name,
            record.key,
            "" if record.quality is None else f"{record.quality} / 100",
            date_format(localtime(record.seen_at), "SHORT_DATETIME_FORMAT"),
        ]
        for record in records.order_by("source__name", "key")[:SHOWN]
    ]
    if not rows:
        return None
    return Panel(
        title=_("Known from"),
        headers=[_("Source"), _("Key"), _("Data score"), _("Last seen")],
        rows=rows,
    )


def data_quality(customer: Customer) -> Panel | None:
    """What is wrong with the customer's rows in the sources; two queries."""
    keys = SourceRecord.objects.filter(entity=Entity.CUSTOMER, object_id=customer.pk)
    wrong = Q()
    for table_id, key in keys.values_list("table_id", "key")[:SHOWN]:
        wrong |= Q(table=table_id, key=key)
    if not wrong:
        return None
    anomalies = Anomaly.objects.filter(wrong, state=Anomaly.State.OPEN)
    rows = [
        [anomaly.get_severity_display(), _linked(anomaly), anomaly.value]
        for anomaly in anomalies.order_by("pk")[:SHOWN]
    ]
    if not rows:
        return None
    return Panel(
        title=_("Data to look at"), headers=[_("Severity"), _("What"), _("Value")], rows=rows
    )


def _linked(anomaly: Anomaly) -> str:
    try:
        page = reverse("admin:crm_anomaly_change", args=[anomaly.pk])
    except NoReverseMatch:
        return anomaly.sentence
    return format_html('<a href="{}">{}</a>', page, anomaly.sentence)


def _day(day: dt.date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")


def _number(value: object) -> str:
    text = f"{value:f}"
    return str(number_format(text.rstrip("0").rstrip(".") if "." in text else text))
