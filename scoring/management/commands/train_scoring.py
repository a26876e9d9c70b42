"""Train the lead scoring model and say how good it is."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.core.errors import DomainError
from scoring.engine import artifact, tables
from scoring.engine.problems import InvalidClients
from scoring.live import windows
from scoring.models import ScoringModel
from scoring.sheets.headings import field_of
from scoring.training import comparison, history, purchase_file
from scoring.training.dataset import STRATIFIED, TEMPORAL
from scoring.versions import database, keeping, rivalry, shipped
from scoring.versions.keeping import Origin

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from scoring.training.comparison import Contender, Report

Source = ScoringModel.Source
# Faults told one by one; the rest are counted.
_TOLD = 50
_SPLITS = {
    TEMPORAL: gettext_lazy("by time"),
    STRATIFIED: gettext_lazy("by lot"),
}


class Command(BaseCommand):
    help = (
        "Train the lead scoring model and print how good it is on customers held out: AUC,"
        " PR-AUC, Brier score, calibration table, lift at 10 %, with 95 % intervals, the random"
        " forest against its challengers. It learns from the shipped sample, from a file of"
        ' clients (--data: the seven figures and "converted", perhaps "as_of") or from purchases'
        ' (--purchases: "customer,date,amount"; what is known on --as-of, and who bought within'
        " --horizon days after it), none of which needs a database; or from our own customers"
        " (--from-history, also by --as-of and --horizon; by default the latest day whose outcome"
        " is known). Where there is a database the version is kept, and put to use where it is not"
        " worse than the one in use. --output keeps the model in a file."
    )
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        source = parser.add_mutually_exclusive_group()
        source.add_argument("--data", type=Path, metavar="FILE.csv")
        source.add_argument("--purchases", type=Path, metavar="FILE.csv")
        source.add_argument("--from-history", action="store_true")
        parser.add_argument("--as-of", metavar="YYYY-MM-DD", help="The day it is tested from.")
        parser.add_argument(
            "--horizon", type=int, help="Days after it within which a purchase counts: 90."
        )
        parser.add_argument(
            "--force", action="store_true", help="Put the version to use even where it is worse."
        )
        parser.add_argument("--json", action="store_true", help="Print the figures as JSON.")
        parser.add_argument("--output", type=Path, help="Write the model to this file.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report, origin = _train(options)
            if options["output"]:
                artifact.save(report.model, options["output"])
            kept = self._keep(report, origin, forced=options["force"])
        except InvalidClients as error:
            raise CommandError(_told(error)) from error
        except DomainError as error:
            is_refusal = error.code in comparison.REFUSALS
            raise CommandError(keeping.refused(error) if is_refusal else str(error)) from error
        except DatabaseError as error:
            raise CommandError(
                _("The database cannot be read: %(why)s") % {"why": _first_line(error)}
            ) from error
        except OSError as error:
            raise CommandError(
                _("%(file)s: %(error)s.") % {"file": error.filename, "error": error.strerror}
            ) from error
        if options["json"]:
            self.stdout.write(json.dumps(origin.as_json() | report.as_json() | kept, indent=2))
        else:
            self._write(report)
            if kept["verdict"]:
                self.stdout.write(kept["verdict"])

    def _keep(self, report: Report, origin: Origin, *, forced: bool) -> dict[str, Any]:
        """Keep a version where there is a database, and put it to use if it may be."""
        kept: dict[str, Any] = {"version": None, "put_to_use": False, "verdict": ""}
        if not database.is_there():
            self._warn(_("There is no database yet: this version was not kept."))
            return kept
        try:
            database.reach()
            version = keeping.keep(report, origin)
            verdict = keeping.contest(version.pk, forced=forced, by=None)
        except (DatabaseError, OSError) as error:
            self._warn(
                _("The database cannot be reached, so this version was not kept: %(why)s")
                % {"why": _first_line(error)}
            )
            return kept
        return {
            "version": str(version),
            "put_to_use": verdict.is_put_to_use,
            "verdict": verdict.sentence,
            rivalry.AGAINST: version.report.get(rivalry.AGAINST),
        }

    def _warn(self, sentence: str) -> None:
        self.stderr.write(self.style.WARNING(sentence))

    def _write(self, report: Report) -> None:
        self.stdout.write(
            _("Learned from %(learned)s rows, tested on %(tested)s, divided %(split)s.")
            % {
                "learned": report.learned,
                "tested": report.chosen.test.clients,
                "split": _SPLITS[report.split],
            }
        )
        names = list(report.champion.test.measures)
        self.stdout.write(f"  {'':10}" + "".join(f"{name:>26}" for name in names))
        for one in report.contenders:
            self.stdout.write(_line(one))
        self.stdout.write(
            _("Chosen: %(kind)s. Calibration on the test (error %(error).3f):")
            % {"kind": report.chosen.kind, "error": report.chosen.test.error}
        )
        heads = (_("clients"), _("foretold"), _("came"))
        self.stdout.write("  " + " ".join(f"{head:>10}" for head in heads))
        for one_bin in report.chosen.test.calibration:
            self.stdout.write(
                f"  {one_bin.clients:10} {one_bin.foretold:10.3f} {one_bin.came:10.3f}"
            )
        for warning in report.warnings:
            self.stdout.write(self.style.WARNING(warning))


def _train(options: dict[str, Any]) -> tuple[Report, Origin]:
    if options["purchases"] is None and not options["from_history"]:
        for name in ("as_of", "horizon"):
            if options[name] is not None:
                raise DomainError(
                    _("--as-of and --horizon go with --purchases or --from-history."),
                    code="option",
                    field=name,
                )
        path = options["data"] or shipped.SAMPLE
        source = Source.CLIENTS if options["data"] else Source.SHIPPED
        return comparison.train(tables.read_clients(path, field_of)), Origin(source, path.name)
    horizon = 90 if options["horizon"] is None else options["horizon"]
    if options["from_history"]:
        history.require_horizon(horizon)
        database.reach()
        given = options["as_of"]
        day = windows.latest_day(horizon) if given is None else _day(given)
        parts = windows.split(day, horizon)
        origin = Origin(Source.HISTORY, as_of=day, horizon_days=horizon)
    else:
        day, path = _day(options["as_of"]), options["purchases"]
        parts = history.split(purchase_file.read_purchases(path), day, horizon)
        origin = Origin(Source.PURCHASES, path.name, day, horizon)
    return comparison.train(history.whole(parts), split=parts), origin


def _day(given: str | None) -> dt.date:
    if given is None:
        raise DomainError(
            _("Give the day to look at with --as-of, as in 2026-04-20."), code="option"
        )
    try:
        return dt.date.fromisoformat(given)
    except ValueError as error:
        raise DomainError(
            _("“%(day)s” is no day: write it as in 2026-04-20.") % {"day": given},
            code="date",
            field="as_of",
            value=given,
        ) from error


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)


def _line(one: Contender) -> str:
    cells = (
        f"{figure.value:8.3f} [{figure.low:6.3f}, {figure.high:6.3f}]"
        for figure in one.test.measures.values()
    )
    return f"  {one.kind:10}" + "".join(f"{cell:>26}" for cell in cells)


def _told(error: InvalidClients) -> str:
    sentences = [problem.sentence for problem in error.problems[:_TOLD]]
    more = len(error.problems) - _TOLD
    if more > 0:
        sentences.append(_("There are %(count)s more faults.") % {"count": more})
    return "\n".join(sentences)
