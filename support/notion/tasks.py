"""Background entry points of Notion: each returns at once where it is not configured."""

from __future__ import annotations

import datetime as dt
from datetime import timedelta

from django.utils import timezone

from backoffice.core.jobs import enqueue
from support.models import NotionBase, NotionSync
from support.notion import asking, bases, pulling, pushing, setup, templates

KEPT = timedelta(days=90)


def push() -> None:
    """Write the pages that are due."""
    pushing.push()


def pull() -> None:
    """Take over what was edited in both bases; each in a job of its own."""
    for base in NotionBase:
        if bases.configured(base):
            enqueue(pull_base, str(base))


def pull_base(base: str) -> None:
    """Take over what was edited in the base, and note which templates were edited here."""
    run = pulling.pull(NotionBase(base))
    if base == NotionBase.REPLIES and run is not None and not run.failure:
        templates.mark_changed()


def compare_all() -> None:
    """Look through both bases, and give what failed and what was never written another go."""
    asking.catch_up()
    for base in NotionBase:
        enqueue(compare, str(base))


def compare(base: str, since: str = "", started: str = "") -> None:
    """Look through one base; a long one goes on in the next job."""
    begun = dt.datetime.fromisoformat(started) if started else timezone.now()
    after = dt.datetime.fromisoformat(since) if since else None
    run = pulling.compare(NotionBase(base), since=after, started=begun)
    if run is not None and run.is_cut:
        reached = run.reached or after
        enqueue(compare, base, reached.isoformat() if reached else "", begun.isoformat())


def look_at(page_id: str) -> None:
    """Ask whether the page is still there: Notion says that it was removed."""
    pulling.look_at(page_id)


def check() -> None:
    """Look at how both bases are made."""
    setup.check()


def prune() -> None:
    """Forget the runs of long ago, but for the last of each base."""
    for base in NotionBase:
        rows = NotionSync.objects.filter(base=base)
        last = rows.filter(seen_until__isnull=False).first()
        old = rows.filter(started_at__lt=timezone.now() - KEPT)
        (old.exclude(pk=last.pk) if last else old).delete()
