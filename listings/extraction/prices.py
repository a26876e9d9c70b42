"""Amounts of money as traders write them, and which of them is the price.

"8200€", "8.2k", "11k5", "12,500 USD", "CHF 9'800.-", "8 200 euros", "16 Tsd. Euro".
A figure without a currency is a price only where words or its place say so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from listings.extraction.message import Message
    from listings.extraction.splitting import Part
    from listings.extraction.tokens import Match

_NAMES = {
    "EUR": "€ 💶 eur euro euros eu",
    "USD": "$ us$ usd usdt usdc dollar dollars dollari dolares bucks",
    "GBP": "£ 💷 gbp pound pounds quid sterling",
    "CHF": "chf sfr francs francos franken frs",
    "HKD": "hk$ hkd",
    "SGD": "s$ sgd",
    "AED": "aed dhs dirhams dirham",
    "JPY": "¥ 💴 jpy yen",
    "CNY": "cny rmb",
    "AUD": "a$ aud",
    "CAD": "c$ cad",
    "SEK": "sek",
    "DKK": "dkk",
    "NOK": "nok",
    "PLN": "pln zl zloty",
    "CZK": "czk",
    "THB": "thb baht",
    "MAD": "mad",
    "QAR": "qar",
    "SAR": "sar",
    "KWD": "kwd",
    "MYR": "myr",
    "TRY": "try",
    "INR": "inr ₹",
}
CURRENCIES = {word: code for code, words in _NAMES.items() for word in words.split()}
_LONGEST_FIRST = sorted(CURRENCIES, key=len, reverse=True)
_SIGNS = "|".join(re.escape(word) for word in _LONGEST_FIRST if not word.isalpha())
WORDS = "|".join(word for word in _LONGEST_FIRST if word.isalpha())
CURRENCY = rf"(?:{_SIGNS}|(?<![a-z])(?:{WORDS})(?![a-z]))"

_FIGURE = r"(?:\d{1,3}(?:[ '.,]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?)(?!\d|[.,']\d)"
_THOUSANDS = (  # "8.2k", "11k5", "7.4kusd", "16 Tsd."
    rf"[ ]?(?:k(?P<rest>\d{{1,3}})?(?!(?!(?:{WORDS})(?![a-z]))[a-z0-9])"
    r"|(?:tsd|tausend|mila|thousand)\b\.?)"
)
_MILLIONS = (
    r"(?P<million>(?:(?<=\d[.,]\d)|(?<=\d[.,]\d\d))[ ]?m\b"  # "1.05m", no 300 metres
    r"|[ ]?(?:mio|million|millions|millionen|milioni|millones)\b\.?)"
)
_MILLE = r"(?P<mille> (?:mille|mil)\b)"
_AMOUNT = re.compile(
    rf"(?<![\w.,'\x00])(?<!\x00[/-])(?:(?P<before>{CURRENCY})[ ]?)?(?<![\d])"
    rf"(?P<figure>{_FIGURE})(?P<thousand>{_THOUSANDS})?(?:{_MILLIONS}(?=[ ]?{CURRENCY}))?{_MILLE}?"
    rf"(?:,--?|\.--?)?(?:[ ]?(?P<after>{CURRENCY}|(?<=[\dk])(?:{WORDS})(?![a-z])"
    rf"|(?<=\d)e(?![a-z0-9])|\be(?=\s*(?:$|\n))))?"
)
_BEFORE = re.compile(
    rf"(?P<before>{CURRENCY})[ ]?[:.]?[ ]?(?P<figure>{_FIGURE})(?P<thousand>{_THOUSANDS})?"
    rf"{_MILLIONS}?"
)
_LEAST, _MOST = 10, 50_000_000
_SMALLEST_BARE = 100
_RANGE = re.compile(r"\s?(?:-|/|a|to|bis|et|and|und)\s?")


@dataclass(frozen=True, slots=True)
class Amount:
    """Money at ``start``-``end``; ``currency`` is empty where none is written."""

    start: int
    end: int
    value: Decimal
    currency: str
    thousands: bool = False  # written with k or as 9 800, which years and serials are not
    owner: int | None = None  # the watch it was handed out to, where several follow a list


def find(text: str) -> list[Amount]:
    """Return the figures of ``text`` (folded, noise painted over) that may be money."""
    found: list[Amount] = []
    position = 0
    while match := _AMOUNT.search(text, position):
        prefixed = _BEFORE.match(text, match.start()) if match["before"] else None
        position = max(match.end(), position + 1)
        amount = _amount(prefixed or match)
        if amount:
            found.append(amount)
            position = max(amount.end, match.start() + 1)
    return _shared(_without_old(found, text), text)


def _amount(match: re.Match[str]) -> Amount | None:
    groups = match.groupdict()
    word = groups.get("before") or groups.get("after") or ""
    currency = "EUR" if word.strip() == "e" else CURRENCIES.get(word.strip(), "")
    figure = match["figure"]
    thousand = bool(groups.get("thousand") or groups.get("mille"))
    value = _value(figure, groups.get("rest") or "", thousand=thousand)
    if groups.get("million"):
        value = _value(figure, "", thousand=True) * 1000
    if not _LEAST <= value <= _MOST:
        return None
    grouped = thousand or re.fullmatch(r"\d{1,3}(?:[ '.,]\d{3})+(?:[.,]\d{1,2})?", figure)
    return Amount(match.start(), match.end(), value, currency, thousands=bool(grouped))


def _value(figure: str, rest: str, *, thousand: bool) -> Decimal:
    if thousand:
        value = (
            Decimal(re.sub(r"[ ']", "", figure).replace(",", "."))
            if figure.count(".") + figure.count(",") <= 1  # "1.2.3k" is nothing
            else Decimal(0)
        )
        return value * 1000 + (Decimal(rest) * 10 ** (3 - len(rest)) if rest else 0)
    cents = re.search(r"[.,](\d{1,2})$", figure)
    whole = figure[: cents.start()] if cents else figure
    value = Decimal(re.sub(r"[ '.,]", "", whole))
    return value + Decimal(f"0.{cents[1]}") if cents else value


_FROM = re.compile(r"\b(?:da|de|von|from|ab)\s$")
_TO = re.compile(r"\s?(?:a|auf|to|zu|→|➡️?|⇒|=>|->|-->|>)\s?")
_ARROW = re.compile(r"[^\w]*(?:→|➡|⇒|=>|->|>|👉)[^\w]*")


def _without_old(amounts: list[Amount], text: str) -> list[Amount]:
    """Leave out prices struck through, and the first of "from 6.200 to 5.800"."""
    kept = []
    for index, amount in enumerate(amounts):
        after = amounts[index + 1] if index + 1 < len(amounts) else None
        struck = text[max(0, amount.start - 1) : amount.start] == "~"
        if struck and re.match(r"[^\w\n]{0,4}~", text[amount.end : amount.end + 5]):
            continue
        if after and after.value < amount.value:
            between = text[amount.end : after.start]
            told = _FROM.search(text, max(0, amount.start - 6), amount.start)
            if (told and _TO.fullmatch(between)) or _ARROW.fullmatch(between):
                continue
        kept.append(amount)
    return kept


def _shared(amounts: list[Amount], text: str) -> list[Amount]:
    """Give the first figure of "7000/7500€" the currency, and the k, of the second."""
    for index, (first, second) in enumerate(pairwise(list(amounts))):
        between = text[first.end : second.start]
        if not first.currency and second.currency and _RANGE.fullmatch(between):
            small = first.value < 1000 <= second.value  # noqa: PLR2004 - "7-8k"
            value = first.value * 1000 if small else first.value
            amounts[index] = replace(first, value=value, currency=second.currency)
    return amounts


@dataclass(frozen=True, slots=True)
class Price:
    """The price of a watch and how sure we are of it."""

    amount: Amount
    confidence: float


def choose(message: Message, amounts: list[Amount], part: Part, *, wanted: bool) -> Price | None:
    """Return the price said in ``part``: asked, or the most a buyer pays."""
    start, end = part.start, part.end
    rated: list[Price] = []
    for amount in amounts:
        if amount.owner is not None:
            if amount.owner == part.index:
                return Price(amount, 0.85)
            continue
        if not start <= amount.start < end:
            continue
        cue = _cue(message, amount, start)
        confidence = _confidence(message, amount, end, cue)
        if confidence:
            confidence -= 0.1 * _bracketed(message, amount)
            rated.append(Price(amount, confidence))
    if not rated:
        return None
    best = max(price.confidence for price in rated)
    likely = [price for price in rated if price.confidence >= best - 0.02]
    if wanted:
        return max(likely, key=lambda price: price.amount.value)
    return likely[-1] if _lowered(message, start, end) else likely[0]


def _bracketed(message: Message, amount: Amount) -> bool:
    """Tell whether an amount is an aside: "serviced (invoice 1200€), 23k€"."""
    before = message.low[max(0, amount.start - 40) : amount.start]
    return "(" in before[max(before.rfind(")"), before.rfind("\n")) + 1 :]


def _cue(message: Message, amount: Amount, start: int) -> str:
    """The word before an amount that says what it is: price, budget, none or nothing."""
    reach = 30
    floor = max(start, amount.start - reach, message.low.rfind("\n", 0, amount.start) + 1)
    cues = [
        match
        for match in message.phrases.by_kind.get("cue", ())
        if floor <= match.start and match.end <= amount.start and not _in_set(message, match)
    ]
    for match in reversed(cues):
        between = message.low[match.end : amount.start]
        if re.search(r"\d|[;,.!?](?:\s|$)", between):
            return ""
        words = len(re.findall(r"\w+", between))
        added = message.low[match.start : match.end] in {"+", "plus"}
        if match.value == "none" and words <= (0 if added else 2):
            return "none"
        if match.value in {"price", "budget"} and words <= 1:
            return "none" if _refused(message, cues, match.start) else match.value
    after = re.match(
        r"[ ]?(?:\S+[ ])?(?:neuf|retail|new price|msrp|d'acompte|deposit|de fdp|de port"
        r"|shipping cost|d'envoi|frais)\b(?!.{0,9}(?:inclu|compris|offert|includ))"
        r"|\s?(?:(?:in|en|de|di)\s)?(?:cash on top|cash from|on top|my way|your way|on my side"
        r"|on your side|from me|from my|drauf|de ma poche|de mon cote|da parte mia|de mi parte"
        r"|in piu|encima|obendrauf|zuzahlung|aufpreis)\b",
        message.low[amount.end : amount.end + 32],
    )
    if after:
        return "none"
    return "budget" if _MOST_AFTER.match(message.low, amount.end) else ""


_MOST_AFTER = re.compile(
    r"\s?(?:max(?:i|imum|imal)?|massimo|maximo|hochstens|tops|budget|de budget|di budget|grand max"
    r"|at most|asking)\b"
)


def _in_set(message: Message, cue: Match[str]) -> bool:
    """Tell whether "+" or "p" is a piece of "B+P", which is no word about a price."""
    return any(
        match.start <= cue.start and cue.end <= match.end and match.end > match.start + 1
        for match in message.phrases.by_kind.get("set", ())
    )


def _refused(message: Message, cues: list[Match[str]], before: int) -> bool:
    """Tell whether "retail", "was" or the like stands right before a price word."""
    near = 2  # a blank, a colon
    return any(
        cue.value == "none"
        and 0 <= before - cue.end <= near
        and "," not in message.low[cue.end : before]  # "good cond+, under 5.5k"
        for cue in cues
    )


_PLAIN_CODES = ("EUR", "USD", "GBP", "CHF", "HKD", "SGD", "AED", "JPY", "CNY", "AUD", "CAD")
_ODDWORDS = frozenset({"eu", "rmb", "yen", "pound", "pounds", "quid", "bucks", "frs"})
_COINS = frozenset({"usdt", "usdc"})
_PAYING = re.compile(
    r"\b(?:accept\w*|acepto|accetto|pay\w*|paiement|pago|zahl\w*|wire|cash|crypto|ok)\b"
)
_ALL_IN = re.compile(
    r"\b(?:prix|prices?|preise?|prezzi|precios|tarifs?|all|tout|alles|tutti|todos?)\s(?:\w+\s)?(?:en|in)\s"
    rf"(?P<currency>{CURRENCY})"
)


def common_currency(message: Message, amounts: list[Amount]) -> str:
    """The currency of all prices: "prix en euros", "12k full set usd", or alone in a line.

    Empty when there is none, or several. "USDT ok" says how to pay, not what the price is in.
    """
    if match := _ALL_IN.search(message.low):
        return CURRENCIES[match["currency"]]
    busy = {message.line_of(amount.start) for amount in amounts}
    codes = set()
    own = any(amount.currency for amount in amounts)
    for match in _WHOLE.finditer(message.masked):
        word = match.group()
        line = message.line_of(match.start())
        if (own and line in busy) or CURRENCIES[word] not in _PLAIN_CODES or word in _ODDWORDS:
            continue
        if word in _COINS and _PAYING.search(message.low[slice(*message.lines[line])]):
            continue
        codes.add(CURRENCIES[word])
    return codes.pop() if len(codes) == 1 else ""


_WHOLE = re.compile(CURRENCY)
_END = re.compile(
    r"[ \t]*(?:[^\w\n]|$|\n|net\b|nets\b|firm\b|ferme\b|fix\b|shipped|obo\b|ono\b|vb\b|vhb\b"
    r"|fp\b|fdp|fp?in\b|port\b"
    r"|franco|livre|negociable|inkl|incl|spedit|tratt|ht\b|ttc\b|plus\b|\+|a debattre|or best"
    r"|delivered|tyd)"
)


def _confidence(message: Message, amount: Amount, end: int, cue: str) -> float:
    if cue == "none":
        return 0.0
    if amount.currency:
        return 0.97 if cue else 0.95
    if amount.value < _SMALLEST_BARE:
        return 0.0
    if cue == "budget" or (cue == "price" and amount.value >= _SMALLEST_BARE):
        return 0.85 if _strong_cue(message, amount) or amount.thousands else 0.0
    ends = _END.match(message.low, amount.end) is not None
    if amount.thousands and ends:
        return 0.75
    rounded = amount.value % 5 == 0 or amount.value % 100 == 99  # noqa: PLR2004 - 1999
    last = not re.search(r"\w", message.low[amount.end : min(end, amount.end + 200)].split("\n")[0])
    return 0.6 if last and rounded and amount.value >= 300 else 0.0  # noqa: PLR2004 - below: a size, a part


_WEAK_CUES = re.compile(
    r"(?:^|\W)(?:a|p|for|at|en|per|por|um|fur|pour|only|now|net|entre|around|about|under|unter"
    r"|bis|hasta)\s*$"
)


def _strong_cue(message: Message, amount: Amount) -> bool:
    before = message.low[max(0, amount.start - 12) : amount.start]
    return not _WEAK_CUES.search(before) or amount.value >= 500  # noqa: PLR2004 - "for 41", "a 300 m"


_DOWN = re.compile(
    r"baisse|price drop|reduced|nouveau prix|new price|now|ribassato|rebajado|reduziert|ahora"
    r"|jetzt|ora a|→|➡"
)


def _lowered(message: Message, start: int, end: int) -> bool:
    return _DOWN.search(message.low, start, end) is not None
