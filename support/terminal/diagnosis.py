"""What the desk needs and whether it is there: every line says what to do where it is not."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from itertools import product
from typing import TYPE_CHECKING, Literal

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from backoffice.core import ai
from backoffice.integrations import mail
from backoffice.integrations.errors import ServiceError
from backoffice.integrations.mailbox import MailboxAccount, open_folder
from backoffice.messaging import mailboxes
from support import seed_categories, seed_templates
from support.models import Category, Language, ReplyTemplate
from support.notion import setup as notion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

State = Literal["ok", "missing", "problem"]
OLDEST_PYTHON = (3, 11)
# What every category should have words for; other languages fall back to these.
NEEDED_LANGUAGES = (Language.FRENCH, Language.ENGLISH)
# Imported where they are needed only; the rest of what is installed Django has loaded by now.
LATE_MODULES = ("numpy", "scipy", "sklearn", "openai", "notion_client", "twilio", "reportlab")
FIRST_SYSTEM = ("DB_HOST", "DB_PORT", "DB_USER", "DB_PASSWORD", "DB_NAME")
_STATES: dict[str, State] = {"ok": "ok", "warning": "missing", "error": "problem"}


@dataclass(frozen=True, slots=True)
class Finding:
    """``missing`` is optional and not set up; a ``problem`` keeps something from working."""

    what: str
    state: State
    text: str
    mend: str = ""


def diagnose() -> Iterator[Finding]:
    """Look at one thing after the other; what needs a database is left out where there is none."""
    yield _python()
    yield from _modules()
    database = _database()
    yield database
    yield from _first_system()
    yield from _mailbox()
    yield _smtp()
    if database.state == "ok":
        migrations = _migrations()
        yield migrations
        if migrations.state == "ok":
            for look in _ON_THE_DATABASE:
                yield from look()


def create(parent: str = "") -> Iterator[Finding]:
    """Make what is missing: tables, reply templates, and Notion's properties where it is used.

    Nothing where there is no database: :func:`diagnose` says why.
    """
    if _database().state != "ok":
        return
    call_command("migrate", verbosity=0, interactive=False)
    before = ReplyTemplate.objects.count()
    # As the migrations do.
    with connection.schema_editor() as editor:
        seed_categories.seed(apps, editor)
        seed_templates.seed(apps, editor)
    made = ReplyTemplate.objects.count() - before
    yield Finding(_("Templates"), "ok", _("%(count)d made") % {"count": made})
    if settings.NOTION_TOKEN:
        yield from map(_of_notion, notion.create(parent))


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info >= OLDEST_PYTHON:
        return Finding("Python", "ok", version)
    return Finding("Python", "problem", version, _("Install Python 3.11 or later."))


def _modules() -> Iterator[Finding]:
    """The packages that are loaded when they are first needed: others would have been missed."""
    missing = [name for name in LATE_MODULES if find_spec(name) is None]
    if missing:
        mend = _("Run make install, or pip install -r requirements.txt.")
        yield Finding("Modules", "problem", ", ".join(missing), mend)


def _first_system() -> Iterator[Finding]:
    """Names of the first system's MySQL, which nobody reads here: said, not passed over."""
    names = [name for name in FIRST_SYSTEM if os.environ.get(name)]
    if names and not settings.DATABASE_URL:
        mend = _("Import its orders as CSV under Shop orders; a database of yours is DATABASE_URL.")
        told = _("%(names)s: of the first system, not used") % {"names": ", ".join(names)}
        yield Finding("MySQL", "missing", told, mend)


def _database() -> Finding:
    what = _("Database")
    try:
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            version = cursor.fetchone()[0]
    except (DatabaseError, OSError) as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        return Finding(what, "problem", reason, _("Look at DATABASE_URL, or leave it empty."))
    return Finding(what, "ok", f"PostgreSQL {version}")


