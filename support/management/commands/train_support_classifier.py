"""Train the classifier of the support desk and say how good it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from support.understanding import evaluation, examples, stored, training

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from support.understanding.evaluation import Evaluation

_CODE_LENGTH = 4


class Command(BaseCommand):
    help = (
        "Train the classifier on the shipped messages, and on those of each EXTRA file (JSON "
        'lines with "message" and "category"), and print its macro-F1 by five-fold '
        "cross-validation and by leaving whole styles out, per category, with the confusions. "
        "It is kept in the data folder; --output writes it elsewhere, --test measures it on "
        "labelled messages it is not trained on. No database is needed."
    )
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("extra", nargs="*", type=Path, metavar="EXTRA")
        parser.add_argument("--test", type=Path, help="Labelled messages to measure it on.")
        parser.add_argument("--output", type=Path, help="Write the classifier to this file.")
        parser.add_argument(
            "--no-evaluation",
            action="store_false",
            dest="evaluates",
            help="Train only: seconds instead of a minute.",
        )

    def handle(self, *args: Any, extra: list[Path], evaluates: bool, **options: Any) -> None:
        try:
            test = examples.load([options["test"]]) if options["test"] else []
            known = [*examples.shipped(), *examples.load(extra)]
            trained = stored.train_and_keep(known, extra=bool(extra), to=options["output"])
        except DomainError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(
                _("The classifier cannot be written: %(error)s.") % {"error": error}
            ) from error
        classifier, path = trained
        self.stdout.write(
            _("%(messages)s messages learned, %(features)s features, kept in %(path)s.")
            % {"messages": len(known), "features": len(classifier.rarity), "path": path}
        )
        if evaluates:
            readings = training.read_all(known)
            self._write(_("Five-fold cross-validation"), evaluation.by_folds(known, readings))
            left_out = evaluation.by_style(known, readings)
            self._write(_("Each style left out"), left_out)
            for style, score in evaluation.per_style(known, left_out):
                self.stdout.write(f"  {style:24} {score:.3f}")
        if test:
            self._write(_("Test messages"), evaluation.measure(classifier, test))

    def _write(self, title: str, result: Evaluation) -> None:
        self.stdout.write("")
        self.stdout.write(
            _(
                "%(title)s: macro-F1 %(f1).3f, accuracy %(accuracy).3f, "
                "calibration error %(error).3f (%(messages)s messages)"
            )
            % {
                "title": title,
                "f1": result.macro_f1,
                "accuracy": result.accuracy,
                "error": result.calibration_error,
                "messages": len(result.right),
            }
        )
        heads = " ".join(f"{name[:_CODE_LENGTH]:>5}" for name in result.categories)
        self.stdout.write(f"  {'':24} {_('prec.'):>6} {_('recall'):>6} {'F1':>6}   {heads}")
        for score, row in zip(result.per_category(), result.confusion(), strict=True):
            counts = " ".join(f"{count:5}" for count in row)
            self.stdout.write(
                f"  {score.category[:24]:24} {score.precision:6.3f} {score.recall:6.3f} "
                f"{score.f1:6.3f}   {counts}"
            )
