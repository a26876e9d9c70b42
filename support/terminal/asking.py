"""The interactive mode: type a message, see what the desk would make of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from support.at_once import handle, rehearse
from support.terminal import showing

if TYPE_CHECKING:
    from collections.abc import Callable

YES = {"o", "oui", "y", "yes"}


def converse(lines: TextIO, say: Callable[[str], None], ask: Callable[[str], None]) -> None:
    """Go on until there is no more message; nothing is kept that nobody asked to be kept.

    ``say`` writes a line, ``ask`` a question whose answer stands on the same line.
    """
    while text := _message(lines, say):
        email = _answer(lines, ask, _("E-mail (may be left empty): "))
        number = _answer(lines, ask, _("Order number (may be left empty): "))
        try:
            found = rehearse(text, email=email, order_number=number)
        except DomainError as error:
            say(str(error))
            continue
        say("")
        say(showing.handled(found, rehearsed=True))
        say("")
        _offer_to_keep(lines, say, ask, (text, email, number))


def _offer_to_keep(
    lines: TextIO,
    say: Callable[[str], None],
    ask: Callable[[str], None],
    given: tuple[str, str, str],
) -> None:
    text, email, number = given
    if _answer(lines, ask, _("Keep it as a ticket? (y/N) ")).lower() not in YES:
        return
    email = email or _answer(lines, ask, _("E-mail of the customer: "))
    try:
        found = handle(text, email=email, order_number=number)
    except DomainError as error:
        say(str(error))
        return
    say(showing.handled(found).partition("\n")[0])


def _message(lines: TextIO, say: Callable[[str], None]) -> str:
    say(_("Type the message; an empty line ends it. Nothing, and that is the end."))
    typed = []
    while (line := lines.readline()).strip():
        typed.append(line.rstrip("\n"))
    return "\n".join(typed)


def _answer(lines: TextIO, ask: Callable[[str], None], question: str) -> str:
    ask(question)
    return lines.readline().strip()
