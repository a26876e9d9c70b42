"""Train the classifier of the support desk and say how good it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from support.understanding import evaluation, examples, stored, training

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Sequence

    from support.understanding.classifier import TrainedClassifier
    from support.understanding.evaluation import Evaluation
    from support.understanding.examples import Example

_CODE_LENGTH = 4


class Command(BaseCommand):
    help = (
        "Train the classifier on the shipped messages and on what staff taught, and print its"
        " macro-F1 by five-fold cross-validation and by leaving whole styles out, per category,"
        " with the confusions. It becomes a version in the database, and answers from then on"
        " where it is not worse than the one that answers now. Without a database, or with EXTRA"
        ' files (JSON lines with "message" and "category") or --output, it learns from the'
        " shipped messages and those files alone and is kept in a file. --test measures it on"
        " labelled messages it is not trained on."
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
        parser.add_argument(
            "--no-activate",
            action="store_false",
            dest="activates",
            help="Keep the new version, but let the one in use answer.",
        )
        parser.add_argument(
            "--force", action="store_true", help="Use the new version even where it is worse."
        )

    def handle(
        self, *args: Any, extra: list[Path], output: Path | None, evaluates: bool, **options: Any
    ) -> None:
        try:
            test = examples.load([options["test"]]) if options["test"] else []
            is_version = not (extra or output) and has_database()
            if is_version:
                known, trained = self._version(options["activates"], options["force"])
            else:
                known, trained = self._file(extra, output)
        except DomainError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(
                _("The classifier cannot be written: %(error)s.") % {"error": error}
            ) from error
        except DatabaseError as error:
            raise CommandError(
                _("The database does not answer, or lacks tables: run migrate first.")
            ) from error
        if evaluates:
            self._evaluate(known)
        if test:
            self._write(_("Test messages"), evaluation.measure(trained, test))

    def _file(
        self, extra: Sequence[Path], output: Path | None
    ) -> tuple[Sequence[Example], TrainedClassifier]:
        known = [*examples.shipped(), *examples.load(extra)]
        classifier, path = stored.train_and_keep(known, extra=bool(extra), to=output)
        self.stdout.write(
            _("%(messages)s messages learned, %(features)s features, kept in %(path)s.")
            % {"messages": len(known), "features": len(classifier.rarity), "path": path}
        )
        return known, classifier

    def _version(
        self,
        activates: bool,  # noqa: FBT001 - the command's options
        is_forced: bool,  # noqa: FBT001 - as above
    ) -> tuple[Sequence[Example], TrainedClassifier]:
        # Models, which the file needs not.
        from support.understanding import artifact, taught, versions  # noqa: PLC0415 - see above

        version, is_new = versions.train(activate=activates, is_forced=is_forced)
        self.stdout.write(
            _("%(messages)s messages learned, %(own)s of them our own: classifier %(number)s.")
            % {"messages": version.examples, "own": version.taught, "number": version}
        )
        self.stdout.write(
            version.note if is_new else _("It was trained before: nothing is new since then.")
        )
        known = taught.lessons(examples.shipped())
        for category, count in known.left_out.items():
            self.stdout.write(
                _("Left out: “%(category)s” has %(count)s messages, of %(minimum)s needed.")
                % {"category": category, "count": count, "minimum": taught.MINIMUM}
            )
        return known.examples, artifact.from_bytes(bytes(version.artifact))

    def _evaluate(self, known: Sequence[Example]) -> None:
        readings = training.read_all(known)
        self._write(_("Five-fold cross-validation"), evaluation.by_folds(known, readings))
        left_out = evaluation.by_style(known, readings)
        self._write(_("Each style left out"), left_out)
        for style, score in evaluation.per_style(known, left_out):
            self.stdout.write(f"  {style:24} {score:.3f}")

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
        measures = " ".join(f"{name:>6}" for name in (_("prec."), _("recall"), "F1"))
        self.stdout.write(f"  {'':24} {measures}   {heads}")
        for score, row in zip(result.per_category(), result.confusion(), strict=True):
            counts = " ".join(f"{count:5}" for count in row)
            self.stdout.write(
                f"  {score.category[:24]:24} {score.precision:6.3f} {score.recall:6.3f} "
                f"{score.f1:6.3f}   {counts}"
            )


def has_database() -> bool:
    """Whether there is a database already: measuring alone shall not set one up."""
    embedded = Path(settings.DATA_DIR) / "postgres" / "PG_VERSION"
    return bool(settings.DATABASE_URL) or embedded.exists()
