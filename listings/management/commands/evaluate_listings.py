"""Measure the reading of watches against labelled messages; needs no database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from listings.extraction.catalogue import load_shipped
from listings.extraction.evaluation import Evaluation, evaluate
from listings.extraction.items import plain
from listings.extraction.jsonl import bad_line, row_of
from listings.extraction.reading import read

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = (
        'Read the messages of FILE (JSON lines with "id", "text" and the labels under "items") '
        "and print precision, recall and F1 per field, and their mean. Items are aligned with "
        "labels by the fields they agree in (docs/listings-extraction.md)."
    )
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.jsonl")
        parser.add_argument("--json", action="store_true", help="Print one JSON object.")
        parser.add_argument("--mistakes", action="store_true", help="List what was misread.")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        catalogue = load_shipped()
        result = evaluate(
            (
                str(row.get("id")),
                [plain(item) for item in read(row["text"], catalogue)],
                row["items"],
            )
            for row in _rows(file)
        )
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(result), ensure_ascii=False, indent=2))
            return
        self._print(result, with_mistakes=options["mistakes"])

    def _print(self, result: Evaluation, *, with_mistakes: bool) -> None:
        self.stdout.write(f"{'':12} {'precision':>9} {'recall':>9} {'F1':>9} {'labels':>9}")
        for name, score in result.scores.items():
            self.stdout.write(
                f"{name:12} {score.precision:9.3f} {score.recall:9.3f} {score.f1:9.3f} "
                f"{score.support:9}"
            )
        self.stdout.write(f"{'macro':12} {'':9} {'':9} {result.macro_f1:9.3f}")
        self.stdout.write(_("%(count)s messages read.") % {"count": result.messages})
        for name, key, label, said in result.mistakes if with_mistakes else ():
            self.stdout.write(f"{name}: {key}: {label!r} / {said!r}")


def _rows(file: Path) -> list[dict[str, Any]]:
    try:
        lines = file.read_bytes().splitlines()
    except OSError as error:
        raise CommandError(
            _("%(file)s cannot be read: %(reason)s.") % {"file": file, "reason": error.strerror}
        ) from error
    rows = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = row_of(line)
        except ValueError as error:
            raise CommandError(bad_line(number, error)) from error
        if not _labelled(row):
            raise CommandError(
                _('Line %(line)s: there are no labels under "items". Write a list of objects.')
                % {"line": number}
            )
        rows.append(row)
    return rows


def _labelled(row: dict[str, Any]) -> bool:
    items = row.get("items")
    return isinstance(items, list) and all(isinstance(item, dict) for item in items)


def _as_json(result: Evaluation) -> dict[str, Any]:
    return {
        "messages": result.messages,
        "macro_f1": round(result.macro_f1, 4),
        "fields": {
            name: {
                "precision": round(score.precision, 4),
                "recall": round(score.recall, 4),
                "f1": round(score.f1, 4),
                "labels": score.support,
            }
            for name, score in result.scores.items()
        },
        "mistakes": [
            {"id": name, "field": key, "label": label, "read": said}
            for name, key, label, said in result.mistakes
        ],
    }
