"""Measure the reading of orders against labelled messages; needs no database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from backoffice.core import ai
from backoffice.core.errors import DomainError
from orders.evaluation import Evaluation, Shape, evaluate, shape_all
from orders.extraction.from_files import (
    MESSAGES,
    content_of,
    read_content,
    unread,
    with_transcript,
)

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterator

_LABEL = ".expected.json"


class Command(BaseCommand):
    help = (
        "Read every message of FOLDER that has a label (NAME.expected.json) beside it and print "
        "precision, recall and F1 per field. Messages that need vision or transcription are "
        "skipped without an OpenAI key, unless --transcripts gives what they say "
        "(NAME.transcript.txt)."
    )
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="FOLDER")
        parser.add_argument("--json", action="store_true", help="Print one JSON object.")
        parser.add_argument(
            "--transcripts",
            action="store_true",
            help="Read NAME.transcript.txt in the place of pictures and recordings.",
        )
        parser.add_argument(
            "--mistakes", action="store_true", help="List what was misread in which message."
        )

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        labels = sorted(folder.glob(f"*{_LABEL}"))
        if not labels:
            raise CommandError(
                _("There is no label (*.expected.json) in %(folder)s.") % {"folder": folder}
            )
        skipped: list[str] = []
        with ai.without_database():
            result = evaluate(self._pairs(labels, skipped, transcripts=options["transcripts"]))
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(result, skipped), ensure_ascii=False, indent=2))
        else:
            self._print(result, skipped, with_mistakes=options["mistakes"])

    def _pairs(
        self, labels: list[Path], skipped: list[str], *, transcripts: bool
    ) -> Iterator[tuple[str, Shape, Shape]]:
        for label_path in labels:
            stem = label_path.name.removesuffix(_LABEL)
            try:
                content = content_of(_message_beside(label_path, stem))
            except DomainError as error:
                raise CommandError(f"{stem}: {error}") from error
            transcript = label_path.with_name(f"{stem}.transcript.txt")
            if unread(content) and transcripts and transcript.exists():
                content = with_transcript(content, transcript.read_text("utf-8"))
            if unread(content):
                skipped.append(stem)
                continue
            label = json.loads(label_path.read_text("utf-8"))
            yield stem, shape_all(read_content(content)), label

    def _print(self, result: Evaluation, skipped: list[str], *, with_mistakes: bool) -> None:
        self.stdout.write(f"{'':18} {'precision':>9} {'recall':>9} {'F1':>9} {'labels':>9}")
        for name, score in result.scores.items():
            self.stdout.write(
                f"{name:18} {score.precision:9.3f} {score.recall:9.3f} {score.f1:9.3f} "
                f"{score.support:9}"
            )
        self.stdout.write(_("%(count)s messages read.") % {"count": result.messages})
        if skipped:
            self.stdout.write(
                _("Skipped, they need vision or transcription: %(names)s")
                % {"names": ", ".join(skipped)}
            )
        for name, fields in result.mistakes.items() if with_mistakes else ():
            self.stdout.write(f"{name}: {', '.join(fields)}")


def _message_beside(label: Path, stem: str) -> Path:
    """The message of a label: an e-mail, a WhatsApp message or any other file of that name."""
    for ending in MESSAGES:
        path = label.with_name(stem + ending)
        if path.exists():
            return path
    others = [
        path
        for path in sorted(label.parent.glob(f"{stem}.*"))
        if not path.name.endswith((_LABEL, ".transcript.txt"))
    ]
    if not others:
        raise CommandError(_("There is no message beside %(label)s.") % {"label": label.name})
    return others[0]


def _as_json(result: Evaluation, skipped: list[str]) -> dict[str, Any]:
    return {
        "messages": result.messages,
        "skipped": skipped,
        "fields": {
            name: {
                "precision": round(score.precision, 4),
                "recall": round(score.recall, 4),
                "f1": round(score.f1, 4),
                "labels": score.support,
            }
            for name, score in result.scores.items()
        },
        "mistakes": result.mistakes,
    }
