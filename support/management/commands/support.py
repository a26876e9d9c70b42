"""The support desk from a terminal, for cron and for scripts."""

from __future__ import annotations

import datetime as dt
import json
import sys
from argparse import SUPPRESS
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, ProgrammingError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.core.errors import DomainError

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from support.terminal.diagnosis import Finding

ACTIONS = {
    "setup": "Say what is configured, what is missing and what to do about it.",
    "interactive": "Type a message and see what the desk would make of it; nothing is kept.",
    "message": "Take a message in and show its ticket and draft; the draft waits for a person.",
    "import": "Take in the messages of a CSV or XLSX file; known ones stay as they are.",
    "process-pending": "Have drafts written for open tickets that have none.",
    "stats": "The desk's figures.",
}
# By action; the same after it and, for the flags, without it.
OPTIONS: dict[str, dict[str, dict[str, Any]]] = {
    "setup": {
        "--create": {
            "action": "store_true",
            "default": False,
            "help": "setup: make missing tables and reply templates, and properties in Notion.",
        },
        "--notion-parent": {
            "default": "",
            "metavar": "PAGE",
            "help": "setup --create: the page of Notion below which missing databases are made.",
        },
    },
    "message": {
        "--order|--order-id": {
            "default": "",
            "metavar": "N",
            "help": "message: the number of the order it is about.",
        },
        "--name": {"default": "", "help": "message: the customer's name."},
    },
    "process-pending": {
        "--limit": {"type": int, "metavar": "N", "help": "process-pending: at most so many."},
        "--wait": {
            "action": "store_true",
            "default": False,
            "help": "process-pending: read and write what waits now, with or without a worker.",
        },
    },
    "stats": {
        "--json": {"action": "store_true", "default": False, "help": "stats: as JSON."},
        "--period": {
            "default": "",
            "metavar": "DAYS",
            "help": "stats: 7, 30, 90, 365, this_month or last_month; 30 where nothing is said.",
        },
        "--from": {"dest": "since", "metavar": "YYYY-MM-DD", "help": "stats: the first day."},
        "--to": {"dest": "until", "metavar": "YYYY-MM-DD", "help": "stats: the last day."},
    },
}
# Seconds.
LONGEST_WAIT = 3600.0


