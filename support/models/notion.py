"""The pages in Notion that stand for our rows, and the runs that keep both in step."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backoffice.core.models import JobRow
from support.models.template import ReplyTemplate
from support.models.ticket import Ticket


class NotionBase(models.TextChoices):
    REPLIES = "replies", "Réponses support"
    CONTACTS = "contacts", "Contacts clients"


class NotionPage(JobRow):
    """A page of Notion and the row it stands for: waiting -> working -> in_step | failed.

    ``removed`` where somebody removed the page there: it is not made again by itself.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("to be written")
        WORKING = "working", pgettext_lazy("Notion", "being written")
        IN_STEP = "in_step", _("in step")
        REMOVED = "removed", _("removed in Notion")
        FAILED = "failed", _("failed")

    base = models.CharField(_("base"), max_length=10, choices=NotionBase)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.WAITING)
    # Nothing until Notion has made the page.
    page_id = models.CharField(_("page"), max_length=40, blank=True)
    # A page whose row is gone stays known, or it would be taken for a new one.
    ticket = models.OneToOneField(
        Ticket, models.SET_NULL, null=True, blank=True, related_name="notion_page"
    )
    template = models.OneToOneField(
        ReplyTemplate, models.SET_NULL, null=True, blank=True, related_name="notion_page"
    )
    # The values on which both sides agreed last: who changed what since is told from them.
    agreed = models.JSONField(default=dict, blank=True, editable=False)
    remote_edited_at = models.DateTimeField(_("changed in Notion"), null=True, blank=True)
    # When one of the fields that are kept there last changed here.
    changed_at = models.DateTimeField(_("changed here"), null=True, blank=True)
    written_at = models.DateTimeField(_("written"), null=True, blank=True)
    # When a look through the whole base last met the page.
    seen_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("Notion page")
        verbose_name_plural = _("Notion pages")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["page_id"], condition=~Q(page_id=""), name="support_notion_page_once"
            ),
            models.CheckConstraint(
                condition=Q(ticket__isnull=True) | Q(template__isnull=True),
                name="support_notion_one_row",
            ),
        ]
        indexes: ClassVar = [
            # Read by the sweeper.
            models.Index(
                fields=["status", "next_attempt_at"],
                name="support_notion_open",
                condition=Q(status__in=["waiting", "working"]),
            ),
        ]

    def __str__(self) -> str:
        return self.page_id or f"#{self.pk}"


class NotionSource(models.Model):
    """What we know of a base: where its rows are, its properties' ids, what is wrong with it."""

    base = models.CharField(_("base"), max_length=10, choices=NotionBase, unique=True)
    # The setting that the rest was found by: another one makes it void.
    setting = models.CharField(max_length=500, blank=True, editable=False)
    source_id = models.CharField(max_length=40, blank=True, editable=False)
    url = models.URLField(max_length=500, blank=True, editable=False)
    # {"statut": "stt%3E"}: by id a property is found again when it was renamed.
    property_ids = models.JSONField(default=dict, blank=True, editable=False)
    # [{"level": ..., "text": ..., "mend": ...}] of the last check.
    findings = models.JSONField(default=list, blank=True, editable=False)
    check_asked_at = models.DateTimeField(null=True, blank=True, editable=False)
    checked_at = models.DateTimeField(_("checked"), null=True, blank=True, editable=False)
    # What Notion sent when its webhook was made, for a person to copy.
    offered_token = models.CharField(max_length=200, blank=True, editable=False)
    # When the webhook last had the base read.
    pull_asked_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("Notion base")
        verbose_name_plural = _("Notion bases")

    def __str__(self) -> str:
        return self.get_base_display()


class NotionSync(models.Model):
    """One look into a base: what was found, and up to when it was read."""

    base = models.CharField(_("base"), max_length=10, choices=NotionBase)
    started_at = models.DateTimeField(_("started"), auto_now_add=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    # Edits up to this moment (Notion's clock) were seen.
    seen_until = models.DateTimeField(null=True, blank=True, editable=False)
    pages = models.PositiveIntegerField(_("pages"), default=0)
    created = models.PositiveIntegerField(_("created"), default=0)
    updated = models.PositiveIntegerField(_("updated"), default=0)
    removed = models.PositiveIntegerField(_("removed"), default=0)
    conflicts = models.PositiveIntegerField(_("conflicts"), default=0)
    problem = models.TextField(_("problem"), blank=True)

    class Meta:
        verbose_name = _("synchronisation with Notion")
        verbose_name_plural = _("synchronisations with Notion")
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return f"{self.get_base_display()} {self.started_at:%Y-%m-%d %H:%M}"
