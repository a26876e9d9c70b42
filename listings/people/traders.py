"""Who wrote a message: the trader of its addresses, joined only by explicit statements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.messaging import outbox, window
from backoffice.messaging.cloud import facts as cloud_facts
from backoffice.messaging.models import Channel, InboundMessage
from crm.models import CustomerIdentity
from listings.deciding.refusals import TraderNotFound, require
from listings.matching import languages
from listings.models import Trader, TraderAddress
from listings.people import joining, locks

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from django.contrib.auth.models import User
    from django.db.models import Model

    from backoffice.messaging.models import OutboundMessage

Kind = TraderAddress.Kind
Address = tuple[str, str]  # kind, value
# So many words more than of any other language, in so many characters of the first message that
# has them: templates and drafts go by it. What staff choose stays.
_CLEARLY, _HEARD = 2, 1000
_IDENTITY: Final = {
    Kind.PHONE: CustomerIdentity.Kind.PHONE,
    Kind.USER_ID: CustomerIdentity.Kind.WHATSAPP_USER,
}


def of_message(message: InboundMessage) -> Trader:
    """The trader who sent it, made where nobody is known by its addresses; inside a transaction.

    The key is the WhatsApp user id where there is one. A message that carries both phone and user
    id states that they are one person; two traders known so far apart become one then. The row
    stays locked until the transaction ends, so that nobody joins it with another meanwhile.
    """
    phone, user_id = message.sender_phone, message.sender_user_id
    stated = _addresses(phone=phone, user_id=user_id)
    if not stated:
        raise DomainError(
            _("The message names no sender: nobody could be answered."), code="no_sender"
        )
    trader = _known(stated) or _settle(_without_passed_on(stated), at=message.sent_at)
    _note(trader, message)
    return trader


def known_by(*, phone: str = "", user_id: str = "") -> Trader | None:
    """The trader of an address, the user id before the phone; None where nobody is known by it."""
    for kind, value in reversed(_addresses(phone=phone, user_id=user_id)):
        row = TraderAddress.objects.filter(kind=kind, value=value).select_related("trader").first()
        if row is not None:
            return row.trader
    return None


def link(
    *,
    phone: str = "",
    user_id: str = "",
    former: tuple[str, ...] = (),
    at: dt.datetime | None = None,
) -> Trader | None:
    """Join addresses that WhatsApp states to be one person's (number change, shared contact).

    ``former`` are those given up ``at`` that moment; one by which the person wrote later is not.
    None where no address is given. Inside a transaction, before any trader's row is locked.
    """
    at = at or timezone.now()
    left = [_kind_of(value) for value in former if value and value not in {phone, user_id}]
    used = _addresses(phone=phone, user_id=user_id)
    if not (left or used):
        return None
    locks.alone_with(locks.TRADERS)
    _take_over_abandoned(used, of=[*left, *used])
    trader = _settle([*left, *used], at=at)
    values = [value for _kind, value in used]
    trader.addresses.filter(value__in=values, is_former=True).update(is_former=False)
    for _kind, value in left:
        if not _wrote_after(value, at):
            trader.addresses.filter(value=value).update(is_former=True)
    return trader


def recipient(trader: Trader) -> str:
    """Where the trader is written to: the newest address in use, the user id first; or empty."""
    rows = [row for row in trader.addresses.all() if not row.is_former]
    best = max(rows, key=lambda row: (row.kind == Kind.USER_ID, row.pk), default=None)
    return best.value if best else ""


def write(
    trader_id: int, body: str, *, key: str, by: User, about: Model | None = None
) -> OutboundMessage:
    """Write a person's words to the trader through the outbox (channel wa_cloud).

    To the newest address that is not former, the user id first. Raises ``DomainError`` where none
    is known, the trader was erased, or the 24-hour window is shut (a template is needed then).
    """
    require(by, "listings.write_trader")
    with transaction.atomic():
        trader = Trader.objects.filter(pk=trader_id).first()
        if trader is None:
            raise TraderNotFound(trader_id)
        if trader.erased_at:
            told = _("This trader's personal data were erased: nobody can be written to.")
            raise DomainError(told, code="erased", field="trader_id", value=trader_id)
        address = recipient(trader)
        if not address:
            told = _("No number or user id of %(name)s is known that is still in use.")
            raise DomainError(told % {"name": trader}, code="no_address", field="trader_id")
        if not is_open(trader):
            told = _(
                "%(name)s last wrote more than 24 hours ago: WhatsApp lets only an approved"
                " template through now. Choose one."
            )
            raise DomainError(told % {"name": trader}, code="window_shut", field="body")
        return outbox.queue_text(
            key=key,
            channel=Channel.WHATSAPP_CLOUD,
            recipient=address,
            recipient_name=str(trader),
            body=body,
            language=trader.language,
            about=about or trader,
            author=by,
        )


def is_open(trader: Trader) -> bool:
    """Whether WhatsApp lets free text through to the trader now."""
    return any(
        window.is_open(row.value, Channel.WHATSAPP_CLOUD)
        for row in trader.addresses.all()
        if not row.is_former
    )


def _addresses(*, phone: str, user_id: str) -> list[Address]:
    return [
        *([(Kind.PHONE.value, phone)] if phone else []),
        *([(Kind.USER_ID.value, user_id)] if user_id else []),
    ]


def _kind_of(value: str) -> Address:
    return (Kind.PHONE if value.startswith("+") else Kind.USER_ID).value, value


def _rows(stated: Sequence[Address]) -> list[TraderAddress]:
    rows = TraderAddress.objects.filter(value__in=[value for _kind, value in stated])
    return [row for row in rows if (row.kind, row.value) in stated]


def _known(stated: Sequence[Address]) -> Trader | None:
    """The trader who has all of these addresses, locked; None where there is something to settle.

    While we waited for the lock they may have gone to another trader, or been erased.
    """
    for _attempt in range(3):
        trader_id = _only_one(stated)
        if trader_id is None:
            return None
        trader = Trader.objects.select_for_update(no_key=True).filter(pk=trader_id).first()
        if trader is not None and _only_one(stated) == trader_id:
            return trader
    return None


def _only_one(stated: Sequence[Address]) -> int | None:
    """The id of the one trader who has all of these addresses."""
    rows = _rows(stated)
    ids = {row.trader_id for row in rows}
    return ids.pop() if len(rows) == len(stated) and len(ids) == 1 else None


def _wrote_after(value: str, moment: dt.datetime) -> bool:
    """Whether somebody wrote from this address later: notices may be read out of order."""
    return InboundMessage.objects.filter(
        Q(sender_phone=value) | Q(sender_user_id=value),
        channel=Channel.WHATSAPP_CLOUD,
        is_automatic=False,
        sent_at__gt=moment,
    ).exists()


def _without_passed_on(stated: list[Address]) -> list[Address]:
    """Drop a phone that its trader gave up when somebody with another user id writes from it."""
    if len(stated) == 1:
        return stated
    by_value = {row.value: row for row in _rows(stated)}
    phone, user = stated
    row = by_value.get(phone[1])
    known = by_value.get(user[1])
    if row is not None and row.is_former and (known is None or known.trader_id != row.trader_id):
        return [user]
    return stated


def _take_over_abandoned(used: Sequence[Address], *, of: Sequence[Address]) -> None:
    """Free addresses that somebody else gave up: they are another person's now, joined to nobody.

    That one is still known by what is theirs today; alone in the house.
    """
    rows = _rows(of)
    ours = {row.trader_id for row in rows if not row.is_former or _is_left(row, used)}
    for row in rows:
        if row.is_former and (row.kind, row.value) in used and row.trader_id not in ours:
            row.delete()


def _is_left(row: TraderAddress, used: Sequence[Address]) -> bool:
    return (row.kind, row.value) not in used


def _settle(stated: Sequence[Address], *, at: dt.datetime) -> Trader:
    """The one trader of these addresses: made, completed or joined; alone in the house."""
    locks.alone_with(locks.TRADERS)
    rows = _rows(stated)
    ids = sorted({row.trader_id for row in rows})
    held = list(Trader.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    if held:
        trader = joining.join(held)
    else:
        trader = Trader.objects.create(
            first_seen_at=at, last_seen_at=at, customer_id=_customer_of(stated)
        )
    missing = [one for one in stated if one not in {(row.kind, row.value) for row in rows}]
    TraderAddress.objects.bulk_create(
        TraderAddress(trader=trader, kind=kind, value=value) for kind, value in missing
    )
    return trader


def _customer_of(stated: Sequence[Address]) -> int | None:
    """The customer whose confirmed address one of these is; None where that is not one."""
    found: set[int] = set()
    for kind, value in stated:
        rows = CustomerIdentity.objects.filter(
            kind=_IDENTITY[Kind(kind)],
            value=value,
            is_confirmed=True,
            customer__archived_at=None,
            customer__merged_into=None,
        )
        found.update(rows.values_list("customer_id", flat=True))
    return found.pop() if len(found) == 1 else None


def _note(trader: Trader, message: InboundMessage) -> None:
    """Keep what the newest message says of its sender; the row is locked."""
    changed: dict[str, object] = {}
    if message.sent_at < trader.first_seen_at:
        changed["first_seen_at"] = message.sent_at
    if message.sent_at >= trader.last_seen_at:
        changed |= _said_of_sender(trader, message)
    elif not trader.name and message.sender_name:
        changed["name"] = message.sender_name[:200]
    if not trader.language:
        heard = languages.heard(message.body[:_HEARD], ahead=_CLEARLY)
        changed |= {"language": heard} if heard else {}
    if not changed:
        return
    for name, value in changed.items():
        setattr(trader, name, value)
    trader.save(update_fields=[*changed])


def _said_of_sender(trader: Trader, message: InboundMessage) -> dict[str, object]:
    facts = cloud_facts.of(message)
    said: dict[str, object] = {}
    if message.sent_at > trader.last_seen_at:
        said["last_seen_at"] = message.sent_at
    name = (message.sender_name or facts.profile_name)[:200]
    if name and name != trader.name:
        said["name"] = name
    if facts.username and facts.username != trader.username:
        said["username"] = facts.username
    used = [value for value in (message.sender_phone, message.sender_user_id) if value]
    if message.sent_at > trader.last_seen_at:
        # It was given up before the newest message we know: by this one it is in use again.
        trader.addresses.filter(value__in=used, is_former=True).update(is_former=False)
    return said
