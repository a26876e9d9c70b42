"""Reading settings from the environment, with one clear sentence when one is wrong."""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import sys
import warnings
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import environ

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")
_ORIGIN = re.compile(r"https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(:\d{1,5})?")
# Names whose values may hold a secret, addresses with a password included.
_SECRET = re.compile("PASSWORD|SECRET|KEY|TOKEN|DATABASE_URL|REDIS_URL")


def _spelled(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ",".join(value)
    return json.dumps(value) if isinstance(value, dict) else str(value)


class Environment:
    """Typed access to environment variables; ``.env`` fills what is not set.

    Every read takes ``aliases``: names that older systems used for the same
    thing, looked at in order when the first is unset.
    """

    def __init__(self, dotenv: Path | str) -> None:
        self._env = environ.Env()
        # What was asked for, with its default as people would write it: .env.example lists these.
        self.declared: dict[str, str] = {}
        if Path(dotenv).is_file():
            environ.Env.read_env(str(dotenv))

    def text(self, name: str, default: str, aliases: Sequence[str] = ()) -> str:
        return self._read(name, default, aliases, str, "a text")

    def number(self, name: str, default: int, aliases: Sequence[str] = ()) -> int:
        value = self._read(name, default, aliases, int, "a whole number")
        return value if value >= 0 else self.refuse(name, "a whole number of 0 or more")

    def flag(self, name: str, *, default: bool) -> bool:
        words = {"1": True, "true": True, "yes": True, "on": True}
        words |= {"0": False, "false": False, "no": False, "off": False}
        return self._read(name, default, (), lambda raw: words[raw.lower()], "true or false")

    def items(self, name: str, default: Sequence[str] = ()) -> list[str]:
        return self._read(name, [*default], (), self._split, "values with commas between")

    def origins(self, name: str) -> list[str]:
        """Addresses of sites: scheme, host and perhaps a port; none without the variable."""
        given = self.items(name)
        if all(_ORIGIN.fullmatch(one) for one in given):
            return given
        return self.refuse(name, "origins such as https://shop.example, without a path")

    def decimal(self, name: str, default: str) -> Decimal:
        return self._read(name, Decimal(default), (), Decimal, "a number such as 50 or 12.5")

    def json(self, name: str, default: T) -> T:
        return self._read(name, default, (), lambda _: self._env.json(name), "JSON")

    def choice(self, name: str, default: str, choices: Sequence[str]) -> str:
        value = self.text(name, default)
        return value if value in choices else self.refuse(name, "one of " + ", ".join(choices))

    def url(self, name: str, default: str, aliases: Sequence[str] = ()) -> str:
        value = self.text(name, default, aliases)
        if value.startswith(("http://", "https://")):
            return value
        return self.refuse(name, "an address that begins with http:// or https://")

    def path(self, name: str, default: Path) -> Path:
        return Path(self.text(name, str(default))).expanduser().resolve()

    def database(self, url: str, data_dir: Path, name: str) -> dict[str, Any]:
        """Settings of the given server, or of the embedded one when ``url`` is empty.

        ``name`` takes another database of that server than its usual one.
        """
        common = {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
        if not url:
            return {
                "ENGINE": "backoffice.core.database",
                "NAME": name or "backoffice",
                "USER": "postgres",
                "OPTIONS": {"embedded_dir": data_dir / "postgres"},
                **common,
            }
        try:
            # Its warning about what is no address would print the parts of it.
            with warnings.catch_warnings(action="ignore"):
                parsed = environ.Env.db_url_config(url)
        except (ValueError, environ.ImproperlyConfigured):
            parsed = {}
        if "postgres" not in str(parsed.get("ENGINE", "")):
            self.refuse("DATABASE_URL", "postgresql://user:password@host:5432/name")
        parsed["NAME"] = name or parsed["NAME"]
        return {**parsed, "ENGINE": "django.db.backends.postgresql", **common}

    def cache(self, redis_url: str) -> dict[str, Any]:
        """A cache that all processes share: Redis, or a table of the database."""
        if redis_url:
            return {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": redis_url}
        return {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}

    def storages(self, s3_bucket: str, *, debug: bool) -> dict[str, Any]:
        files: dict[str, Any] = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
        if s3_bucket:
            options = {"bucket_name": s3_bucket, "default_acl": "private", "querystring_auth": True}
            files = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
        static = "django.contrib.staticfiles.storage.StaticFilesStorage"
        if not debug:
            static = "whitenoise.storage.CompressedManifestStaticFilesStorage"
        return {"default": files, "staticfiles": {"BACKEND": static}}

    def mailbox(self, prefix: str, aliases: tuple[str, str] | None = None) -> dict[str, Any]:
        """An IMAP mailbox from ``<prefix>_HOST``, ``_PORT`` ...; switched off without a user.

        ``aliases`` are older names of the user and the password.
        """
        user, password = aliases or ("", "")
        return {
            "host": self.text(f"{prefix}_HOST", "imap.gmail.com"),
            "port": self.number(f"{prefix}_PORT", 993),
            "user": self.text(f"{prefix}_USER", "", [user]),
            "password": self.text(f"{prefix}_PASSWORD", "", [password]),
            "folder": self.text(f"{prefix}_FOLDER", "INBOX"),
            "security": self.choice(f"{prefix}_SECURITY", "tls", ["tls", "starttls", "none"]),
            "timeout": 30,
        }

    def generated_secret(self, path: Path) -> str:
        """The secret kept in ``path``, made on first use and readable by us only."""
        if not path.is_file() or not path.stat().st_size:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True)
            # Whole or not at all: a crash must not leave half a key, nor two starts two keys.
            draft = path.with_name(f"{path.name}.{os.getpid()}")
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(64))
            with contextlib.suppress(FileExistsError):
                os.link(draft, path)
            draft.unlink()
        return path.read_text().strip()

    def _read(
        self, name: str, default: T, aliases: Sequence[str], parse: Callable[[str], T], form: str
    ) -> T:
        self.declared[name] = _spelled(default)
        for candidate in (name, *aliases):
            raw = os.environ.get(candidate, "").strip()
            if raw:
                try:
                    return parse(raw)
                except (ValueError, KeyError, InvalidOperation, environ.ImproperlyConfigured):
                    self.refuse(candidate, form)
        return default

    @staticmethod
    def _split(raw: str) -> list[str]:
        return [part.strip() for part in raw.split(",") if part.strip()]

    @staticmethod
    def refuse(name: str, form: str) -> NoReturn:
        """Stop the start with one sentence: the value of ``name`` is not ``form``."""
        shown = "(hidden)" if _SECRET.search(name) else repr(os.environ.get(name, ""))
        sys.exit(f"{name}={shown} is not valid: give {form}, in the environment or in .env.")
