"""What the two bases look like: which columns they need, and where each is found.

A column is looked for by the id it had, then by its name, so that renaming one in Notion
changes nothing.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from backoffice.integrations import notion
from backoffice.integrations.errors import NotConfigured
from backoffice.integrations.notion_values import CHOICES
from support.models import Category, NotionBase, NotionSource
from support.status_words import FRENCH

if TYPE_CHECKING:
    from collections.abc import Mapping

    from backoffice.integrations.notion import Notion
    from backoffice.integrations.notion_values import Page, Property, Source, Value

SETTINGS = {NotionBase.REPLIES: "NOTION_REPLIES_BASE", NotionBase.CONTACTS: "NOTION_CONTACTS_BASE"}
# A process reads a base's columns again after so many seconds.
_FRESH = 300.0
# Read at once where a write says that a column is not there any more.
_known: dict[tuple[str, str, str], tuple[float, Columns]] = {}


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a base needs; the first of ``types`` is the one to make."""

    role: str
    name: str
    types: tuple[str, ...]
    is_needed: bool = True

    def options(self) -> list[str]:
        """What people may choose there."""
        if self.role == "status":
            return [*FRENCH.values()]
        if self.role == "category":
            active = Category.objects.filter(is_active=True)
            return [name.replace(",", " ") for name in active.values_list("name", flat=True)]
        return []


_TEXT = ("rich_text",)
COLUMNS: dict[NotionBase, tuple[Column, ...]] = {
    NotionBase.REPLIES: (
        Column("title", "titre", ("title",)),
        Column("category", "catégorie", CHOICES),
        Column("body", "réponse_générique", _TEXT),
        Column("language", "langue", (*CHOICES, *_TEXT), is_needed=False),
    ),
    NotionBase.CONTACTS: (
        Column("name", "nom_prenom", ("title",)),
        Column("email", "email_client", ("email", "rich_text")),
        Column("order", "id_commande", ("number", "rich_text")),
        Column("message", "message_initial", _TEXT),
        Column("category", "catégorie", CHOICES),
        Column("reply", "réponse_personnalisée", _TEXT),
        Column("status", "statut", CHOICES),
    ),
}


@dataclass(frozen=True, slots=True)
class Columns:
    """A base as it was found: its data source and the property of each role."""

    source: Source
    by_role: Mapping[str, Property]

    def text(self, page: Page, role: str) -> str:
        """What stands in the column, as text; a number without its ".0"."""
        wanted = self.by_role.get(role)
        number = page.number(wanted)
        return page.text(wanted).strip() if number is None else f"{number:.15g}"

    def as_shown(self, role: str, value: str) -> str:
        """How :meth:`text` would read the value once it is written."""
        wanted = self.by_role[role]
        if wanted.type == "number":
            number = as_number(value)
            return "" if number is None else f"{number:.15g}"
        return wanted.option(value) if wanted.type in CHOICES else value

    def payload(self, values: Mapping[str, str]) -> dict[str, Value]:
        """Values by role as values by property; an order number that is none is left out."""
        found: dict[str, Value] = {}
        for role, value in values.items():
            wanted = self.by_role.get(role)
            if wanted is not None:
                found[wanted.name] = as_number(value) if wanted.type == "number" else value
        return found


def as_number(text: str) -> float | None:
    """The number that the text is; None for CMD-2026-00045 and for what a cell would round."""
    return float(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None  # noqa: PLR2004 - exact in a float


def setting_of(base: NotionBase) -> str:
    return str(getattr(settings, SETTINGS[base])).strip()


def configured(base: NotionBase) -> bool:
    """Whether the base is to be kept in step; asks nobody."""
    return notion.configured() and bool(setting_of(base))


def missing_settings() -> list[str]:
    names = ["NOTION_TOKEN", *SETTINGS.values()]
    return [name for name in names if not str(getattr(settings, name)).strip()]


def source_of(client: Notion, base: NotionBase) -> Source:
    """The base's data source, asked anew; ``NotConfigured`` names the setting that is empty."""
    setting = setting_of(base)
    if not setting:
        raise NotConfigured(
            _("%(setting)s is empty: put the address of the database “%(base)s” there.")
            % {"setting": SETTINGS[base], "base": base.label}
        )
    return client.source(setting)


def columns(client: Notion, base: NotionBase, *, fresh: bool = False) -> Columns:
    """Where the base's columns are. ``NotConfigured`` where one that is needed is missing."""
    key = (settings.NOTION_API_URL, settings.NOTION_TOKEN, setting_of(base))
    read_at, known = _known.get(key, (0.0, None))
    if known is not None and not fresh and time.monotonic() - read_at < _FRESH:
        return known
    source = source_of(client, base)
    found = resolve(base, source)
    for column in COLUMNS[base]:
        if column.is_needed and column.role not in found:
            raise NotConfigured(
                _("The Notion base “%(base)s” has no property “%(name)s” of type %(type)s.")
                % {"base": base.label, "name": column.name, "type": column.types[0]}
            )
    _remember(base, source, found)
    _known[key] = (time.monotonic(), Columns(source, found))
    return _known[key][1]


def resolve(base: NotionBase, source: Source) -> dict[str, Property]:
    """The property of each role, where there is one of a type that will do."""
    known = NotionSource.objects.filter(base=base, source_id=source.id).first()
    ids = known.property_ids if known else {}
    found = {}
    for column in COLUMNS[base]:
        wanted = source.find(column.name, ids.get(column.role, ""))
        if wanted is None and column.types == ("title",):
            # There is exactly one, whatever it is called.
            wanted = source.title_property()
        if wanted is not None and wanted.type in column.types:
            found[column.role] = wanted
    return found


def forget() -> None:
    """Have the columns read anew: one of them is not where it was."""
    _known.clear()


def _remember(base: NotionBase, source: Source, found: Mapping[str, Property]) -> None:
    facts = {
        "setting": setting_of(base)[:500],
        "source_id": source.id,
        "url": source.url,
        "property_ids": {role: one.id for role, one in found.items()},
    }
    known = NotionSource.objects.filter(base=base).first()
    if known is None or any(getattr(known, name) != value for name, value in facts.items()):
        NotionSource.objects.update_or_create(base=base, defaults=facts)
