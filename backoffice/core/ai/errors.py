"""How a question to a model can end other than with an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.utils.translation import gettext as _

from backoffice.core.models import AiCall

if TYPE_CHECKING:
    from datetime import timedelta

Outcome = AiCall.Outcome


class AiError(Exception):
    """No usable answer; ``str()`` is a sentence for staff, without message content.

    ``permanent``: the same request will fail again. ``code`` is the service's
    own word. ``retry_after``: how long it asked us to wait. ``outcome`` is how
    the call is recorded; None where no call was made.
    """

    permanent: ClassVar[bool] = False
    outcome: ClassVar[AiCall.Outcome | None] = None

    def __init__(
        self, sentence: str = "", *, code: str = "", retry_after: timedelta | None = None
    ) -> None:
        super().__init__(sentence or self.default_sentence())
        self.code = code
        self.retry_after = retry_after

    @classmethod
    def default_sentence(cls) -> str:
        return _("The AI service gave no answer.")


class AiNotConfigured(AiError):
    """There is no key; no request was made."""

    @classmethod
    def default_sentence(cls) -> str:
        return _("No AI service is configured: set OPENAI_API_KEY.")


class AiLocalOnly(AiError):
    """LOCAL_ONLY is on; no request was made."""

    @classmethod
    def default_sentence(cls) -> str:
        return _("LOCAL_ONLY is on: nothing is sent to an AI service.")


class AiBudgetSpent(AiError):
    """This month's budget is used up; no request was made."""

    @classmethod
    def default_sentence(cls) -> str:
        return _(
            "This month's AI budget is spent:"
            " raise OPENAI_MONTHLY_BUDGET_USD or wait for next month."
        )


class AiRefused(AiError):
    """The model declined, or a content filter stopped it."""

    permanent = True
    outcome = Outcome.REFUSED

    @classmethod
    def default_sentence(cls) -> str:
        return _("The AI service declined to answer.")


class AiTruncated(AiError):
    """The answer reached the length limit before its end."""

    permanent = True
    outcome = Outcome.TRUNCATED

    @classmethod
    def default_sentence(cls) -> str:
        return _("The AI service's answer was cut short.")


class AiInvalidAnswer(AiError):
    """The answer does not have the shape that was asked for."""

    outcome = Outcome.INVALID

    @classmethod
    def default_sentence(cls) -> str:
        return _("The AI service's answer could not be used.")


class AiRateLimited(AiError):
    """Too many requests, also after waiting as long as a call may wait."""

    outcome = Outcome.RATE_LIMITED

    @classmethod
    def default_sentence(cls) -> str:
        return _("The AI service receives too many requests at the moment.")


class AiQuotaExhausted(AiError):
    """The account has no credit left; calls pause for a while."""

    permanent = True
    outcome = Outcome.QUOTA

    @classmethod
    def default_sentence(cls) -> str:
        return _("The AI account has no credit left: check its billing page.")


class AiTimeout(AiError):
    """No answer within OPENAI_TIMEOUT seconds, in any of the attempts."""

    outcome = Outcome.TIMEOUT

    @classmethod
    def default_sentence(cls) -> str:
        return _("The AI service did not answer in time.")


class AiUnavailable(AiError):
    """The service cannot be reached or reports a fault of its own."""

    outcome = Outcome.UNAVAILABLE

    @classmethod
    def default_sentence(cls) -> str:
        return _("The AI service cannot be reached at the moment.")


class AiRejected(AiError):
    """The service does not accept the request: key, region, model or content.

    ``is_about_key``: no other request with this key would be accepted either.
    """

    permanent = True
    outcome = Outcome.REJECTED

    def __init__(self, sentence: str = "", *, code: str = "", is_about_key: bool = False) -> None:
        super().__init__(sentence, code=code)
        self.is_about_key = is_about_key

    @classmethod
    def default_sentence(cls) -> str:
        return _("The AI service rejected the request.")
