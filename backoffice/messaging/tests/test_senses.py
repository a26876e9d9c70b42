from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from backoffice.core import ai
from backoffice.messaging.documents.problems import Unreadable
from backoffice.messaging.senses import Models
from backoffice.messaging.tests.test_processing import picture
from backoffice.testing.openai import COMPLETIONS, completion, openai_server

if TYPE_CHECKING:
    from pytest_django import Settings

pytestmark = pytest.mark.django_db


def test_page_read_before_the_time_was_up_is_not_asked_for_again(settings: Settings):
    with openai_server(settings) as server:
        server.answers("POST", COMPLETIONS, completion("500 sachets"), completion("page two"))
        first = Models()
        assert first.see([picture()], "image/jpeg") == "500 sachets"
        first._deadline = time.monotonic() - 1
        with pytest.raises(Unreadable):
            first.see([picture() + b" "], "image/jpeg")
        assert isinstance(first.passing, ai.AiTimeout)

        again = Models()
        seen = [again.see([page], "image/jpeg") for page in (picture(), picture() + b" ")]

        assert seen == ["500 sachets", "page two"]
        assert len(server.requests_to(COMPLETIONS, "POST")) == 2
