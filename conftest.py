"""What every test may count on: its own data folder, and no network but this machine's."""

from __future__ import annotations

import ipaddress
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

# Before Django reads its settings, which is why pyproject.toml does not name them: pytest-django
# would read them before this file. One server for all parallel test processes; the developer's
# own environment and .env do not reach the tests.
_DATA = Path(__file__).parent / ".data" / "tests"
_IS_OURS = os.environ.setdefault("DATA_DIR", str(_DATA)) == str(_DATA)
os.environ["ENV_FILE"] = os.devnull
os.environ["DJANGO_SETTINGS_MODULE"] = "backoffice.settings"
os.environ["NO_PROXY"] = "127.0.0.1,localhost"


def _stay_at_home(event: str, arguments: tuple[object, ...]) -> None:
    """Refuse any connection that would leave the machine."""
    if event != "socket.connect":
        return
    address = arguments[1]
    if isinstance(address, tuple):
        host = str(address[0])
        if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
            message = f"a test tried to reach {host}"
            raise ConnectionRefusedError(message)


sys.addaudithook(_stay_at_home)


def pytest_configure() -> None:
    """Serve static files as they lie in the packages: nothing has to be collected first."""
    from django.conf import settings  # noqa: PLC0415 - the environment above comes first

    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    settings.WHITENOISE_AUTOREFRESH = True
    settings.WHITENOISE_USE_FINDERS = True


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave no database server behind, unless another test run is using it."""
    from backoffice.core.database import server  # noqa: PLC0415 - not before Django is set up

    if _IS_OURS and not hasattr(config, "workerinput"):
        server.stop_if_unused(_DATA / "postgres")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have every test that empties the tables put the migrations' rows back.

    All of them or none: rows that one test restored and rows that the next one's
    post_migrate handlers make anew would be the same roles under two numbers.
    """
    for item in items:
        mark = item.get_closest_marker("django_db")
        if mark and mark.kwargs.get("transaction"):
            whole = pytest.mark.django_db(transaction=True, serialized_rollback=True)
            item.add_marker(whole, append=False)


@pytest.fixture(autouse=True)
def _house_language() -> None:
    """A request leaves its language to the thread: a test must not speak the last one's."""
    from django.utils import translation  # noqa: PLC0415 - as above

    translation.deactivate()


@pytest.fixture(autouse=True)
def _count_anew() -> None:
    """Some numbers are kept for some seconds: a test must not see the last one's."""
    from backoffice.core import api_keys, kept  # noqa: PLC0415 - as above

    # On a busy machine a page may take longer than that, and the second would count once more.
    kept.SECONDS = 600.0
    kept.forget_all()
    api_keys.recall.forget()


@pytest.fixture
def english(settings: Settings) -> Iterator[None]:
    """Sentences as the source has them, whatever the catalogue says: for tests that quote one."""
    from django.utils import translation  # noqa: PLC0415 - not before Django is set up

    # The pages of the admin speak the house's language, whatever the thread spoke.
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield
