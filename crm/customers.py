"""Who is writing: recognising a customer, and registering a new one once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core import phones
from backoffice.core.errors import DomainError
from crm.models import Customer, CustomerIdentity
from crm.names import distinctive_words, is_part, likeness
from crm.signals import customers_changed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

# Two spellings of one firm's name; below it, a likeness is only worth a look.
SAME_NAME = 0.88
PERHAPS_SAME_NAME = 0.80
# Above this the match may be acted on; below it a person should look.
CERTAIN = 0.9
# A runner-up this close leaves the choice to a person.
TOO_CLOSE = 0.03
CANDIDATES = 300
# Their addresses say nothing about the firm.
PUBLIC_MAIL = frozenset(
    {
        "gmail.com",
        "googlemail.com",
        "hotmail.com",
        "hotmail.fr",
        "outlook.com",
        "outlook.fr",
        "live.com",
        "live.fr",
        "yahoo.com",
        "yahoo.fr",
        "icloud.com",
        "me.com",
        "aol.com",
        "gmx.com",
        "gmx.fr",
        "proton.me",
        "protonmail.com",
        "menara.ma",
        "orange.fr",
        "wanadoo.fr",
        "free.fr",
        "laposte.net",
        "sfr.fr",
        "msn.com",
    }
)
Kind = CustomerIdentity.Kind


class AlreadyDone(DomainError):
    conflict = True


@dataclass(frozen=True, slots=True)
class Match:
    """Who it is, how sure we are (0-1), and why, in a sentence for staff.

    ``customer`` is None where nobody fits; ``candidates`` are then those among
    whom a person has to choose (nobody: it is somebody new).
    """

    customer: Customer | None
    confidence: float
    reason: str
    candidates: tuple[Customer, ...] = ()


def identify(
    *, name: str = "", company: str = "", email: str = "", phone: str = "", user_id: str = ""
) -> Match:
    """The customer whom a message's sender and words point to; three queries at most.

    One telephone or mailbox may order for several firms: the firm named in the
    message decides between them, and a firm that none of them has is somebody
    else. Without a firm, an exact address, number or WhatsApp id decides, then
    the firm's own mail domain, then the name.
    """
    known = _by_identity(normalised(email=email, phone=phone, user_id=user_id))
    if company.strip():
        return _by_company(company, name, known) or _by_domain(email, name, company) or _nobody()
    if known:
        return _among(known, name, reason=_("known address or number"), confidence=0.97)
    return _by_domain(email, name, "") or _by_person(name) or _nobody()


def known_by(*, email: str = "", phone: str = "", user_id: str = "") -> list[Customer]:
    """The customers with one of these addresses or numbers, those with most of them first."""
    return _by_identity(normalised(email=email, phone=phone, user_id=user_id))


def proven_by(*, email: str = "", phone: str = "", user_id: str = "") -> list[Customer]:
    """As :func:`known_by`, by confirmed identities only.

    Whoever writes from them may read what is the customer's; who is only known may not.
    """
    identities = normalised(email=email, phone=phone, user_id=user_id)
    return _by_identity(identities, CustomerIdentity.objects.filter(is_confirmed=True))


def is_proven(customer_ids: Iterable[int], identities: Iterable[tuple[str, str]]) -> bool:
    """Whether one of the identities is a confirmed one of these customers."""
    confirmed = CustomerIdentity.objects.filter(is_confirmed=True, customer__in=customer_ids)
    return confirmed.filter(_any_of(identities)).exists()


def register(  # noqa: PLR0913 - what is known of a customer
    *,
    name: str = "",
    company: str = "",
    email: str = "",
    phone: str = "",
    user_id: str = "",
    language: str = "",
    address: str = "",
    city: str = "",
    country: str = "",
    source_key: str = "",
    written_from: Collection[tuple[str, str]] | None = None,
) -> Customer:
    """The customer of these words, made now unless :func:`identify` is certain of one.

    Two jobs that meet the same new customer make one: they wait for each other.
    The identities given are added to the customer found. They are confirmed, unless the words
    are those of a message: then ``written_from`` has the identities (as of :func:`normalised`)
    that it came from, and only these are, of a customer made now. Raises DomainError where
    neither a name nor a company is known.
    """
    name, company = name.strip()[:200], company.strip()[:200]
    identities = normalised(email=email, phone=phone, user_id=user_id, source_key=source_key)
    with transaction.atomic():
        _wait_for_others([*identities, ("name", " ".join(distinctive_words(company or name)))])
        match = identify(name=name, company=company, email=email, phone=phone, user_id=user_id)
        customer = match.customer if match.confidence >= CERTAIN else None
        is_proven = written_from is None
        if customer is None:
            if not (name or company):
                sentence = _("A new customer needs a name or a company.")
                raise DomainError(sentence, code="customer_without_name", field="name")
            customer = Customer.objects.create(
                name=name,
                company=company,
                language=language[:10],
                address=address[:300],
                city=city[:120],
                country=country[:2],
            )
            if written_from is not None:
                add_identities(customer, written_from)
        add_identities(customer, identities, confirmed=is_proven)
    return customer


def archive(customer_id: int) -> Customer:
    """The customer leaves the lists and suggestions; nothing else changes."""
    return _set_archived(customer_id, timezone.now())


def restore(customer_id: int) -> Customer:
    """The customer is in use again."""
    return _set_archived(customer_id, None)


def add_identities(
    customer: Customer, identities: Iterable[tuple[str, str]], *, confirmed: bool = True
) -> None:
    """Remember how to recognise the customer; what is known already stays once.

    ``confirmed`` confirms what was only learnt before; nothing makes a confirmed identity doubtful.
    """
    rows = [
        CustomerIdentity(customer=customer, kind=kind, value=value, is_confirmed=confirmed)
        for kind, value in identities
    ]
    if not rows:
        return
    CustomerIdentity.objects.bulk_create(rows, ignore_conflicts=True)
    customers_changed.send(sender=CustomerIdentity, customer_ids=[customer.pk])
    if confirmed:
        given = _any_of((row.kind, row.value) for row in rows)
        learnt = CustomerIdentity.objects.filter(given, customer=customer, is_confirmed=False)
        learnt.update(is_confirmed=True)


def normalised(
    *, email: str = "", phone: str = "", user_id: str = "", source_key: str = ""
) -> list[tuple[str, str]]:
    """(kind, value) of what is given, in the form identities are kept in; nonsense is left out."""
    address = email.strip().lower()
    found = [
        (Kind.EMAIL.value, address if "@" in address else ""),
        (Kind.PHONE.value, phones.normalise(phone.removeprefix("whatsapp:"))),
        (Kind.WHATSAPP_USER.value, user_id.strip()),
        (Kind.SOURCE_KEY.value, source_key.strip()),
    ]
    return [(kind, value[:254]) for kind, value in found if value]


def normalised_value(kind: str, value: str) -> str:
    """``value`` in the form identities of this kind are kept in; raises DomainError."""
    if kind == Kind.EMAIL:
        try:
            validate_email(value.strip())
        except ValidationError as error:
            sentence = _("“%(value)s” is not an e-mail address.") % {"value": value}
            raise DomainError(sentence, code="not_an_identity", value=value) from error
        return value.strip().lower()
    if kind == Kind.PHONE:
        number = phones.normalise(value.strip().removeprefix("whatsapp:"))
        if not number:
            sentence = _("“%(value)s” is not a telephone number: write +212612345678.")
            raise DomainError(sentence % {"value": value}, code="not_an_identity", value=value)
        return number
    return value.strip()


def _by_identity(
    identities: Sequence[tuple[str, str]], among: QuerySet[CustomerIdentity] | None = None
) -> list[Customer]:
    """Customers with any of the identities, those with most of them first."""
    if not identities:
        return []
    among = CustomerIdentity.objects.all() if among is None else among
    rows = among.filter(_any_of(identities)).select_related("customer__merged_into")
    hits: dict[int, list[Customer]] = {}
    for row in rows.order_by("customer_id"):
        customer = row.customer.merged_into or row.customer
        hits.setdefault(customer.pk, []).append(customer)
    best = max(map(len, hits.values()), default=0)
    found = [same[0] for same in hits.values() if len(same) == best]
    return [customer for customer in found if customer.archived_at is None] or found


def _any_of(identities: Iterable[tuple[str, str]]) -> Q:
    wanted = Q(pk__in=())
    for kind, value in identities:
        wanted |= Q(kind=kind, value=value)
    return wanted


def _by_company(company: str, name: str, known: Sequence[Customer]) -> Match | None:
    alike = [customer for customer in known if _may_be(customer, company)]
    if alike:
        best = max(alike, key=lambda customer: _likeness(customer, company))
        return Match(best, 0.98, _("known address or number, and the company named"))
    # A private person known by this number now says for which firm.
    if len(known) == 1 and not known[0].company and likeness(known[0].name, name) >= SAME_NAME:
        return Match(known[0], 0.85, _("known person, who names a company for the first time"))
    found = _by_spelling(company, name)
    if found is None and known:
        reason = _("known address or number, but another company is named")
        return Match(None, 0.0, reason, tuple(known[:5]))
    return found


def _by_spelling(company: str, name: str) -> Match | None:
    scored = sorted(
        ((_likeness(customer, company), customer) for customer in _with_words_like(company)),
        key=lambda pair: -pair[0],
    )
    near = [pair for pair in scored if pair[0] >= PERHAPS_SAME_NAME]
    if not near:
        return None
    best = near[0][0]
    first = [customer for score, customer in near if best - score < TOO_CLOSE]
    if best < SAME_NAME:
        return _among(first, name, reason=_("a company with a similar name"), confidence=0.6)
    confidence = 0.95 if best == 1 else round(0.9 * best, 2)
    return _among(first, name, reason=_("the company named"), confidence=confidence)


def _by_domain(email: str, name: str, company: str) -> Match | None:
    """Somebody else of the firm whose mail domain this is."""
    domain = email.strip().lower().rpartition("@")[2]
    if not domain or "." not in domain or domain in PUBLIC_MAIL:
        return None
    rows = (
        CustomerIdentity.objects.filter(kind=Kind.EMAIL)
        .alias(reversed=Reverse("value"))
        .filter(reversed__startswith=f"@{domain}"[::-1], customer__archived_at=None)
        .select_related("customer__merged_into")[:CANDIDATES]
    )
    customers = {row.customer_id: row.customer.merged_into or row.customer for row in rows}
    found = list({customer.pk: customer for customer in customers.values()}.values())
    if company and found:
        return Match(
            None, 0.0, _("the company's mail domain, but another company named"), tuple(found[:5])
        )
    return (
        _among(found, name, reason=_("the company's mail domain"), confidence=0.8)
        if found
        else None
    )


def _by_person(name: str) -> Match | None:
    found = [
        customer for customer in _with_words_like(name) if likeness(customer.name, name) >= CERTAIN
    ]
    return _among(found, name, reason=_("the same name"), confidence=0.6) if found else None


def _among(found: Sequence[Customer], name: str, *, reason: str, confidence: float) -> Match:
    """The only one found, or the one with this name."""
    if len(found) == 1:
        return Match(found[0], confidence, reason)
    named = [customer for customer in found if likeness(customer.name, name) >= SAME_NAME]
    if len(named) == 1:
        return Match(named[0], round(confidence - 0.05, 2), reason)
    several = _("%(reason)s, but of several customers") % {"reason": reason}
    return Match(None, 0.0, several, tuple(found[:5]))


def _nobody() -> Match:
    return Match(None, 0.0, _("nobody known has this name, address or number"))


def _with_words_like(name: str) -> list[Customer]:
    """Customers that share the beginning of a word with ``name``; misspellings come later."""
    beginnings = {word[:4] for word in distinctive_words(name) if len(word) > 1}
    if not beginnings:
        return []
    text = " | ".join(f"{beginning}:*" for beginning in sorted(beginnings))
    query = SearchQuery(text, search_type="raw", config="simple")
    found = (
        Customer.objects.filter(archived_at=None, merged_into=None)
        .annotate(words=SearchVector("search_name", config="simple"))
        .filter(words=query)
        # A town has hundreds of bakeries: those who share more than the trade come first.
        .order_by(SearchRank(F("words"), query).desc(), "pk")
    )
    return list(found[:CANDIDATES])


def _may_be(customer: Customer, company: str) -> bool:
    """Among those who share an address, a part of the name is enough."""
    return _likeness(customer, company) >= PERHAPS_SAME_NAME or is_part(company, str(customer))


def _likeness(customer: Customer, company: str) -> float:
    return max(likeness(customer.company, company), likeness(customer.name, company))


def _set_archived(customer_id: int, moment: datetime | None) -> Customer:
    with transaction.atomic():
        customer = Customer.objects.select_for_update(no_key=True).get(pk=customer_id)
        if (customer.archived_at is None) == (moment is None):
            state = _("archived") if moment else _("in use")
            sentence = _("%(name)s is already %(state)s.") % {"name": customer, "state": state}
            raise AlreadyDone(sentence, code="already_done")
        customer.archived_at = moment
        customer.save(update_fields=["archived_at", "updated_at"])
    return customer


def _wait_for_others(keys: Iterable[tuple[str, str]]) -> None:
    """Hold back others who register the same address, number or name until we commit."""
    digests = {
        int.from_bytes(hashlib.sha256(f"{kind}:{value}".encode()).digest()[:8], signed=True)
        for kind, value in keys
        if value
    }
    with connection.cursor() as cursor:
        # In one order for everybody, so that nobody waits in a circle.
        for digest in sorted(digests):
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [digest])
