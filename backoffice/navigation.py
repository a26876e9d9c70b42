"""The admin's sidebar, by domain.

One table says which page stands where. A page shows when its model has an
admin and the person may see it; a group without pages does not show. So an
app that grows a page gets its entry here, in one line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib import admin
from django.urls import NoReverseMatch, reverse
from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from backoffice.core import tiles

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.utils.functional import _StrOrPromise


@dataclass(frozen=True, slots=True)
class Page:
    """An entry: the list of a model, or a named address that needs ``permission``."""

    target: str
    icon: str
    title: _StrOrPromise = ""
    permission: str = ""


GROUPS: tuple[tuple[_StrOrPromise, tuple[Page, ...]], ...] = (
    ("", (Page("admin:index", "home", _("Home")),)),
    (
        _("Orders"),
        (
            Page("orders.order", "shopping_cart"),
            Page("orders.alert", "notifications"),
            Page("orders.changerequest", "edit_square"),
            Page("admin:orders_figures", "monitoring", _("Figures"), "orders.view_order"),
            Page(
                "admin:orders_history",
                "history",
                _("Import earlier orders"),
                "orders.import_order",
            ),
            Page("orders.learnedfact", "school"),
            Page("orders.subscription", "mark_email_read"),
        ),
    ),
    (
        "ERP",
        (
            Page("admin:orders_erp", "output", _("Orders for the ERP"), "orders.export_order"),
            Page("orders.erpexport", "inventory"),
            Page("orders.erpproduct", "sell"),
        ),
    ),
    (
        _("Support"),
        (
            Page("support.ticket", "support_agent"),
            Page("admin:support_figures", "monitoring", _("Figures"), "support.view_ticket"),
            Page(
                "admin:support_automatic",
                "bolt",
                _("Automatic answers"),
                "support.switch_automatic_category",
            ),
            Page("support.automatictrial", "fact_check", _("Rehearsals")),
            Page("support.replytemplate", "quick_phrases"),
            Page("support.snippet", "short_text"),
            Page("support.category", "category"),
            Page("support.classifierversion", "model_training"),
            Page("support.shoporder", "shopping_bag"),
            Page(
                "admin:support_import",
                "upload_file",
                _("Import messages"),
                "support.import_ticket",
            ),
            Page("admin:support_notion", "sync", "Notion", "support.view_notionpage"),
        ),
    ),
    (
        _("Messages"),
        (
            Page("messaging.inboundmessage", "mail"),
            Page(
                "admin:messaging_mail",
                "mark_email_unread",
                _("Fetch mail"),
                "messaging.view_inboundmessage",
            ),
            Page("admin:messaging_whatsapp", "chat", "WhatsApp", "messaging.view_inboundmessage"),
            Page("messaging.outboundmessage", "outbox"),
            Page("messaging.messagetemplate", "edit_note"),
            Page("messaging.mailboxcursor", "inbox"),
        ),
    ),
    (
        _("Customers"),
        (
            Page("crm.customer", "groups"),
            Page("crm.product", "inventory_2"),
            Page("crm.stocklevel", "warehouse"),
            Page("crm.sale", "receipt_long"),
            Page("crm.interaction", "forum"),
            Page("crm.duplicatecandidate", "people"),
            Page("crm.customermerge", "merge"),
        ),
    ),
    (
        _("Recommendations"),
        (
            Page("crm.recommendation", "recommend"),
            Page(
                "admin:crm_recommendation_campaign",
                "campaign",
                _("For a campaign"),
                "crm.export_recommendation",
            ),
            Page(
                "admin:crm_recommendation_audit",
                "fact_check",
                _("Audit"),
                "crm.view_recommendation",
            ),
            Page("crm.recommendationrun", "model_training"),
            Page("crm.refusedproduct", "block"),
            Page("crm.recommendationrules", "tune"),
        ),
    ),
    (
        _("Data"),
        (
            Page("crm.datasource", "database"),
            Page("crm.fieldmapping", "rule"),
            Page("crm.syncrun", "sync"),
            Page("crm.stagedrow", "report"),
            Page("crm.anomaly", "warning"),
        ),
    ),
    (
        _("Listings"),
        (
            Page("listings.listing", "watch"),
            Page("admin:listings_search", "search", _("Search"), "listings.view_listing"),
            Page("admin:listings_ask", "forum", _("Ask the market"), "listings.view_listing"),
            Page("listings.match", "join_inner"),
            Page("listings.trader", "contacts"),
            Page("admin:listings_market", "query_stats", _("Market"), "listings.view_listing"),
            Page("listings.suspicion", "gpp_maybe"),
            Page("admin:listings_figures", "monitoring", _("Figures"), "listings.view_listing"),
            Page("listings.exchangerate", "currency_exchange"),
            Page("listings.catalogueentry", "menu_book"),
            Page("listings.brand", "copyright"),
            Page("listings.referencegrammar", "regular_expression"),
        ),
    ),
    (
        _("Lead scores"),
        (
            Page("scoring.leadscore", "trending_up"),
            Page(
                "admin:scoring_upload",
                "upload_file",
                _("Score a spreadsheet"),
                "scoring.upload_leadscore",
            ),
            Page("admin:scoring_figures", "monitoring", _("Figures"), "scoring.view_leadscore"),
            Page("scoring.scoringmodel", "model_training"),
            Page("scoring.modeltraining", "school"),
            Page("scoring.scoringrun", "sync"),
        ),
    ),
    (
        _("System"),
        (
            Page("auth.user", "person"),
            Page("auth.group", "shield_person", _("Roles")),
            Page("core.apikey", "key"),
            Page("core.aicall", "smart_toy"),
            Page("django_q.schedule", "schedule"),
            Page("django_q.failure", "error", _("Failed jobs")),
            Page("django_q.ormq", "pending_actions", _("Queued jobs")),
            Page("api:openapi-view", "api", _("API documentation"), "core.view_apikey"),
        ),
    ),
)


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """The sidebar for this person; one query for all numbers, kept for some seconds."""
    counts = tiles.badge_counts()
    groups = ((title, [_entry(request, page, counts) for page in pages]) for title, pages in GROUPS)
    return [
        {"title": title, "items": shown, "separator": bool(title), "collapsible": False}
        for title, entries in groups
        if (shown := [entry for entry in entries if entry])
    ]


def _entry(request: HttpRequest, page: Page, counts: dict[str, int]) -> dict[str, Any] | None:
    if ":" in page.target:
        try:
            link = reverse(page.target)
        except NoReverseMatch:
            return None
        allowed = not page.permission or request.user.has_perm(page.permission)
        return {"title": page.title, "icon": page.icon, "link": link} if allowed else None
    return _list_entry(request, page, counts)


def _list_entry(request: HttpRequest, page: Page, counts: dict[str, int]) -> dict[str, Any] | None:
    app_label, name = page.target.split(".")
    # An app may not have this model yet.
    model = apps.get_app_config(app_label).models.get(name)
    model_admin = admin.site._registry.get(model) if model else None  # noqa: SLF001 - no public way for one model
    if model is None or model_admin is None or not model_admin.has_view_permission(request):
        return None
    link = tiles.list_link(page.target)
    if not link:
        return None
    entry = {
        "title": page.title or capfirst(model_admin.opts.verbose_name_plural),
        "icon": page.icon,
        "link": link,
    }
    waiting = counts.get(page.target, 0)
    if waiting:
        entry |= {"badge": number_format(waiting, force_grouping=True), "badge_variant": "warning"}
    return entry
