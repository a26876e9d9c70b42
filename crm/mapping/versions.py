"""Mappings as staff work on them: proposed, drafted, checked, put to work."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from crm import canonical
from crm.mapping import builtin, storable, tables
from crm.mapping.compiled import CompiledMapping, field_twice, unknown_column, unknown_field
from crm.mapping.context import Context, context_of
from crm.mapping.rules import Rule
from crm.models import Entity, FieldMapping, MappingRule, SourceTable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.contrib.auth.models import User

    from crm.canonical import CanonicalField

__all__ = [
    "Coverage",
    "Rule",
    "activate",
    "change",
    "check_rules",
    "coverage",
    "coverage_of",
    "draft_from",
    "ensure_active",
    "propose",
    "rules_of",
]

_MAPPED_WEIGHT, _REQUIRED_WEIGHT = 60, 40
# A version is chosen under the table's lock; longer chains are no mapping of a person.
MOST_STEPS = 20
MOST_COLUMNS = 50


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a table a mapping takes, 0-100 by the formula of docs/crm-quality.md."""

    score: int
    mapped: Sequence[CanonicalField]
    unmapped: Sequence[CanonicalField]
    missing_required: Sequence[CanonicalField]
    columns_used: Sequence[str]
    columns_unused: Sequence[str]
    # What keeps it from being activated, sentences for people.
    faults: Sequence[str] = field(default=())


def propose(table: SourceTable, *, by: User | None = None) -> FieldMapping:
    """A draft: the built-in mapping where the columns fit it, else suggested by name and content.

    Reads the table's first rows. Raises DomainError where the table cannot be read.
    """
    read = tables.read(table)
    context = context_of(table)
    rules = builtin.rules_for(table, read.columns)
    origin = FieldMapping.Origin.BUILT_IN
    if not rules:
        from crm.mapping.suggest import suggest  # noqa: PLC0415 - it gives this module's rules

        rules = suggest(table.entity, read.columns, read.rows, context)
        origin = FieldMapping.Origin.SUGGESTED
    return _draft(table, rules, origin=origin, by=by)


def draft_from(mapping: FieldMapping, *, by: User | None = None) -> FieldMapping:
    """A new draft with the rules of a version."""
    origin = FieldMapping.Origin(mapping.origin)
    return _draft(mapping.table, rules_of(mapping), origin=origin, by=by)


def rules_of(mapping: FieldMapping) -> list[Rule]:
    """The rules of a version, in their order."""
    return [
        Rule(rule.field, tuple(rule.columns), tuple(rule.steps), rule.policy)
        for rule in mapping.rules.all()
    ]


@transaction.atomic
def change(mapping_id: int, rules: Sequence[Rule], *, by: User | None = None) -> FieldMapping:
    """Give a draft these rules; raises DomainError where it is no draft or a rule is wrong."""
    mapping = FieldMapping.objects.select_for_update(no_key=True).get(pk=mapping_id)
    _require_draft(
        mapping,
        _("Version %(version)s is “%(status)s”: only a draft is changed. Make one."),
    )
    check_rules(mapping.table.entity, rules)
    mapping.rules.all().delete()
    _add_rules(mapping, rules)
    mapping.origin = FieldMapping.Origin.BY_HAND
    mapping.created_by = by or mapping.created_by
    mapping.save(update_fields=["origin", "created_by"])
    return mapping


def activate(mapping_id: int, *, by: User | None = None) -> FieldMapping:  # noqa: ARG001 - the admin's history says who
    """Put a draft to work, retire the version before; raises DomainError with what is missing."""
    mapping = FieldMapping.objects.select_related("table__source").get(pk=mapping_id)
    # Read before the lock: it may be a server's answer.
    return _put_to_work(mapping, tables.columns(mapping.table))


def _put_to_work(mapping: FieldMapping, columns: Sequence[str]) -> FieldMapping:
    mapping_id = mapping.pk
    with transaction.atomic():
        SourceTable.objects.select_for_update(no_key=True).get(pk=mapping.table_id)
        mapping = FieldMapping.objects.select_for_update(no_key=True).get(pk=mapping_id)
        _require_draft(
            mapping,
            _("Version %(version)s is “%(status)s”: only a draft is put to work. Make one."),
        )
        faults = coverage(mapping, columns).faults
        if faults:
            sentence = _("The mapping cannot be activated. %(faults)s") % {
                "faults": " ".join(faults)
            }
            raise DomainError(sentence, code="mapping_incomplete", field="rules")
        mapping.table.mappings.filter(status=FieldMapping.Status.ACTIVE).update(
            status=FieldMapping.Status.RETIRED
        )
        mapping.status = FieldMapping.Status.ACTIVE
        mapping.activated_at = timezone.now()
        mapping.save(update_fields=["status", "activated_at"])
    return mapping


def ensure_active(table: SourceTable) -> FieldMapping | None:
    """The mapping at work; a table without any gets the built-in one where it fits wholly.

    None where a person has to decide: another kind of table, or something required is missing.
    """
    active = _active(table)
    if active is not None or table.mappings.exists():
        return active
    try:
        read = tables.read(table)
        context = context_of(table)
        rules = builtin.rules_for(table, read.columns)
        if not rules or _faults(table.entity, rules, read.columns, context):
            return None
        # Two at once: the second finds what the first has made.
        with transaction.atomic():
            SourceTable.objects.select_for_update(no_key=True).get(pk=table.pk)
            active = _active(table)
            if active is not None or table.mappings.exists():
                return active
            draft = _draft(table, rules, origin=FieldMapping.Origin.BUILT_IN, by=None)
            return _put_to_work(draft, read.columns)
    except DomainError:
        return None


