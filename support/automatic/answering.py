"""Whether a reply tells what the customer asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from support.drafting.placeholders import OF_ORDER, needs_order

if TYPE_CHECKING:
    from collections.abc import Collection

    from support.models import Draft

# Where an order is, its date tells as well as its status.
_ALSO: Final = {"order_status": ("order_status", "delivery_date")}


def leaves_unsaid(asked: Collection[str], draft: Draft) -> bool:
    """Whether the draft leaves out a fact that is asked for, known or not.

    ``asked`` are names of placeholders, and "other" for what none of them tells. To a reply
    that states facts of an order something must have been asked that it tells; what replies
    to other questions say, nobody but their author knows.
    """
    template, said = draft.template, _plain(draft.body)
    states_order = template is not None and needs_order(template.body)
    known = [name for name in asked if name in OF_ORDER]
    if states_order and (not known or len(known) < len(asked)):
        return True
    return any(not _is_said(name, draft.facts, said) for name in known)


def unsaid(asked: Collection[str], facts: dict[str, str], body: str) -> list[str]:
    """Names of facts that are asked for and known, and that the reply does not tell."""
    said = _plain(body)
    known = [name for name in asked if name in OF_ORDER and facts.get(name)]
    return sorted(name for name in known if not _is_said(name, facts, said))


def _is_said(name: str, facts: dict[str, str], said: str) -> bool:
    known = [facts.get(one, "") for one in _ALSO.get(name, (name,))]
    return any(_plain(value) in said for value in known if value)


def _plain(text: str) -> str:
    """Line breaks and hard blanks are blanks; case does not matter."""
    return " ".join(text.split()).lower()
