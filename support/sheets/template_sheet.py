"""Reply templates as a sheet: one row per template, found again by category, language and name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from import_export.fields import Field

from backoffice.core.errors import DomainError
from backoffice.core.spreadsheets.resources import Resource
from backoffice.core.spreadsheets.widgets import Number, Text, YesNo
from backoffice.core.text import folded
from support.drafting import placeholders
from support.models import Category, Language, ReplyTemplate, Tone

if TYPE_CHECKING:
    from collections.abc import Mapping

    import tablib
    from django.db.models import TextChoices

# What other sheets call our columns, folded.
ALIASES = {
    "category": ("categorie", "sujet"),
    "language": ("langue", "lang"),
    "name": ("nom", "titre", "title"),
    "tone": ("ton",),
    "position": ("ordre",),
    "active": ("actif", "active"),
    "settles": ("regle la demande", "clot la demande"),
    "template": ("texte", "body", "text", "modele", "reponse", "reponse generique"),
}
_KNOWN = {name: column for column, names in ALIASES.items() for name in (column, *names)}


class Choice(Text):
    """A choice by its code, or its label in the language of whoever imports."""

    def __init__(self, choices: type[TextChoices], default: str) -> None:
        super().__init__()
        self.choices, self.default = choices, default

    def clean(self, value: object, *_row: object, **_options: object) -> str:
        text = super().clean(value)
        if not text:
            return self.default
        for code, label in self.choices.choices:
            if folded(text) in {folded(str(code)), folded(str(label))}:
                return str(code)
        known = ", ".join(str(code) for code in self.choices.values)
        sentence = _("“%(value)s” is not known. Use one of: %(known)s.")
        raise ValueError(sentence % {"value": text, "known": known})


class CategoryName(Text):
    """A category by its name or, where it was renamed, the one it had first."""

    def clean(self, value: object, *_row: object, **_options: object) -> Any:  # noqa: ANN401 - a category
        text = super().clean(value)
        # As often as there are rows, but there are few categories and few templates.
        for category in Category.objects.all():
            if folded(text) in {folded(category.name), folded(category.key)}:
                return category
        sentence = _("There is no category “%(name)s”: make it first.")
        raise ValueError(sentence % {"name": text})

    def render(self, value: object, *_obj: object, **_options: object) -> str:
        return str(value or "")


class Body(Text):
    """The text, with placeholders that are known."""

    def clean(self, value: object, *_row: object, **_options: object) -> str:
        text = str(value or "").replace("\r\n", "\n").strip()
        if not text:
            raise ValueError(_("The text is empty."))
        try:
            placeholders.check(text)
        except DomainError as error:
            raise ValueError(str(error.sentence)) from error
        return text


class ReplyTemplateResource(Resource):
    """A sheet without names changes the first template of each category and language."""

    category = Field("category", "category", CategoryName())
    language = Field("language", "language", Choice(Language, Language.FRENCH))
    name = Field("name", "name", Text())
    tone = Field("tone", "tone", Choice(Tone, Tone.NEUTRAL))
    position = Field("position", "position", Number())
    active = Field("is_active", "active", YesNo(empty=True))
    settles = Field("settles", "settles", YesNo(empty=False))
    template = Field("body", "template", Body())

    class Meta:
        model = ReplyTemplate
        import_id_fields = ()
        fields = tuple(ALIASES)
        export_order = fields

    def before_import(self, dataset: tablib.Dataset, **options: object) -> None:
        given = [str(heading) for heading in dataset.headers or []]
        dataset.headers = [_KNOWN.get(folded(heading.strip()), heading) for heading in given]
        super().before_import(dataset, **options)
        lacking = [name for name in ("category", "template") if name not in dataset.headers]
        if lacking:
            # import-export goes on to the rows whatever is raised here.
            del dataset[0 : len(dataset)]
            raise DomainError(
                _("The file lacks the column %(missing)s. Known columns: %(known)s.")
                % {"missing": lacking[0], "known": ", ".join(ALIASES)},
                code="missing_column",
            )

    def get_instance(self, _loader: object, row: Mapping[str, object]) -> ReplyTemplate | None:
        category = CategoryName().clean(row["category"])
        language = Choice(Language, Language.FRENCH).clean(row.get("language", ""))
        rows = ReplyTemplate.objects.filter(category=category, language=language)
        name = Text().clean(row.get("name", ""))
        return (rows.filter(name=name) if name else rows.order_by("position", "pk")).first()

    def before_save_instance(
        self, instance: ReplyTemplate, _row: Mapping[str, object], **_options: object
    ) -> None:
        """A new template without a name is called like its category."""
        instance.name = instance.name or str(instance.category)
        instance.position = int(instance.position or 0)

    def import_field(
        self,
        field: Field,
        instance: ReplyTemplate,
        row: Mapping[str, object],
        *args: object,
        **options: object,
    ) -> None:
        """An empty cell of a name or a position leaves what is there."""
        if field.column_name in {"name", "position"} and not str(row.get(field.column_name) or ""):
            return
        before = instance.body
        super().import_field(field, instance, row, *args, **options)  # type: ignore[misc]
        if instance.body != before and "settles" not in row:
            # Of another text nobody has said so.
            instance.settles = False