def _migrations() -> Finding:
    what = _("Migrations")
    executor = MigrationExecutor(connection)
    left = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if left:
        told = _("%(count)d not applied") % {"count": len(left)}
        mend = _("Run manage.py support setup --create.")
        return Finding(what, "problem", told, mend)
    return Finding(what, "ok", _("all applied"))


def _mailbox() -> Iterator[Finding]:
    what, options = _("Support mailbox"), settings.MAILBOXES["support"]
    if not (options["user"] and options["password"]):
        missing = "SUPPORT_IMAP_PASSWORD" if options["user"] else "SUPPORT_IMAP_USER"
        mend = _("Set SUPPORT_IMAP_USER and SUPPORT_IMAP_PASSWORD.")
        yield Finding(what, "missing", _("no %(setting)s") % {"setting": missing}, mend)
        return
    account = MailboxAccount(**{key: options[key] for key in MailboxAccount.__slots__})
    for folder in mailboxes.folders("support"):
        yield _tried(what, f"{options['user']}, {folder}", partial(_open, account, folder))


def _open(account: MailboxAccount, folder: str) -> None:
    with open_folder(account, folder):
        pass


def _smtp() -> Finding:
    what = _("Outgoing mail")
    if not mail.configured():
        mend = _("Set SMTP_HOST, SMTP_USER and SMTP_PASSWORD.")
        return Finding(what, "missing", _("no %(setting)s") % {"setting": "SMTP_HOST"}, mend)
    return _tried(what, f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}", mail.try_connection)


def _tried(what: str, good: str, act: Callable[[], object]) -> Finding:
    try:
        act()
    except ServiceError as error:
        return Finding(what, "problem", good, str(error))
    return Finding(what, "ok", good)


def _openai() -> Iterator[Finding]:
    """One question of a few words: what is configured is what is asked."""
    if not settings.OPENAI_API_KEY:
        told = _("no %(setting)s") % {"setting": "OPENAI_API_KEY"}
        yield Finding("OpenAI", "missing", told, _("Nothing is needed: the local rules do."))
        return
    try:
        ai.chat(purpose="setup", instructions="Say ok.", parts=[ai.TextPart("ok?")])
    except ai.AiLocalOnly as error:
        yield Finding("OpenAI", "missing", str(error))
    except ai.AiError as error:
        yield Finding("OpenAI", "problem", str(error), _("Look at OPENAI_API_KEY."))
    else:
        yield Finding("OpenAI", "ok", _("the key works"))


def _notion() -> Iterator[Finding]:
    if not settings.NOTION_TOKEN:
        told = _("no %(setting)s") % {"setting": "NOTION_TOKEN"}
        yield Finding("Notion", "missing", told, _("Nothing is needed: the desk works without it."))
        return
    yield from map(_of_notion, notion.check())


def _of_notion(found: notion.Finding) -> Finding:
    what = f"Notion, {found.base.label}" if found.base else "Notion"
    return Finding(what, _STATES[found.level], found.text, found.mend)


def _classifier() -> Iterator[Finding]:
    from support.understanding import stored  # noqa: PLC0415 - slow import

    what = _("Classifier")
    try:
        stored.active()
    except (OSError, ValueError) as error:
        mend = _("Run manage.py train_support_classifier.")
        yield Finding(what, "problem", str(error)[:200], mend)
        return
    yield Finding(what, "ok", _("ready"))


def _templates() -> Iterator[Finding]:
    what = _("Templates")
    known = set(ReplyTemplate.objects.filter(is_active=True).values_list("category", "language"))
    categories = list(Category.objects.filter(is_active=True))
    gaps = [
        f"{category} ({language})"
        for category, language in product(categories, NEEDED_LANGUAGES)
        if (category.pk, language.value) not in known
    ]
    if not gaps:
        yield Finding(what, "ok", _("every category has one in French and English"))
        return
    mend = _("Write them in the admin; --create makes those of the first five categories.")
    yield Finding(what, "missing", ", ".join(gaps), mend)


_ON_THE_DATABASE: tuple[Callable[[], Iterator[Finding]], ...] = (
    _openai,
    _notion,
    _classifier,
    _templates,
)
