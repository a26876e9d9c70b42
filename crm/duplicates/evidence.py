"""What speaks for two customers being one, and what against, each with its weight.

A weight is a logarithm of odds: 2.3 makes it ten times as likely, -2.3 ten times less. They are
added up in :mod:`crm.duplicates.scoring`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import log
from typing import TYPE_CHECKING

from crm.duplicates.frequencies import Frequencies, is_shared_mailbox
from crm.duplicates.likeness import (
    EQUAL,
    INITIAL,
    OTHER,
    SLURRED,
    TYPO,
    differ_by_one,
    street_likeness,
    word_likeness,
)
from crm.duplicates.records import mailbox, skeleton

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crm.duplicates.records import Record

SAME_STREET, LIKE_STREET = 0.86, 0.7
LIKE_MAILBOX = 0.85
# Of Frequencies.given_place.
EITHER = 1
TWO = 2
# A family shares house, telephone and mailbox, two firms a house: where the names say that they
# are two, that they share these says so much less.
_EXPLAINED_BY = {
    "other_given_name": 0.3,
    "second_given_name": 0.6,
    "other_surname": 1.0,
    "other_name": 0.4,
    "other_company": 0.4,
    "other_company_word": 0.5,
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One piece of evidence; ``code`` is a name of :data:`crm.duplicates.reasons.WORDS`."""

    code: str
    weight: float
    first: str
    second: str


# What a pair can still gain by all that is not its names.
MOST_BESIDE_NAMES = 26.0


def compare(
    one: Record, other: Record, known: Frequencies, *, least: float = float("-inf")
) -> list[Reason]:
    """Everything that two records say of each other.

    Where the names leave no way to reach a sum of ``least``, the rest is not looked at.
    """
    who = list(_who(one, other, known))
    share = min(
        (_EXPLAINED_BY[reason.code] for reason in who if reason.code in _EXPLAINED_BY),
        default=1.0,
    )
    if any(reason.code in {"no_given_name", "more_name"} for reason in who):
        who += _household(one, other, known)
    if sum(reason.weight for reason in who) + share * MOST_BESIDE_NAMES < least:
        return who
    around = (*_contacts(one, other, known), *_where(one, other, known))
    return who + [_less(reason, share) for reason in around]


def _household(one: Record, other: Record, known: Frequencies) -> list[Reason]:
    """A name without its given name may be anybody's of the house."""
    if known.lives_alone(one, other):
        return []
    return [Reason("several_in_house", -4.0, *_texts(one, other, "address"))]


def _less(reason: Reason, share: float) -> Reason:
    return replace(reason, weight=reason.weight * share) if reason.weight > 0 else reason


def _who(one: Record, other: Record, known: Frequencies) -> Iterator[Reason]:
    if one.company and other.company:
        yield from _companies(one, other, known)
        return
    # A firm written into the field for names meets itself in the field for firms.
    left = one.company or one.name
    right = other.company or other.name
    field = "name" if not (one.company or other.company) else "company"
    names = _texts(one, other, field) if field == "name" else (_title(one), _title(other))
    if not left or not right:
        return
    given = _given(one, other, known)
    if field == "company" and one.name and other.name:
        persons = _words("name", one.name, other.name, known, given, _texts(one, other, "name"))
        if sum(reason.weight for reason in persons) > 0:
            # One of them with the firm, one without: the person decides.
            yield from persons
            return
    yield from _words(field, left, right, known, given if field == "name" else frozenset(), names)


def _given(one: Record, other: Record, known: Frequencies) -> frozenset[str]:
    """The words that are given names: told apart by the source, on the list, or by their place."""
    found = set(one.given | other.given)
    place = known.given_place
    for record in (one, other):
        found.update(word for word in record.name if known.is_given(word))
        if place != EITHER and len(record.name) == TWO and not found & set(record.name):
            found.add(record.name[place])
    return frozenset(found)


def _companies(one: Record, other: Record, known: Frequencies) -> Iterator[Reason]:
    firms = _words(
        "company", one.company, other.company, known, frozenset(), _texts(one, other, "company")
    )
    most = max(known.company(one), known.company(other))
    yield from (replace(reason, weight=min(reason.weight, most)) for reason in firms)
    if one.name and other.name and one.name != one.company:
        persons = _words(
            "name",
            one.name,
            other.name,
            known,
            _given(one, other, known),
            _texts(one, other, "name"),
        )
        weight = sum(reason.weight for reason in persons)
        # A firm has several people: another one says little against it.
        if weight > 0:
            yield Reason("same_name", min(weight, 3.0), *_texts(one, other, "name"))
        else:
            yield Reason("other_contact", -1.5, *_texts(one, other, "name"))


