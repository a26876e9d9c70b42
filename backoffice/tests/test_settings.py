"""Settings: documented, typed, and clear about what is wrong."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import subprocess
import sys
import zoneinfo
from pathlib import Path

import pytest
from django.conf import settings

from backoffice import settings as source

ROOT = Path(settings.BASE_DIR)
# Defaults that depend on the place or on other variables.
DERIVED = {"DATA_DIR"}


def start(tmp_path: Path, code: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    """Load the settings in a process of their own, with these variables only."""
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "ENV_FILE": os.devnull}
    environment |= variables
    program = f"from backoffice import settings as s; {code}"
    return subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def documented() -> dict[str, str]:
    lines = (ROOT / ".env.example").read_text().splitlines()
    found = [re.fullmatch(r"#?([A-Z][A-Z0-9_]+)=(.*)", line) for line in lines]
    return {match[1]: match[2] for match in found if match}


def test_every_variable_is_documented_and_no_other():
    assert sorted(documented()) == sorted(source.env.declared)


def test_the_documented_defaults_are_the_real_ones(tmp_path: Path):
    shown = start(tmp_path, "import json; print(json.dumps(s.env.declared))")
    real = json.loads(shown.stdout)

    expected = {name: value for name, value in documented().items() if name not in DERIVED}
    assert {name: real[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("JOB_TIMEOUT", "soon", "JOB_TIMEOUT='soon' is not valid: give a whole number"),
        ("JOB_TIMEOUT", "-5", "JOB_TIMEOUT='-5' is not valid: give a whole number of 0 or more"),
        ("DEBUG", "perhaps", "DEBUG='perhaps' is not valid: give true or false"),
        ("PUBLIC_URL", "shop.example", "PUBLIC_URL='shop.example' is not valid: give an address"),
        ("CORS_ALLOWED_ORIGINS", "*", "CORS_ALLOWED_ORIGINS='*' is not valid: give origins such"),
        (
            "CORS_ALLOWED_ORIGINS",
            "https://shop.example/",
            "CORS_ALLOWED_ORIGINS='https://shop.example/' is not valid: give origins such",
        ),
        ("DATABASE_URL", "mysql://a/b", "DATABASE_URL="),
        ("DATABASE_URL", "not an address", "DATABASE_URL="),
        ("LOG_LEVEL", "LOUD", "LOG_LEVEL='LOUD' is not valid: give one of DEBUG, INFO"),
        ("OPENAI_PRICES", "{", "OPENAI_PRICES='{' is not valid: give JSON"),
        ("OPENAI_MONTHLY_BUDGET_USD", "much", "OPENAI_MONTHLY_BUDGET_USD='much' is not valid"),
    ],
)
def test_a_wrong_value_stops_the_start_with_one_sentence(
    tmp_path: Path, name: str, value: str, sentence: str
):
    ended = start(tmp_path, **{name: value})

    assert ended.returncode == 1
    assert ended.stderr.startswith(sentence)
    assert len(ended.stderr.splitlines()) == 1


def test_a_wrong_database_address_does_not_show_its_password(tmp_path: Path):
    ended = start(tmp_path, DATABASE_URL="mysql://joe:s3cret@host/name")

    assert "s3cret" not in ended.stderr


def test_the_old_systems_names_still_work(tmp_path: Path):
    ended = start(
        tmp_path,
        "print(s.PUBLIC_URL, s.MAILBOXES['orders']['user'], s.EMAIL_HOST_PASSWORD, s.EMAIL_HOST)",
        NGROK_URL="https://abc.ngrok.example/",
        GMAIL_EMAIL="desk@shop.example",
        GMAIL_APP_PASSWORD="abcd efgh",
    )

    assert ended.stdout == "https://abc.ngrok.example desk@shop.example abcd efgh smtp.gmail.com\n"


def test_a_secret_key_is_made_once_and_kept_private(tmp_path: Path):
    first = start(tmp_path, "print(s.SECRET_KEY)").stdout

    assert start(tmp_path, "print(s.SECRET_KEY)").stdout == first
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_an_empty_secret_key_file_is_made_anew(tmp_path: Path):
    (tmp_path / "secret_key").write_text("")

    assert len(start(tmp_path, "print(s.SECRET_KEY)").stdout) > 64


def test_the_public_address_is_one_the_site_answers_to(tmp_path: Path):
    address = "https://abc.ngrok.example"

    shown = start(tmp_path, "print(s.ALLOWED_HOSTS)", PUBLIC_URL=address).stdout

    assert shown == "['localhost', '127.0.0.1', '[::1]', 'abc.ngrok.example']\n"


def test_time_zones_are_those_of_today_whatever_the_host_has():
    noon = dt.datetime(2026, 11, 21, 12, tzinfo=zoneinfo.ZoneInfo("Africa/Casablanca"))

    assert noon.utcoffset() == dt.timedelta(0)


def test_local_only_refuses_to_keep_files_elsewhere(tmp_path: Path):
    ended = start(tmp_path, LOCAL_ONLY="true", S3_BUCKET="documents")

    assert ended.returncode == 1
    assert ended.stderr.startswith("S3_BUCKET='documents' is not valid")
