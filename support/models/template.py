"""The words of replies: templates by category, and snippets to insert."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from support.models.category import Category


class Language(models.TextChoices):
    """Languages replies are written in."""

    FRENCH = "fr", _("French")
    ENGLISH = "en", _("English")
    SPANISH = "es", _("Spanish")
    ARABIC = "ar", _("Arabic")
    DARIJA = "ar-Latn", _("Darija in Latin letters")


class Tone(models.TextChoices):
    NEUTRAL = "neutral", _("neutral")
    FORMAL = "formal", _("formal")
    WARM = "warm", _("warm")
    BRIEF = "brief", _("brief")


class Suits(models.TextChoices):
    """Orders that a reply was written for."""

    ANY = "", _("any order")
    NOT_DUE = "not_due", _("an order that is not due yet")
    DELIVERED = "delivered", _("an order that was delivered")
    ENDED = "ended", _("an order that was cancelled, returned or refunded")


class ReplyTemplate(models.Model):
    """A reply to messages of one category in one language; {names} are filled in.

    Of several active ones for a category and language the lowest position is drafted first; one
    that suits the state of the order goes before, and one for another state is never drafted.
    """

    category = models.ForeignKey(
        Category, models.PROTECT, related_name="templates", verbose_name=_("category")
    )
    language = models.CharField(
        _("language"), max_length=10, choices=Language, default=Language.FRENCH
    )
    name = models.CharField(_("name"), max_length=120)
    tone = models.CharField(_("tone"), max_length=10, choices=Tone, default=Tone.NEUTRAL)
    body = models.TextField(_("text"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(pgettext_lazy("reply template", "active"), default=True)
    settles = models.BooleanField(
        _("settles the matter"),
        default=False,
        help_text=_(
            "This reply settles the matter: nobody has to do anything after it. Only such replies"
            " may go without a person."
        ),
    )
    suits = models.CharField(_("written for"), max_length=10, choices=Suits, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("reply template")
        verbose_name_plural = _("reply templates")
        ordering: ClassVar = ["category__position", "language", "position", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["category", "language", "name"],
                name="support_template_once",
                violation_error_message=_(
                    "This category has a template of that name in this language."
                ),
            ),
        ]
        permissions: ClassVar = [
            ("import_replytemplate", _("Can import reply templates")),
            ("export_replytemplate", _("Can export reply templates")),
        ]

    def __str__(self) -> str:
        return self.name


class Snippet(models.Model):
    """A sentence or paragraph that staff insert into replies."""

    title = models.CharField(_("title"), max_length=80)
    language = models.CharField(
        _("language"), max_length=10, choices=Language, default=Language.FRENCH
    )
    body = models.TextField(_("text"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("snippet")
        verbose_name_plural = _("snippets")
        ordering: ClassVar = ["position", "title"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["title", "language"],
                name="support_snippet_once",
                violation_error_message=_("There is a snippet of that title in this language."),
            ),
        ]

    def __str__(self) -> str:
        return self.title