def _words(  # noqa: PLR0913 - two names and what is known of them
    field: str,
    left: Sequence[str],
    right: Sequence[str],
    known: Frequencies,
    given: frozenset[str],
    texts: tuple[str, str],
) -> list[Reason]:
    """Words that meet weigh by their rarity; those left over on both sides contradict."""
    if sorted(left) == sorted(right) or "".join(left) == "".join(right):
        weight = _together([(word, known.word(word)) for word in left], given)
        code = f"same_{field}" if tuple(left) == tuple(right) else f"swapped_{field}"
        return [Reason(code, weight, *texts)]
    left, right = _rejoined(left, right), _rejoined(right, left)
    matched, rest_left, rest_right = _align(left, right, known)
    weight = _together(
        [(a, level * min(known.word(a), known.word(b))) for level, a, b in matched], given
    )
    found = []
    if matched:
        found.append(Reason(f"like_{field}", weight, *texts))
    against = _contradiction(field, matched, rest_left, rest_right, given)
    if against:
        found.append(Reason(*against, " ".join(rest_left), " ".join(rest_right)))
    elif rest_left or rest_right:
        found.append(_more(field, matched, rest_left or rest_right, given, texts))
    return found


def _together(weights: Sequence[tuple[str, float]], given: frozenset[str]) -> float:
    """Jean-Marc is one name, hardly rarer than Marc: of several given names one counts whole."""
    names = sorted((weight for word, weight in weights if word in given), reverse=True)
    others = sum(weight for word, weight in weights if word not in given)
    return others + sum(names[:1]) + 0.4 * sum(names[1:])


def _more(
    field: str,
    matched: Sequence[tuple[float, str, str]],
    rest: Sequence[str],
    given: frozenset[str],
    texts: tuple[str, str],
) -> Reason:
    """One says more than the other: a second given name may be a son's, a missing one anybody's."""
    if field == "company":
        return Reason("more_company", -1.2 * len(rest), *texts)
    if any(word in given for word in rest):
        if any(a in given for _level, a, _b in matched):
            return Reason("second_given_name", -2.5, *texts)
        return Reason("no_given_name", -2.0, *texts)
    return Reason("more_name", -0.9 * len(rest), *texts)


def _contradiction(
    field: str,
    matched: Sequence[tuple[float, str, str]],
    rest_left: Sequence[str],
    rest_right: Sequence[str],
    given: frozenset[str],
) -> tuple[str, float] | None:
    if not (rest_left and rest_right):
        return None
    if not matched:
        return (f"other_{field}", -9.0)
    if field == "company":
        return ("other_company_word", -7.0)
    left_given = any(word in given for word in rest_left)
    right_given = any(word in given for word in rest_right)
    if left_given and right_given:
        return ("other_given_name", -11.0)
    if any(a in given or b in given for _level, a, b in matched):
        # Marie Dupont, Marie Martin: she may have married.
        return ("other_surname", -3.5)
    return ("other_given_name", -9.0)


def _rejoined(words: Sequence[str], others: Sequence[str]) -> Sequence[str]:
    """As one word ("mcmel lon") what the other writes as one."""
    for at in range(len(words) - 1):
        whole = words[at] + words[at + 1]
        if any(word_likeness(*sorted((whole, word))) >= TYPO for word in others) and not (
            {words[at], words[at + 1]} & set(others)
        ):
            return (*words[:at], whole, *words[at + 2 :])
    return words


def _likeness(one: str, other: str, known: Frequencies) -> float:
    level = word_likeness(one, other) if one < other else word_likeness(other, one)
    if level == SLURRED and known.is_established(one) and known.is_established(other):
        return OTHER
    return level


def _align(
    left: Sequence[str], right: Sequence[str], known: Frequencies
) -> tuple[list[tuple[float, str, str]], list[str], list[str]]:
    """Each word with its likest one, the likest first."""
    levels = sorted(
        ((level, a, b) for a in left for b in right if (level := _likeness(a, b, known)) > OTHER),
        key=lambda entry: (-entry[0], entry[1], entry[2]),
    )
    rest_left, rest_right = list(left), list(right)
    matched = []
    for level, a, b in levels:
        if a in rest_left and b in rest_right:
            matched.append((level, a, b))
            rest_left.remove(a)
            rest_right.remove(b)
    # A first letter alone, or a likeness of nothing else, is no name.
    if all(level == INITIAL for level, _a, _b in matched):
        return [], list(left), list(right)
    return matched, rest_left, rest_right


def _contacts(one: Record, other: Record, known: Frequencies) -> Iterator[Reason]:
    if one.emails and other.emails:
        yield _emails(one, other, known)
    if one.phones and other.phones:
        yield _phones(one, other, known)


def _emails(one: Record, other: Record, known: Frequencies) -> Reason:
    both = sorted(set(one.emails) & set(other.emails))
    if both:
        shared = min(known.shared_by(email) for email in both)
        if all(map(is_shared_mailbox, both)):
            return Reason("shared_mailbox", max(1.0, 5.0 - log(shared)), both[0], both[0])
        return Reason("same_email", max(1.0, 8.0 - 2 * log(shared / 2)), both[0], both[0])
    best = max(
        ((_mailbox_likeness(a, b), a, b) for a in one.emails for b in other.emails),
        key=lambda entry: entry[0],
    )
    likeness, a, b = best
    if likeness == EQUAL:
        return Reason("same_mailbox", 3.0, a, b)
    if likeness >= LIKE_MAILBOX:
        return Reason("like_email", 4.5, a, b)
    return Reason("other_email", -2.0, a, b)


def _mailbox_likeness(one: str, other: str) -> float:
    left, right = mailbox(one), mailbox(other)
    if not left or not right or min(len(left), len(right)) < 5:  # noqa: PLR2004 - "jean" is everybody's
        return 0.0
    if left == right:
        return EQUAL
    same_domain = one.partition("@")[2] == other.partition("@")[2]
    return 0.9 if same_domain and differ_by_one(left, right) else 0.0


def _phones(one: Record, other: Record, known: Frequencies) -> Reason:
    both = sorted(set(one.phones) & set(other.phones))
    if both:
        shared = min(known.shared_by(phone) for phone in both)
        return Reason("same_phone", max(1.0, 5.5 - 2 * log(shared / 2)), both[0], both[0])
    for a in one.phones:
        for b in other.phones:
            if a[0] == b[0] and differ_by_one(a, b):
                return Reason("like_phone", 3.0, a, b)
    return Reason("other_phone", -0.9, one.phones[0], other.phones[0])


def _where(one: Record, other: Record, known: Frequencies) -> Iterator[Reason]:
    is_firm = bool(one.company and other.company)
    street = _street(one, other, known, is_firm=is_firm)
    yield from street
    agrees = sum(reason.weight for reason in street) > 0
    if one.postal_code and other.postal_code:
        yield _postal(one, other, known, agrees=agrees, is_firm=is_firm)
    if one.city and other.city:
        yield from _city(one, other, known, agrees=agrees, is_firm=is_firm)


def _street(one: Record, other: Record, known: Frequencies, *, is_firm: bool) -> list[Reason]:
    if not one.street or not other.street:
        return []
    texts = _texts(one, other, "address")
    likeness = street_likeness(one.street, other.street)
    numbers = (one.number, other.number)
    rare = min(known.street(one), known.street(other))
    number = 1.0 if one.number else 0.0
    if likeness >= SAME_STREET:
        if one.number == other.number:
            crowd = log(max(known.houses(one), known.houses(other)) / 2)
            return [Reason("same_address", max(1.5, 2.5 + rare * 0.7 + number - crowd), *texts)]
        if all(numbers):
            near = differ_by_one(*numbers) and len("".join(numbers)) > 2  # noqa: PLR2004 - 1 and 2 are neighbours
            weight = rare * 0.7 - (1.5 if near else 3.0)
            return [Reason("other_number", weight - 1.5 if is_firm else weight, *texts)]
        return [Reason("same_street", 2.5 + rare * 0.7, *texts)]
    if likeness >= LIKE_STREET and one.number == other.number and one.number:
        return [Reason("like_address", 2.5 + rare * 0.6, *texts)]
    # People move; firms have branches.
    return [Reason("other_address", -5.0 if is_firm else -2.2, *texts)]


def _postal(
    one: Record, other: Record, known: Frequencies, *, agrees: bool, is_firm: bool
) -> Reason:
    texts = _texts(one, other, "postal_code")
    if one.postal_code == other.postal_code:
        weight = known.place(one.postal_code)
        return Reason("same_postal_code", weight * (0.5 if agrees else 0.8), *texts)
    if differ_by_one(one.postal_code, other.postal_code):
        return Reason("like_postal_code", 1.0 if agrees else 0.3, *texts)
    return Reason("other_postal_code", -2.5 if is_firm else -0.8, *texts)


def _city(
    one: Record, other: Record, known: Frequencies, *, agrees: bool, is_firm: bool
) -> Iterator[Reason]:
    texts = _texts(one, other, "city")
    left, right = "".join(one.city), "".join(other.city)
    is_known = bool(one.postal_code and one.postal_code == other.postal_code)
    if left == right or skeleton(left) == skeleton(right):
        if not is_known:
            weight = known.place(" ".join(one.city))
            yield Reason("same_city", weight * (0.3 if agrees else 0.6), *texts)
    elif street_likeness(one.city, other.city) < SAME_STREET and not is_known:
        yield Reason("other_city", -3.0 if is_firm else -1.0, *texts)


def _texts(one: Record, other: Record, field: str) -> tuple[str, str]:
    return getattr(one.texts, field), getattr(other.texts, field)


def _title(record: Record) -> str:
    return record.texts.company or record.texts.name
