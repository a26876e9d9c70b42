"""What customers write about, and the examples from which the machine learns it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backoffice.core.models import JobRow


class Category(models.Model):
    """A subject of messages; a manager may add some, with examples and a template.

    One of them is the fallback for what fits nowhere.
    """

    class AutomaticMode(models.TextChoices):
        OFF = "off", _("off")
        # What would have been sent is recorded and compared with what staff send.
        SHADOW = "shadow", _("rehearsal")
        ON = "on", _("on")

    # The label that training data and classifiers use: it stays when the name changes.
    key = models.CharField(max_length=80, unique=True, editable=False)
    name = models.CharField(
        _("name"),
        max_length=80,
        unique=True,
        error_messages={"unique": _("Another category has this name.")},
    )
    description = models.TextField(
        _("what belongs here"),
        blank=True,
        help_text=_("One or two sentences. Staff read them, and OpenAI where there is a key."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(pgettext_lazy("category", "active"), default=True)
    is_fallback = models.BooleanField(default=False, editable=False)

    automatic_mode = models.CharField(
        _("automatic answers"),
        max_length=6,
        choices=AutomaticMode,
        default=AutomaticMode.OFF,
    )
    automatic_confidence = models.FloatField(
        _("from this confidence on"),
        default=0.9,
        validators=[MinValueValidator(0.5), MaxValueValidator(1.0)],
        help_text=_("Between 0.5 and 1: how sure the machine must be of the category."),
    )
    automatic_daily_limit = models.PositiveSmallIntegerField(
        _("at most a day"), default=20, help_text=_("Automatic answers of this category a day.")
    )
    # Digests of the templates' texts when answers were last switched on (automatic/texts.py).
    automatic_texts = models.JSONField(default=list, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering: ClassVar = ["position", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["is_fallback"],
                condition=Q(is_fallback=True),
                name="support_category_one_fallback",
            ),
            models.CheckConstraint(
                condition=Q(is_active=True) | Q(is_fallback=False),
                name="support_category_fallback_stays",
                violation_error_message=_(
                    "What fits nowhere goes here: this category stays active."
                ),
            ),
            models.CheckConstraint(
                condition=Q(automatic_confidence__gte=0.5, automatic_confidence__lte=1),
                name="support_category_confidence",
            ),
        ]
        permissions: ClassVar = [
            ("train_category", _("Can train the classifier")),
            ("switch_automatic_category", _("Can switch automatic answers on and off")),
        ]

    def __str__(self) -> str:
        return self.name


class CategoryExample(models.Model):
    """A message somebody wrote down to show what belongs in a category."""

    category = models.ForeignKey(
        Category, models.CASCADE, related_name="examples", verbose_name=_("category")
    )
    message = models.TextField(_("message"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("by"),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("example")
        verbose_name_plural = _("examples")
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.message[:60]


class ClassifierVersion(models.Model):
    """A trained classifier, kept with how well it did; one of them is in use."""

    created_at = models.DateTimeField(_("trained"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    # In the database, so that every host has it. An npz: loading it runs no code.
    artifact = models.BinaryField(editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    # Of messages, code and libraries: see support.understanding.stored.
    fingerprint = models.CharField(max_length=32, editable=False)
    categories = models.JSONField(_("categories"), default=list, editable=False)
    examples = models.PositiveIntegerField(_("messages learned from"), default=0)
    # How many of them are decisions and examples of our own staff.
    taught = models.PositiveIntegerField(_("of them our own"), default=0)
    metrics = models.JSONField(_("figures"), default=dict, editable=False)
    is_active = models.BooleanField(_("in use"), default=False, editable=False)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("classifier")
        verbose_name_plural = _("classifiers")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["is_active"],
                condition=Q(is_active=True),
                name="support_classifier_one_active",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class ClassifierTraining(JobRow):
    """A training that a manager asked for: waiting -> working -> done | failed."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        WORKING = "working", _("being trained")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    OPEN = ("waiting", "working")

    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.WAITING)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("asked for by"),
    )
    # What came of it; one that was there already where nothing was new.
    version = models.ForeignKey(
        ClassifierVersion,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("classifier"),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("training")
        verbose_name_plural = _("trainings")
        ordering: ClassVar = ["-pk"]
        # Nobody is given rights to it: it is seen with the classifiers.
        default_permissions = ()
        indexes: ClassVar = [
            # Read by the sweeper.
            models.Index(
                fields=["status", "next_attempt_at"],
                name="support_training_open",
                condition=Q(status__in=["waiting", "working"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_status_display()} {self.created_at:%Y-%m-%d %H:%M}"