def coverage(mapping: FieldMapping, columns: Sequence[str]) -> Coverage:
    """What the mapping takes of a table with these columns."""
    table = mapping.table
    return coverage_of(table.entity, rules_of(mapping), columns, context_of(table))


def coverage_of(
    entity: str, rules: Sequence[Rule], columns: Sequence[str], context: Context
) -> Coverage:
    """As :func:`coverage`, of rules that are not saved."""
    fields = canonical.FIELDS[Entity(entity)]
    names = {rule.field for rule in rules}
    missing = canonical.missing_required(entity, names)
    mapped = [one for one in fields if one.name in names]
    used = [column for column in columns if any(column in rule.columns for rule in rules)]
    return Coverage(
        score=_score(entity, mapped, missing),
        mapped=mapped,
        unmapped=[one for one in fields if one.name not in names],
        missing_required=missing,
        columns_used=used,
        columns_unused=[column for column in columns if column not in used],
        faults=_faults(entity, rules, columns, context),
    )


def check_rules(entity: str, rules: Iterable[Rule]) -> None:
    """Raises DomainError for a rule that is wrong whatever the table's columns are."""
    seen: set[str] = set()
    for rule in rules:
        if canonical.field_of(entity, rule.field) is None:
            raise unknown_field(entity, rule.field)
        if rule.field in seen:
            raise field_twice(rule.field)
        seen.add(rule.field)
        if rule.policy not in MappingRule.Policy.values:
            sentence = _("“%(policy)s” is no policy: choose one of %(choices)s.") % {
                "policy": rule.policy,
                "choices": ", ".join(MappingRule.Policy.values),
            }
            raise DomainError(sentence, code="unknown_policy", field="policy", value=rule.policy)
        _check_columns(rule)
        if len(rule.steps) > MOST_STEPS:
            sentence = _("“%(field)s” has more than %(most)s steps: leave some out.") % {
                "field": rule.field,
                "most": MOST_STEPS,
            }
            raise DomainError(sentence, code="too_many_steps", field="steps", value=rule.field)
        CompiledMapping(entity, [rule], rule.columns, Context())


def _check_columns(rule: Rule) -> None:
    if len(rule.columns) > MOST_COLUMNS:
        sentence = _("“%(field)s” has more than %(most)s columns: leave some out.")
        words = {"field": rule.field, "most": MOST_COLUMNS}
        raise DomainError(
            sentence % words, code="too_many_columns", field="columns", value=rule.field
        )
    mend = next(filter(None, map(storable.fault, rule.columns)), "")
    if mend:
        sentence = _("“%(field)s” has a column that cannot be kept. %(mend)s")
        words = {"field": rule.field, "mend": mend}
        raise DomainError(
            sentence % words, code="unknown_column", field="columns", value=rule.field
        )


def _score(entity: str, mapped: Sequence[CanonicalField], missing: Sequence[object]) -> int:
    fields = canonical.FIELDS[Entity(entity)]
    required = len(canonical.missing_required(entity, ()))
    given = 1 - (len(missing) / required if required else 0)
    return round(len(mapped) / len(fields) * _MAPPED_WEIGHT + given * _REQUIRED_WEIGHT)


def _faults(
    entity: str, rules: Sequence[Rule], columns: Sequence[str], context: Context
) -> list[str]:
    """What keeps the rules from working, in sentences."""
    found = [
        str(_("Nothing is mapped to “%(field)s”, which every row needs.") % {"field": one.label})
        for one in canonical.missing_required(entity, {rule.field for rule in rules})
    ]
    seen: set[str] = set()
    for rule in rules:
        if rule.field in seen:
            found.append(str(field_twice(rule.field)))
        seen.add(rule.field)
        for column in rule.columns:
            if column not in columns:
                label = getattr(canonical.field_of(entity, rule.field), "label", rule.field)
                found.append(str(unknown_column(str(label), column, columns)))
        try:
            CompiledMapping(entity, [rule], rule.columns, context)
        except DomainError as error:
            found.append(str(error))
    return found


def _active(table: SourceTable) -> FieldMapping | None:
    return table.mappings.filter(status=FieldMapping.Status.ACTIVE).first()


def _require_draft(mapping: FieldMapping, sentence: str) -> None:
    if mapping.status != FieldMapping.Status.DRAFT:
        words = {"version": mapping.version, "status": mapping.get_status_display()}
        error = DomainError(
            sentence % words, code="not_a_draft", field="status", value=mapping.status
        )
        error.conflict = True
        raise error


@transaction.atomic
def _draft(
    table: SourceTable, rules: Sequence[Rule], *, origin: FieldMapping.Origin, by: User | None
) -> FieldMapping:
    SourceTable.objects.select_for_update(no_key=True).get(pk=table.pk)
    last = table.mappings.aggregate(last=Max("version"))["last"] or 0
    mapping = FieldMapping.objects.create(
        table=table, version=last + 1, origin=origin, created_by=by
    )
    _add_rules(mapping, rules)
    return mapping


def _add_rules(mapping: FieldMapping, rules: Sequence[Rule]) -> None:
    MappingRule.objects.bulk_create(
        MappingRule(
            mapping=mapping,
            position=position,
            field=rule.field,
            columns=list(rule.columns),
            # Whatever else a step came with is nobody's.
            steps=[
                {"name": step["name"], "arguments": dict(step.get("arguments") or {})}
                for step in rule.steps
            ],
            policy=rule.policy,
        )
        for position, rule in enumerate(rules)
    )
