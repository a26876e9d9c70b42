"""A watch that a message speaks of, how it is found, and what is odd about it."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast, Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from pgvector.django import HalfVectorField, HnswIndex

from backoffice.core.models import JobRow
from backoffice.messaging.models import InboundMessage
from listings.models.trader import Trader

# Vectors of this length are found by an index, others by looking at each (listings.search).
INDEXED_DIMENSIONS = 512


class ListingQuerySet(models.QuerySet["Listing"]):
    def live(self) -> Self:
        """Those of the market: found by search, priced, matched."""
        # Excluded rather than filtered: what came from a file may have no trader.
        return self.filter(status=Listing.Status.LIVE).exclude(trader__is_blocked=True)


class Listing(models.Model):
    """One watch of one message: live -> sold | hidden | withdrawn, and back to live by staff.

    Machines put it on the market at once; ``reviewed_at`` says that a person confirmed it.
    Facts a person corrected (``edited_fields``) are never overwritten by reading again.
    """

    class Type(models.TextChoices):
        SALE = "sale", _("for sale")
        WANTED = "wanted", pgettext_lazy("listing", "wanted")
        QUESTION = "question", pgettext_lazy("listing", "question")
        TRADE = "trade", _("trade")

    class Status(models.TextChoices):
        LIVE = "live", pgettext_lazy("listing", "live")
        HIDDEN = "hidden", pgettext_lazy("listing", "hidden")
        SOLD = "sold", pgettext_lazy("listing", "sold")
        # By its trader, who deleted or edited the message; or a later reading found it no more.
        WITHDRAWN = "withdrawn", pgettext_lazy("listing", "withdrawn")

    class Condition(models.TextChoices):
        NEW = "new", pgettext_lazy("watch", "new")
        EXCELLENT = "excellent", pgettext_lazy("watch", "excellent")
        GOOD = "good", pgettext_lazy("watch", "good")
        USED = "used", pgettext_lazy("watch", "used")
        VINTAGE = "vintage", pgettext_lazy("watch", "vintage")

    class Movement(models.TextChoices):
        AUTOMATIC = "automatic", pgettext_lazy("watch", "automatic")
        MANUAL = "manual", pgettext_lazy("watch", "manual")
        QUARTZ = "quartz", pgettext_lazy("watch", "quartz")

    class Authenticity(models.TextChoices):
        AUTHENTIC = "authentic", pgettext_lazy("watch", "authentic")
        VERIFIED = "verified", pgettext_lazy("watch", "verified")
        REPLICA = "replica", pgettext_lazy("watch", "replica")

    class Reader(models.TextChoices):
        RULES = "rules", _("local rules")
        OPENAI = "openai", "OpenAI"
        PERSON = "person", _("a person")
        FILE = "file", _("a file")

    # Empty for what came from a file, or whose message is no longer kept.
    message = models.ForeignKey(
        InboundMessage,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="listings",
        verbose_name=_("message"),
    )
    position = models.PositiveSmallIntegerField(default=0, editable=False)
    # The id a file gives it (load_listings); empty for messages.
    external_id = models.CharField(_("external id"), max_length=200, blank=True)
    # The file wrote the id as a number; search_listings writes it as one too.
    external_is_number = models.BooleanField(default=False, editable=False)
    trader = models.ForeignKey(
        Trader,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="listings",
        verbose_name=_("trader"),
    )
    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.LIVE, editable=False
    )

    type = models.CharField(_("type"), max_length=10, choices=Type)
    brand = models.CharField(_("brand"), max_length=80, blank=True)
    model = models.CharField(_("model"), max_length=120, blank=True)
    # As written; the key (listings.facts.reference_key) is what is compared.
    reference = models.CharField(_("reference"), max_length=60, blank=True)
    reference_key = models.CharField(max_length=60, blank=True, editable=False)
    # Asked, or the most a buyer pays.
    price = models.DecimalField(_("price"), max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    # At the rate of rate_day, which is the last one known on the day it was offered.
    price_eur = models.DecimalField(
        _("price (EUR)"), max_digits=14, decimal_places=2, null=True, blank=True, editable=False
    )
    rate_day = models.DateField(_("day of the rate"), null=True, blank=True, editable=False)
    condition = models.CharField(_("condition"), max_length=10, choices=Condition, blank=True)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    size_mm = models.DecimalField(
        _("size (mm)"), max_digits=4, decimal_places=1, null=True, blank=True
    )
    movement = models.CharField(_("movement"), max_length=10, choices=Movement, blank=True)
    box = models.BooleanField(_("box"), null=True, blank=True)
    papers = models.BooleanField(_("papers"), null=True, blank=True)
    authenticity = models.CharField(
        _("authenticity"), max_length=10, choices=Authenticity, blank=True
    )

    # The part of the message that speaks of this watch.
    text = models.TextField(_("text"), blank=True)
    # Digest of a text long enough to tell copies by (listings.facts.text_key), else empty.
    text_key = models.CharField(max_length=32, blank=True, editable=False)
    # {field: {"confidence": 0-1, "spans": [[start, end], ...]}}, offsets in the message's text.
    evidence = models.JSONField(default=dict, blank=True, editable=False)
    confidence = models.FloatField(_("confidence"), default=1.0, editable=False)
    reader = models.CharField(_("read by"), max_length=10, choices=Reader, editable=False)
    edited_fields = ArrayField(
        models.CharField(max_length=20),
        default=list,
        blank=True,
        editable=False,
        verbose_name=_("corrected fields"),
    )
    # The sender's own time.
    offered_at = models.DateTimeField(_("offered"))
    created_at = models.DateTimeField(_("read"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    reviewed_at = models.DateTimeField(_("confirmed"), null=True, blank=True, editable=False)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("confirmed by"),
    )
    # Folded words of all facts and the text: what full text looks through.
    search_words = models.TextField(blank=True, editable=False)
    search_vector = models.GeneratedField(
        expression=SearchVector("search_words", config="simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = ListingQuerySet.as_manager()

    class Meta:
        verbose_name = _("listing")
        verbose_name_plural = _("listings")
        ordering: ClassVar = ["-offered_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "position"], name="listings_once"),
            models.UniqueConstraint(
                fields=["external_id"], condition=~Q(external_id=""), name="listings_external_once"
            ),
            models.CheckConstraint(
                condition=Q(price__isnull=True) | Q(price__gt=0), name="listings_price_positive"
            ),
            models.CheckConstraint(
                condition=Q(confidence__gte=0, confidence__lte=1), name="listings_confidence"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-offered_at", "-id"], name="listings_offered"),
            models.Index(fields=["trader", "-offered_at"], name="listings_of_trader"),
            # Read by the market view and the matching.
            models.Index(
                fields=["brand", "model", "type", "-offered_at"], name="listings_of_model"
            ),
            models.Index(
                fields=["reference_key", "type", "-offered_at"],
                name="listings_of_reference",
                condition=~Q(reference_key=""),
            ),
            models.Index(fields=["type", "status", "price_eur"], name="listings_priced"),
            # Read by searches that name nothing else: "vintage from the 60s", "automatic".
            models.Index(fields=["year", "condition"], name="listings_of_year"),
            models.Index(
                fields=["condition"], name="listings_in_condition", condition=~Q(condition="")
            ),
            models.Index(
                fields=["movement"], name="listings_by_movement", condition=~Q(movement="")
            ),
            # Read by the matching: names as whoever wrote them down.
            models.Index(
                Lower("brand"),
                Lower("model"),
                "type",
                F("offered_at").desc(),
                name="listings_of_family",
                condition=Q(status="live"),
            ),
            # Read by the search for copied texts.
            models.Index(fields=["text_key"], name="listings_text_key", condition=~Q(text_key="")),
            GinIndex(fields=["search_vector"], name="listings_words"),
        ]
        permissions: ClassVar = [
            ("decide_listing", _("Can confirm, hide and mark listings as sold")),
            ("export_listing", _("Can export listings")),
            ("import_listing", _("Can import listings")),
        ]

    def __str__(self) -> str:
        facts = (self.brand, self.model, self.reference)
        return " ".join(fact for fact in facts if fact) or self.text[:60] or f"#{self.pk}"


class ListingEmbedding(JobRow):
    """The vector of a listing, by which model and of which text: waiting -> working -> ready.

    Apart from the listing, so that an edit of a listing does not write the index again.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("embedding", "waiting")
        WORKING = "working", pgettext_lazy("embedding", "in progress")
        READY = "ready", pgettext_lazy("embedding", "ready")
        FAILED = "failed", pgettext_lazy("embedding", "failed")

    listing = models.OneToOneField(
        Listing, models.CASCADE, primary_key=True, related_name="embedding"
    )
    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.WAITING, editable=False
    )
    # Empty until the first one is there; the former stays in use while a new one is made.
    model = models.CharField(_("model"), max_length=80, blank=True)
    dimensions = models.PositiveSmallIntegerField(_("dimensions"), default=0)
    # Of the text that was embedded.
    digest = models.CharField(max_length=64, blank=True)
    vector = HalfVectorField(null=True, blank=True, editable=False)
    embedded_at = models.DateTimeField(_("embedded"), null=True, blank=True)

    class Meta:
        verbose_name = _("embedding")
        verbose_name_plural = _("embeddings")
        indexes: ClassVar = [
            HnswIndex(
                OpClass(
                    Cast("vector", HalfVectorField(dimensions=INDEXED_DIMENSIONS)),
                    name="halfvec_cosine_ops",
                ),
                name="listings_embedding_near",
                m=16,
                ef_construction=64,
                condition=Q(dimensions=INDEXED_DIMENSIONS),
            ),
            # Read by the sweeper, and by what embeds in blocks.
            models.Index(
                fields=["status", "next_attempt_at"],
                name="listings_embedding_open",
                condition=Q(status__in=["waiting", "working"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.listing_id}: {self.model}"


class ListingEvent(models.Model):
    """What happened to a listing, by whom: read, corrected, confirmed, hidden, sold ..."""

    class Kind(models.TextChoices):
        READ = "read", _("read from the message")
        READ_AGAIN = "read_again", _("read again")
        EDITED = "edited", _("corrected")
        CONFIRMED = "confirmed", _("confirmed")
        HIDDEN = "hidden", _("hidden")
        SHOWN = "shown", _("put on the market again")
        SOLD = "sold", _("marked as sold")
        WITHDRAWN = "withdrawn", _("withdrawn by the trader")
        ERASED = "erased", _("personal data erased")

    listing = models.ForeignKey(Listing, models.CASCADE, related_name="events")
    kind = models.CharField(_("event"), max_length=12, choices=Kind)
    # {field: [before, after]} of a correction or another reading.
    changes = models.JSONField(default=dict, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    # Nobody: a machine, or the trader.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("event of a listing")
        verbose_name_plural = _("events of listings")
        ordering: ClassVar = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.listing_id}: {self.kind}"


class Suspicion(models.Model):
    """A reason to look twice at an offer; open until a person dismisses it."""

    class Kind(models.TextChoices):
        CHEAP = "cheap", _("far below the market")
        COPIED = "copied", _("same text as another sender's")
        PHOTO = "photo", _("same photo as another sender's")
        REFERENCE = "reference", _("the reference does not fit the model")

    listing = models.ForeignKey(Listing, models.CASCADE, related_name="suspicions")
    kind = models.CharField(_("suspicion"), max_length=12, choices=Kind)
    # What the sentence is made of: {"percent": -62, "median": "9800.00", ...}.
    facts = models.JSONField(default=dict, blank=True)
    found_at = models.DateTimeField(_("found"), auto_now_add=True)
    dismissed_at = models.DateTimeField(_("dismissed"), null=True, blank=True)
    dismissed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("suspicion")
        verbose_name_plural = _("suspicions")
        ordering: ClassVar = ["-found_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["listing", "kind"], name="listings_suspicion_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["-found_at"],
                name="listings_suspicion_open",
                condition=Q(dismissed_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.listing_id}: {self.kind}"
