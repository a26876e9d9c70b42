"""The replies and snippets that a new installation starts with; staff change them in the admin.

They promise no more than the shop's own texts do. There are none in Darija in Latin letters:
who writes so is answered in French, until somebody adds templates.
"""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.apps.registry import Apps
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_DATA: Final = Path(__file__).parent / "data"


def replies() -> list[dict[str, str]]:
    """Rows with category (its key), language, name, tone, position, settles, suits and body."""
    return _rows("reply_templates.csv")


def snippets() -> list[dict[str, str]]:
    """Rows with language, title, position and body."""
    return _rows("snippets.csv")


def seed(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make what is missing; categories that somebody renamed are found by their keys."""
    categories = {row.key: row for row in apps.get_model("support", "Category").objects.all()}
    template = apps.get_model("support", "ReplyTemplate")
    for row in replies():
        template.objects.get_or_create(
            category=categories[row["category"]],
            language=row["language"],
            name=row["name"],
            defaults={"tone": row["tone"], "position": int(row["position"]), "body": row["body"]},
        )
    snippet = apps.get_model("support", "Snippet")
    for row in snippets():
        snippet.objects.get_or_create(
            title=row["title"],
            language=row["language"],
            defaults={"position": int(row["position"]), "body": row["body"]},
        )


def revise(
    apps: Apps,
    _schema_editor: BaseDatabaseSchemaEditor,
    *,
    replaced: Collection[str],
    added: Collection[str],
) -> None:
    """Bring seeded texts up to date, and say of each whether it settles the matter.

    Only texts that nobody edited: those whose digest is among ``replaced``, and those that are
    as we ship them now. ``added`` are the names of templates that are made where missing.
    """
    categories = {row.key: row for row in apps.get_model("support", "Category").objects.all()}
    template = apps.get_model("support", "ReplyTemplate")
    for row in replies():
        of = {"category": categories[row["category"]], "language": row["language"]}
        now = {"body": row["body"], "settles": row["settles"] == "oui"}
        found = template.objects.filter(**of, name=row["name"]).first()
        if found is None:
            if row["name"] in added:
                given = {"tone": row["tone"], "position": int(row["position"])}
                template.objects.create(**of, name=row["name"], **given, **now)
        elif found.body == row["body"] or digest(found.body) in replaced:
            template.objects.filter(pk=found.pk).update(**now)


def suit(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make the seeds that are for orders in one state, and say so of those that nobody edited."""
    categories = {row.key: row for row in apps.get_model("support", "Category").objects.all()}
    template = apps.get_model("support", "ReplyTemplate")
    for row in filter(lambda row: row["suits"], replies()):
        found, _is_new = template.objects.get_or_create(
            category=categories[row["category"]],
            language=row["language"],
            name=row["name"],
            defaults={"tone": row["tone"], "position": int(row["position"]), "body": row["body"]},
        )
        if found.body == row["body"]:
            template.objects.filter(pk=found.pk).update(suits=row["suits"])


def reword(
    apps: Apps, _schema_editor: BaseDatabaseSchemaEditor, *, replaced: Collection[str]
) -> None:
    """Put the texts of today in place of those whose digest is among ``replaced``, and no more."""
    template = apps.get_model("support", "ReplyTemplate")
    for row in replies():
        of = {"category__key": row["category"], "language": row["language"], "name": row["name"]}
        found = template.objects.filter(**of).first()
        if found is not None and digest(found.body) in replaced:
            template.objects.filter(pk=found.pk).update(body=row["body"])


def digest(body: str) -> str:
    """By it a migration knows a text that was shipped once."""
    return hashlib.sha256(body.encode()).hexdigest()[:16]


def _rows(filename: str) -> list[dict[str, str]]:
    with (_DATA / filename).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
