from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from backoffice.messaging.tests.making import use_twilio
from backoffice.messaging.tests.meta import use_meta
from backoffice.messaging.whatsapp_checks import (
    CLOUD_NAMES,
    check_whatsapp,
    check_whatsapp_cloud,
)

if TYPE_CHECKING:
    from pytest_django import Settings


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"TWILIO_AUTH_TOKEN": ""}, ["messaging.W001"]),
        ({"PUBLIC_URL": "http://127.0.0.1:8000"}, ["messaging.W002"]),
        ({"TWILIO_AUTH_TOKEN": "", "TWILIO_ACCOUNT_SID": "", "TWILIO_WHATSAPP_NUMBER": ""}, []),
    ],
)
def test_contradicting_settings_are_told(
    settings: Settings, changes: dict[str, str], expected: list[str]
):
    use_twilio(settings)
    for name, value in changes.items():
        setattr(settings, name, value)

    assert [warning.id for warning in check_whatsapp()] == expected


@pytest.mark.parametrize(
    ("missing", "expected"),
    [((), []), (("WHATSAPP_APP_SECRET",), ["messaging.W003"]), (CLOUD_NAMES, [])],
)
def test_a_cloud_api_that_is_half_set_up_is_told(
    settings: Settings, missing: tuple[str, ...], expected: list[str]
):
    use_meta(settings)
    for name in missing:
        setattr(settings, name, "")

    assert [warning.id for warning in check_whatsapp_cloud()] == expected
