"""The rules of mappings as a sheet, one row for each field; what is taken in waits as a draft."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext as _
from import_export.fields import Field

from backoffice.core.errors import DomainError
from backoffice.core.spreadsheets.resources import Resource
from backoffice.core.spreadsheets.widgets import Text
from crm.mapping import versions
from crm.mapping.rules import Rule
from crm.models import FieldMapping, MappingRule, SourceTable
from crm.resources.cells import Choice

if TYPE_CHECKING:
    from collections.abc import Mapping

    import tablib
    from django.contrib.auth.models import User
    from django.db.models import QuerySet

Status = FieldMapping.Status
BETWEEN = " | "
_KEYS = ("source", "table", "field")


class Columns(Text):
    """Headings with a bar between them; a list as JSON where a heading has one itself."""

    def clean(self, value: object, *_row: object, **_options: object) -> Any:  # noqa: ANN401 - a list
        text = super().clean(value)
        if text.startswith("["):
            return [str(one) for one in _list(text)]
        return [one.strip() for one in text.split(BETWEEN) if one.strip()]

    def render(self, value: Any, *_obj: object, **_options: object) -> str:  # noqa: ANN401 - as above
        headings = [str(one) for one in value or ()]
        if any(BETWEEN in one or one.startswith("[") for one in headings):
            return json.dumps(headings, ensure_ascii=False)
        return BETWEEN.join(headings)


class Steps(Text):
    """The transformations, as JSON."""

    def clean(self, value: object, *_row: object, **_options: object) -> Any:  # noqa: ANN401 - a list
        text = super().clean(value)
        return _list(text) if text else []

    def render(self, value: Any, *_obj: object, **_options: object) -> str:  # noqa: ANN401 - as above
        return json.dumps(value or [], ensure_ascii=False)


class MappingRuleResource(Resource):
    """Found again by source, table and field, in the table's newest draft.

    A table without a draft gets one of the version at work, which goes on working until the draft
    is put to work on its page. Rules that the file does not name stay.
    """

    source = Field("mapping__table__source__name", "source", readonly=True)
    table = Field("mapping__table__name", "table", readonly=True)
    version = Field("mapping__version", "version", readonly=True)
    status = Field("mapping__status", "status", readonly=True)
    field = Field("field", "field", Text())
    columns = Field("columns", "columns", Columns())
    steps = Field("steps", "steps", Steps())
    policy = Field("policy", "policy", Choice(MappingRule.Policy))

    class Meta:
        model = MappingRule
        import_id_fields = ()
        clean_model_instances = False
        fields: ClassVar = (
            "source",
            "table",
            "version",
            "status",
            "field",
            "columns",
            "steps",
            "policy",
        )
        export_order = fields

    def filter_export(self, queryset: QuerySet[FieldMapping], **_options: object) -> object:
        """The rules of the listed mappings."""
        rules = MappingRule.objects.filter(mapping__in=queryset).select_related(
            "mapping__table__source"
        )
        return rules.order_by("mapping__table__source__name", "mapping", "position", "pk")

    def before_import(self, dataset: tablib.Dataset, **options: object) -> None:
        super().before_import(dataset, **options)
        missing = [name for name in _KEYS if name not in (dataset.headers or ())]
        if missing:
            del dataset[0 : len(dataset)]
            sentence = _("Columns missing: %(columns)s.")
            raise DomainError(sentence % {"columns": ", ".join(missing)})
        self.by: Any = options.get("user")
        tables = SourceTable.objects.select_related("source")
        self.tables = {(table.source.name, table.name): table for table in tables}
        self.drafts: dict[int, FieldMapping] = {}

    def before_import_row(self, row: dict[str, Any], **_options: object) -> None:
        if not Text().clean(row.get("policy")):
            row.pop("policy", None)

    def get_instance(self, _loader: object, row: Mapping[str, object]) -> MappingRule | None:
        return self._draft(row).rules.filter(field=Text().clean(row["field"])).first()

    def init_instance(self, row: Mapping[str, object] | None = None) -> MappingRule:
        mapping = self._draft(row or {})
        return MappingRule(mapping=mapping, position=mapping.rules.count())

    def before_save_instance(
        self, instance: MappingRule, _row: Mapping[str, Any], **_options: object
    ) -> None:
        rule = Rule(
            instance.field, tuple(instance.columns), tuple(instance.steps), str(instance.policy)
        )
        versions.check_rules(instance.mapping.table.entity, [rule])

    def _draft(self, row: Mapping[str, object]) -> FieldMapping:
        """The version that takes the row; raises ValueError where there is no such table."""
        named = (Text().clean(row.get("source")), Text().clean(row.get("table")))
        table = self.tables.get(named)
        if table is None:
            sentence = _("There is no table “%(table)s” of a source “%(source)s”.")
            raise ValueError(sentence % {"source": named[0], "table": named[1]})
        if table.pk not in self.drafts:
            self.drafts[table.pk] = _draft_of(table, self.by)
        return self.drafts[table.pk]


def _draft_of(table: SourceTable, by: User | None) -> FieldMapping:
    newest = table.mappings.order_by("-version").first()
    if newest is None:
        return versions.propose(table, by=by)
    return newest if newest.status == Status.DRAFT else versions.draft_from(newest, by=by)


def _list(text: str) -> list[Any]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if isinstance(found, list):
        return found
    raise ValueError(_("“%(value)s” is no list as JSON: [] is none.") % {"value": text[:80]})