class Command(BaseCommand):
    help = (
        "The support desk: setup, interactive, message EMAIL TEXT, import FILE, process-pending, "
        "stats. The names with two hyphens that the first system had work too."
    )
    # setup tells of a broken database itself, and nothing here needs the checks.
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--setup", action="store_true", help=ACTIONS["setup"])
        parser.add_argument("--interactive", action="store_true", help=ACTIONS["interactive"])
        parser.add_argument(
            "--message", nargs=2, metavar=("EMAIL", "TEXT"), help=ACTIONS["message"]
        )
        parser.add_argument(
            "--process-pending", action="store_true", help=ACTIONS["process-pending"]
        )
        parser.add_argument("--stats", action="store_true", help=ACTIONS["stats"])
        actions = parser.add_subparsers(dest="action", metavar="|".join(ACTIONS))
        for action, told in ACTIONS.items():
            # No defaults there: they would win over what was given before the action.
            below = actions.add_parser(action, help=told, argument_default=SUPPRESS)
            for name, declared in OPTIONS.get(action, {}).items():
                parser.add_argument(*name.split("|"), **declared)
                kept = {key: value for key, value in declared.items() if key != "default"}
                below.add_argument(*name.split("|"), **kept, default=SUPPRESS)
            if action == "message":
                below.add_argument("email", metavar="EMAIL")
                below.add_argument("text", nargs="+", metavar="TEXT")
            elif action == "import":
                below.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        action = _asked(options)
        try:
            if action == "setup":
                self._setup(create=options["create"], parent=options["notion_parent"])
            elif action == "interactive":
                self._interactive()
            elif action == "message":
                self._message(options)
            elif action == "import":
                self._import(options["file"])
            elif action == "process-pending":
                self._process_pending(options["limit"], wait=options["wait"])
            else:
                self._stats(options)
        except DomainError as error:
            raise CommandError(_with_field(error)) from error
        except (OperationalError, ProgrammingError) as error:
            reason = str(error).strip().splitlines()[0]
            told = _("The database cannot be used: %(reason)s. Run manage.py support setup.")
            raise CommandError(told % {"reason": reason}) from error

    def _setup(self, *, create: bool, parent: str) -> None:
        from support.terminal import diagnosis  # noqa: PLC0415 - slow import

        if create:
            for found in diagnosis.create(parent):
                self._show(found)
        problems = 0
        for found in diagnosis.diagnose():
            self._show(found)
            problems += found.state == "problem"
        if problems:
            told = ngettext(
                "%(count)d problem: see above.", "%(count)d problems: see above.", problems
            )
            raise CommandError(told % {"count": problems})

    def _show(self, found: Finding) -> None:
        states = {"ok": "ok", "missing": _("missing"), "problem": _("PROBLEM")}
        mend = f" - {found.mend}" if found.mend else ""
        told = _("%(title)s: %(value)s") % {"title": found.what, "value": found.text}
        self.stdout.write(f"{states[found.state]:<9} {told}{mend}")

    def _interactive(self) -> None:
        from support.terminal import asking  # noqa: PLC0415 - slow import

        def ask(question: str) -> None:
            self.stdout.write(question, ending="")
            self.stdout.flush()

        try:
            asking.converse(sys.stdin, self.stdout.write, ask)
        except KeyboardInterrupt:
            self.stdout.write("")

    def _message(self, options: dict[str, Any]) -> None:
        from support import at_once  # noqa: PLC0415 - slow import
        from support.terminal import showing  # noqa: PLC0415 - as above

        email, *text = options["message"] or (options["email"], *options["text"])
        found = at_once.handle(
            " ".join(text), email=email, name=options["name"], order_number=options["order"]
        )
        self.stdout.write(showing.handled(found))

    def _import(self, file: Path) -> None:
        from support.sheets import message_import  # noqa: PLC0415 - slow import

        try:
            report = message_import.load(file.read_bytes(), filename=file.name)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        for wrong in report.errors:
            self.stderr.write(str(wrong))
        told = _("%(new)d messages taken in, %(known)d known already.")
        self.stdout.write(told % {"new": report.new, "known": report.known})
        if report.wrong:
            told = ngettext(
                "%(count)d row was left out.", "%(count)d rows were left out.", report.wrong
            )
            raise CommandError(told % {"count": report.wrong})

    def _process_pending(self, limit: int | None, *, wait: bool) -> None:
        from support import at_once  # noqa: PLC0415 - slow import
        from support.drafting import requests  # noqa: PLC0415 - as above
        from support.models import Draft  # noqa: PLC0415 - as above

        if limit is not None and limit < 1:
            raise CommandError(_("--limit: give a number above zero."))
        count = requests.request_missing(limit)
        is_done = not wait or at_once.work_off(seconds=LONGEST_WAIT)
        status = Draft.Status
        waiting = Draft.objects.filter(status__in=[status.WAITING, status.WRITING]).count()
        ready = Draft.objects.filter(status=status.READY).count()
        told = _("%(asked)d drafts asked for; %(waiting)d being written, %(ready)d to approve.")
        self.stdout.write(told % {"asked": count, "waiting": waiting, "ready": ready})
        if not is_done:
            raise CommandError(_("Not all of it was done within an hour: run it again."))

    def _stats(self, options: dict[str, Any]) -> None:
        from support import figures  # noqa: PLC0415 - slow import
        from support.figures.asked_period import asked  # noqa: PLC0415 - as above
        from support.terminal.figures import table  # noqa: PLC0415 - as above

        since, until = _day("--from", options["since"]), _day("--to", options["until"])
        found = figures.summary(asked(options["period"], since, until))
        if options["json"]:
            told = json.dumps(found.as_dict(), ensure_ascii=False, indent=2)
            self.stdout.write(told)
        else:
            self.stdout.write(table(found))


def _asked(options: dict[str, Any]) -> str:
    """The one thing to do, by its name or by the first system's flag."""
    given = [name for name in ACTIONS if options.get(name.replace("-", "_"))]
    given += [options["action"]] if options["action"] else []
    if len(given) != 1:
        told = _("Say one thing to do: %(actions)s.")
        raise CommandError(told % {"actions": ", ".join(ACTIONS)})
    return str(given[0])


def _day(option: str, value: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(value) if value else None
    except ValueError as error:
        told = _("%(option)s: “%(value)s” is no date, write it like 2026-01-31.")
        raise CommandError(told % {"option": option, "value": value}) from error


def _with_field(error: DomainError) -> str:
    return f"{error.field}: {error}" if error.field else str(error)
