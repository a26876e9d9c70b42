"""The French catalogue: what is said in the code, and how it is said in French.

Needs no gettext programs: Django turns templates into Python that names their
messages, babel reads, merges and compiles.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import django
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po
from django.apps import apps
from django.conf import settings
from django.utils.translation.template import templatize

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from babel.messages.catalog import Message

    Key = tuple[str | None, str]

LANGUAGE = "fr"
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# Apps that show texts to staff and say less than all of them in French.
BORROWED = (
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.import_export",
    "import_export",
    "django_q",
)
# Their folders that belong to other apps, or speak to programmers and logs only.
NOT_FOR_STAFF = {"tests", "migrations", "contrib", "brokers", "management"}
NOT_FOR_STAFF |= {"cluster.py", "conf.py", "monitor.py", "pusher.py", "worker.py", "scheduler.py"}
NOT_FOR_STAFF |= {"timeout.py", "resources.py", "utils.py"}
OWN_SKIPPED = {"tests", "migrations", "testing"}
OWN = ("backoffice", "crm", "orders", "support", "listings", "scoring", "templates")
EPOCH = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
PLACEHOLDER = re.compile(r"%\((\w+)\)[-\d.]*([a-z])|\{(\w*)\}|%([sd])")


@dataclass(frozen=True, slots=True)
class Paths:
    po: Path
    mo: Path


def paths() -> Paths:
    folder = Path(settings.LOCALE_PATHS[0]) / LANGUAGE / "LC_MESSAGES"
    return Paths(folder / "django.po", folder / "django.mo")


def extract() -> Catalog:
    """Everything that has to be said in French."""
    found = _new_catalogue()
    for folder in OWN:
        for message in _messages(settings.BASE_DIR / folder, OWN_SKIPPED):
            _add(found, *message)
    known = _translated_by_others()
    for name in BORROWED:
        package = Path(str(import_module(name).__path__[0]))
        for context, ids in _messages(package, NOT_FOR_STAFF):
            if (context, ids[0]) not in known:
                _add(found, context, ids)
    return found


def load() -> Catalog:
    """The catalogue as kept; empty where there is none yet."""
    po = paths().po
    if not po.exists():
        return _new_catalogue()
    with po.open("rb") as file:
        return read_po(file, locale=LANGUAGE)


def merge(kept: Catalog, found: Catalog) -> Catalog:
    """What is ``found``, with the translations ``kept``; what nobody says any more is dropped."""
    merged = _new_catalogue()
    for message in found:
        if message.id:
            before = kept.get(message.id, message.context)
            fits = before is not None and before.pluralizable == message.pluralizable
            string = before.string if before is not None and fits else None
            merged.add(message.id, string, context=message.context)
    return merged


def to_po(catalogue: Catalog) -> bytes:
    out = io.BytesIO()
    write_po(out, catalogue, sort_output=True, no_location=True, width=100)
    return out.getvalue()


def to_mo(catalogue: Catalog) -> bytes:
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def problems(kept: Catalog, found: Catalog) -> list[str]:
    """What is wrong with the catalogue as kept, one short line each."""
    found_keys = {_key(message): message for message in found if message.id}
    kept_keys = {_key(message): message for message in kept if message.id}
    lines = [f"missing: {_short(key)}" for key in found_keys if key not in kept_keys]
    lines += [
        f"nobody says it any more: {_short(key)}" for key in kept_keys if key not in found_keys
    ]
    for key in found_keys.keys() & kept_keys.keys():
        lines += [f"{fault}: {_short(key)}" for fault in _faults(kept_keys[key])]
    return sorted(lines)


def _faults(message: Message) -> Iterator[str]:
    strings = _all(message.string)
    if message.fuzzy:
        yield "fuzzy"
    if not strings or not all(strings):
        yield "not translated"
        return
    wanted = [_placeholders(text) for text in _all(message.id)]
    given = [_placeholders(text) for text in strings]
    # A singular may do without the number; the last form must have everything.
    if given[-1] != wanted[-1] or any(form - wanted[-1] for form in given):
        yield "other placeholders"


def _placeholders(text: str) -> set[str]:
    return {match.group().replace("%%", "") for match in PLACEHOLDER.finditer(text)}


def _all(ids: object) -> tuple[str, ...]:
    return (ids,) if isinstance(ids, str) else tuple(ids) if isinstance(ids, list | tuple) else ()


def _key(message: Message) -> Key:
    return message.context, _all(message.id)[0]


def _short(key: Key) -> str:
    return repr(key[1][:60])


def _new_catalogue() -> Catalog:
    return Catalog(
        locale=LANGUAGE,
        project="backoffice",
        version="1",
        header_comment="# The back office in French; see docs/extending.md.",
        msgid_bugs_address="",
        last_translator="",
        language_team="",
        charset="utf-8",
        # The real dates would differ at every run and say nothing.
        creation_date=EPOCH,
        revision_date=EPOCH,
        fuzzy=False,
    )


def _add(catalogue: Catalog, context: str | None, ids: tuple[str, ...]) -> None:
    catalogue.add(ids if len(ids) > 1 else ids[0], context=context)


def _messages(folder: Path, skipped: set[str]) -> Iterator[tuple[str | None, tuple[str, ...]]]:
    """(context, (singular[, plural])) of every message below ``folder``."""
    for path in sorted(folder.rglob("*")):
        if skipped & set(path.relative_to(folder).parts):
            continue
        if path.suffix == ".py":
            yield from _in_python(path.read_text())
        elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
            yield from _in_python(_as_python(path))


def _as_python(path: Path) -> str:
    text = templatize(path.read_text(), origin=str(path))
    # What is left of the page's indentation would not be Python's.
    return "\n".join(line.strip() for line in text.splitlines())


def _in_python(source: str) -> Iterator[tuple[str | None, tuple[str, ...]]]:
    calls = extract_python(io.BytesIO(source.encode()), KEYWORDS, [], {"encoding": "utf-8"})
    for _line, name, arguments, _comments in calls:
        texts = arguments if isinstance(arguments, list | tuple) else (arguments,)
        spec = KEYWORDS[str(name)] or (1,)
        contexts = [place[0] for place in spec if isinstance(place, tuple)]
        places = [place for place in spec if isinstance(place, int)]
        wanted = [texts[place - 1] if place <= len(texts) else None for place in places]
        if all(isinstance(text, str) and text for text in wanted):
            context = texts[contexts[0] - 1] if contexts else None
            yield context, tuple(str(text) for text in wanted)


def _translated_by_others() -> set[Key]:
    folders = [Path(django.__file__).parent / "conf"]
    folders += [Path(config.path) for config in apps.get_app_configs()]
    keys: set[Key] = set()
    for folder in folders:
        mo = folder / "locale" / LANGUAGE / "LC_MESSAGES" / "django.mo"
        if mo.exists():
            keys.update(_translated(mo))
    return keys


def _translated(mo: Path) -> Iterable[Key]:
    with mo.open("rb") as file:
        return [_key(message) for message in read_mo(file) if message.id and message.string]
