"""Vision and transcription on behalf of one message."""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING, TypeVar

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext as _

from backoffice.core import ai
from backoffice.messaging.documents.problems import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")

# Asked again, these may be answered; every other AiError will be raised again.
PASSING = (ai.AiRateLimited, ai.AiTimeout, ai.AiUnavailable)
# Of the time a job may take, for pictures and recordings; the rest is for the desk.
SHARE_OF_JOB = 0.5
# Longer than all attempts at a message take.
KEPT_SECONDS = 3600
# A sample of how people speak to us; it tells the model which languages to expect.
SPOKEN = (
    "Salam, bghit ncommandi b7al dima 3afak, bonjour, je voudrais commander, livraison nhar "
    "ljem3a, ghedda wla simana jaya, alf, alfayn, miya, commande, facture, devis, choukran."
)


class Models:
    """Reads pictures and writes down recordings for the document readers.

    ``passing`` keeps the last failure that may be over soon: the readers only
    learn that the document cannot be read now.
    """

    def __init__(self, vocabulary: str = "") -> None:
        self.passing: ai.AiError | None = None
        self._vocabulary = vocabulary
        self._deadline = time.monotonic() + settings.JOB_TIMEOUT * SHARE_OF_JOB

    def see(self, images: Sequence[bytes], mime: str) -> str:
        """The text in the pictures; pages read before a job ran out of time are not paid twice."""
        digest = hashlib.sha256(b"".join(hashlib.sha256(image).digest() for image in images))
        key = f"seen:{digest.hexdigest()}"
        known: str | None = cache.get(key)
        if known is not None:
            return known
        seen = self._ask(lambda: ai.read_images(images, purpose="read_document", mime=mime))
        cache.set(key, seen, KEPT_SECONDS)
        return seen

    def hear(self, audio: bytes, filename: str, mime: str) -> ai.Transcript:  # noqa: ARG002 - see below
        return self._ask(
            lambda: ai.transcribe(
                audio,
                # The service goes by the ending, and people's names for a recording have any.
                filename="voice." + mime.rpartition("/")[2],
                mime=mime,
                purpose="transcribe",
                prompt=f"{SPOKEN} {self._vocabulary}".strip(),
                languages=("ar", "fr"),
            )
        )

    def _ask(self, call: Callable[[], T]) -> T:
        if time.monotonic() > self._deadline:
            self.passing = ai.AiTimeout()
            raise Unreadable(_("There was no time left to read this. Read the message again."))
        try:
            return call()
        except ai.AiError as error:
            if isinstance(error, PASSING):
                self.passing = error
            raise Unreadable(str(error)) from error
