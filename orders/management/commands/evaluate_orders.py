"""Measure the reading of orders against labelled messages; needs no database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from backoffice.core import ai
from backoffice.core.errors import DomainError
from orders.evaluation import Evaluation, corpus, evaluate, planted, shape_all, trust
from orders.extraction.from_files import read_content

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = (
        "Read every message of each FOLDER that has a label (NAME.expected.json) beside it and "
        "print precision, recall and F1 per field, and how far confidences can be believed. "
        "Messages that need vision or transcription are skipped without an OpenAI key, unless "
        "--transcripts gives what they say (NAME.transcript.txt)."
    )
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
        parser.add_argument("--json", action="store_true", help="Print one JSON object.")
        parser.add_argument(
            "--transcripts",
            action="store_true",
            help="Read NAME.transcript.txt in the place of pictures and recordings.",
        )
        parser.add_argument(
            "--mistakes", action="store_true", help="List what was misread in which message."
        )
        parser.add_argument(
            "--planted",
            action="store_true",
            help="Plant wrong values into right readings too, and count those that are doubted.",
        )

    def handle(self, *args: Any, folders: list[Path], **options: Any) -> None:
        skipped: list[str] = []
        try:
            with ai.without_database():
                messages = list(corpus.load(folders, skipped, transcripts=options["transcripts"]))
                readings = [read_content(one.content) for one in messages]
                measured = trust.measure(messages, readings)
                doubted = planted.by_rules(messages) if options["planted"] else None
        except DomainError as error:
            raise CommandError(str(error)) from error
        result = evaluate(
            (one.name, shape_all(found), one.label)
            for one, found in zip(messages, readings, strict=True)
        )
        if options["json"]:
            data = _as_json(result, skipped) | {"confidence": trust.as_json(measured)}
            if doubted:
                data["planted"] = planted.as_json(doubted)
            self.stdout.write(json.dumps(data, ensure_ascii=False, indent=2))
            return
        self._print(result, skipped, with_mistakes=options["mistakes"])
        self.stdout.write("\n" + "\n".join(trust.table(measured)))
        if doubted:
            self.stdout.write("\n" + "\n".join(planted.table(doubted)))

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
