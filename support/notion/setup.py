"""Whether the two Notion databases are as the desk needs them, and making what is missing."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.integrations import notion
from backoffice.integrations.errors import NotConfigured, ServiceError
from backoffice.integrations.notion_values import same_name
from support.models import NotionBase, NotionSource
from support.notion import bases

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backoffice.integrations.notion import Notion
    from backoffice.integrations.notion_values import Property, Source
    from support.notion.bases import Column

Level = Literal["ok", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one base (or both, where it is None); ``mend`` says what to do.

    ``text`` goes on after the base's name and a colon.
    """

    level: Level
    text: str
    base: NotionBase | None = None
    mend: str = ""


def check() -> list[Finding]:
    """Look at both bases: access, properties, their types and options; changes nothing there.

    Never raises for what Notion says; one "ok" finding per base that is in order. Takes some
    seconds where Notion is slow. What was found is kept for the page in the admin.
    """
    findings = _for_each_base(_looked_at)
    for base in NotionBase:
        ours = [asdict(one) for one in findings if one.base in (base, None)]
        NotionSource.objects.update_or_create(
            base=base, defaults={"findings": ours, "checked_at": timezone.now()}
        )
    return findings


def create(parent: str = "") -> list[Finding]:
    """Add the properties and options that are missing; what is there stays as it is.

    With the id or address of a Notion page as ``parent``, a base whose setting is empty is
    made below it: the finding says which setting to fill with which id. Returns what was done
    and what could not be, "ok" and "error".
    """
    return _for_each_base(lambda client, base: _completed(client, base, parent.strip()))


def _for_each_base(look: Any) -> list[Finding]:  # noqa: ANN401 - one of the two below
    try:
        with notion.connect() as client:
            found: list[Finding] = []
            for base in NotionBase:
                try:
                    found += look(client, base)
                except ServiceError as error:
                    found.append(Finding("error", str(error), base, _mend(error)))
            return found
    except NotConfigured as error:
        return [Finding("error", str(error), None, _("Fill in the settings, then check again."))]


def _mend(error: ServiceError) -> str:
    return "" if isinstance(error, NotConfigured) or error.permanent else _("Try again later.")


def _looked_at(client: Notion, base: NotionBase) -> list[Finding]:
    source = bases.source_of(client, base)
    found = bases.resolve(base, source)
    findings: list[Finding] = []
    for column in bases.COLUMNS[base]:
        wanted = found.get(column.role)
        if wanted is None:
            findings += _absent(base, source, column)
        else:
            findings += _without_options(base, column, wanted)
    fine = Finding("ok", _("in order; it holds the rows of “%s”.") % source.title, base)
    return findings or [fine]


def _absent(base: NotionBase, source: Source, column: Column) -> Iterator[Finding]:
    other = source.find(column.name)
    words = {"name": column.name, "type": column.types[0]}
    if other is not None:
        words["other"] = other.type
        told = _("the property “%(name)s” is of type %(other)s; it must be of type %(type)s.")
        mend = _("Change its type in Notion, or rename it and have it made anew.")
        level: Level = "error" if column.is_needed else "warning"
        yield Finding(level, told % words, base, mend)
    elif column.is_needed:
        told = _("the property “%(name)s” (%(type)s) is missing.")
        yield Finding("error", told % words, base, _how_to_create())


def _without_options(base: NotionBase, column: Column, found: Property) -> Iterator[Finding]:
    missing = _missing_options(column, found)
    if not missing:
        return
    words = {"name": found.name, "options": ", ".join(missing)}
    told = _("the property “%(name)s” lacks the options %(options)s.") % words
    if found.type == "status":
        mend = _("Add them in Notion: programs may not change the options of a status.")
        yield Finding("error", told, base, mend)
    else:
        yield Finding("warning", told, base, _how_to_create())


def _how_to_create() -> str:
    return _("Add it in Notion, or run: manage.py support setup --create")


def _missing_options(column: Column, found: Property) -> list[str]:
    if found.type not in ("select", "status"):
        return []
    return [
        name
        for name in column.options()
        if not any(same_name(name, option) for option in found.options)
    ]


def _completed(client: Notion, base: NotionBase, parent: str) -> list[Finding]:
    if not bases.setting_of(base) and parent:
        return [_made(client, base, parent)]
    source = bases.source_of(client, base)
    found = bases.resolve(base, source)
    asked: dict[str, Any] = {}
    findings: list[Finding] = []
    for column in bases.COLUMNS[base]:
        wanted = found.get(column.role)
        if wanted is None and source.find(column.name) is not None:
            findings += _absent(base, source, column)
        elif wanted is None and column.is_needed:
            asked[column.name] = _schema(column)
        elif wanted is not None and (missing := _missing_options(column, wanted)):
            if wanted.type == "status":
                findings += _without_options(base, column, wanted)
            else:
                asked[wanted.name] = _options([*wanted.options, *missing])
    if asked:
        client.change_schema(source, asked)
        bases.forget()
        told = _("made or completed: %(names)s.") % {"names": ", ".join(asked)}
        findings.insert(0, Finding("ok", told, base))
    return findings or [Finding("ok", _("nothing was missing."), base)]


def _made(client: Notion, base: NotionBase, parent: str) -> Finding:
    properties = {one.name: _schema(one) for one in bases.COLUMNS[base] if one.is_needed}
    database_id = client.create_database(parent, base.label, properties)
    words = {"setting": bases.SETTINGS[base], "id": database_id}
    told = _("made. Now set %(setting)s=%(id)s and start again.") % words
    return Finding("ok", told, base)


def _schema(column: Column) -> dict[str, Any]:
    kind = column.types[0]
    return _options(column.options()) if kind == "select" else {kind: {}}


def _options(names: list[str]) -> dict[str, Any]:
    return {"select": {"options": [{"name": name} for name in names]}}
