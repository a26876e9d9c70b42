"""Templates filled with facts; what has no value is left out, asked for, or marked as a gap."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from backoffice.core.text import folded
from support.drafting import unsaid
from support.drafting.gaps import mark
from support.drafting.placeholders import (
    BRACES,
    OF_ORDER,
    OF_PERSON,
    between,
    canonical,
    needs_order,
    used_in,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAME: Final = re.compile(r"\{(\w+)\}")
_PERSON: Final = rf"\{{(?:{'|'.join(sorted(OF_PERSON))})\}}"
_SENTENCE_END: Final = re.compile(r"(?<=[.!?؟…])[ \t]+")
_BULLET: Final = re.compile(r"^\s*(?:[-•*–—]|\d{1,2}[.)])\s")
_LABEL: Final = re.compile(r"^(?P<label>[^:.!?\n]{1,80}:\s*)(?P<rest>[^:]*)$")
_AND: Final = re.compile(r"\s(?:et|and|y|e|و|w|ou)\s")
_ORDER_AND_NUMBER: Final = re.compile(
    rf"(?P<article>(?<!\w)(?:de la|la|the|your|del|el|al)\s+)?(?P<noun>(?<!\w){unsaid.ORDER_NOUN})"
    rf"[ \t,]*(?:{unsaid.NUMBER_SIGN})?[ \t]*[«“\"#(]?[ \t]*\{{order_number\}}(?:[ \t]*[»”\")])?",
    re.IGNORECASE,
)
# Nobody knows them before the order is sent: a point of a list for them is left out silently.
_FOR_LATER: Final = frozenset({"carrier", "tracking_number"})
# As many words as a clause needs to stand by itself.
_FEW: Final = 4


@dataclass(frozen=True, slots=True)
class Filled:
    """A template filled. ``missing``: placeholders of the order without a value.

    ``left_out`` are the words that could not be said, ``asks``: the text asks the customer for
    the number of the order, ``marked``: it holds gaps, ``unknown``: braces with no placeholder.
    """

    body: str
    missing: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    asks: bool = False
    marked: bool = False
    unknown: list[str] = field(default_factory=list)


def fill(template: str, values: Mapping[str, str], language: str) -> Filled:
    """Fill ``template`` in one pass: values are never read as templates.

    What states a fact that nobody knows is left out, sentence by sentence; where nothing but
    greeting and closing would remain the gaps are marked instead, and so are unknown names.
    Where the whole order is unknown the text asks for its number.
    """
    text, unknown = _named(template)
    missing = [name for name in used_in(text) if name in OF_ORDER and not values.get(name)]
    text = _greeted(text, values, language)
    body, left_out = _without(text, set(missing), values, language)
    left_out = [line for line in left_out if not _is_for_later(line)]
    missing = [
        name for name in missing if name not in _FOR_LATER or not _is_only_listed(name, text)
    ]
    asks = "order_number" not in values and needs_order(text)
    if asks and not unsaid.ASKS_ALREADY.search(folded(body)):
        body = _asking(body, language)
    marked = bool(missing) and not asks and not _says_something(body)
    body = _put_in(text if marked else body, values)
    return Filled(body, missing, left_out, asks, marked or bool(unknown), unknown)


def _named(template: str) -> tuple[str, list[str]]:
    """The template with each placeholder by its own name, and what is none as a gap."""
    unknown: list[str] = []

    def own(match: re.Match[str]) -> str:
        name = canonical(between(match))
        if name:
            return f"{{{name}}}"
        unknown.append(match.group())
        return mark(match.group())

    text = BRACES.sub(own, template.replace("\r\n", "\n"))
    if "{customer_first_name}" not in text:
        # Beside no first name, {nom} means the whole name: "Bonjour Roussel" is rude.
        text = text.replace("{customer_last_name}", "{customer_name}")
    return text, list(dict.fromkeys(unknown))


def _greeted(text: str, values: Mapping[str, str], language: str) -> str:
    """The text without the names of a person that are not known: "Bonjour,"."""
    greeting = unsaid.GREETING.get(language, unsaid.GREETING["fr"])
    lines = []
    for line in text.split("\n"):
        unnamed = [name for name in OF_PERSON & set(_NAME.findall(line)) if not values.get(name)]
        if not unnamed:
            lines.append(line)
            continue
        if all(not values.get(name) for name in OF_PERSON & set(_NAME.findall(line))):
            line = unsaid.ADDRESS.sub(f"{greeting} ", line)  # noqa: PLW2901 - the same line
            line = re.sub(rf"\s*\b{unsaid.TITLE}(?={_PERSON})", " ", line)  # noqa: PLW2901 - as above
        bare = "|".join(unnamed)
        lines.append(_tidy(re.sub(rf"[ \t]*\{{(?:{bare})\}}", "", line)))
    return "\n".join(lines)


def _without(
    text: str, absent: set[str], values: Mapping[str, str], language: str
) -> tuple[str, list[str]]:
    """The text without what cannot be said, and the words that were left out."""
    if not absent:
        return text, []
    left_out: list[str] = []
    kept: list[str] = []
    # Where a line announces a list, and whether points of that list were left out.
    heading, is_bare = -1, False
    for line in [*text.split("\n"), ""]:
        said = _said(line, absent, left_out, language)
        if said is None and _is_point(line):
            is_bare = heading == len(kept) - 1
            continue
        if is_bare and not _is_point(line):
            kept.pop()
        is_bare = False
        if said is None:
            continue
        kept.append(said)
        if said.rstrip().endswith(":"):
            heading = len(kept) - 1
    body = "\n".join(kept)
    if "delivery_date" in absent and "order_number" in values:
        body = _with_date_unknown(body, left_out, language)
    return re.sub(r"\n{3,}", "\n\n", body).strip(), left_out


def _is_for_later(line: str) -> bool:
    """Whether a point of a list states nothing but what is known once the order is sent."""
    names = set(_NAME.findall(line))
    return bool(names) and names <= _FOR_LATER and _is_point(line)


def _is_only_listed(name: str, text: str) -> bool:
    lines = (line for line in text.split("\n") if f"{{{name}}}" in line)
    return all(map(_is_for_later, lines))


def _is_point(line: str) -> bool:
    """Whether a line is a point of a list: "- status: {order_status}"."""
    return bool(_BULLET.match(line) or (_LABEL.match(line) and not line.rstrip().endswith(":")))


def _said(line: str, absent: set[str], left_out: list[str], language: str) -> str | None:
    """What can be said of a line; None where nothing can."""
    if not _lacks(line, absent):
        return line
    shorter = _elided(line, absent)
    if not _lacks(shorter, absent):
        return _tidy(shorter)
    if _is_point(shorter) and set(_NAME.findall(shorter)) <= absent:
        label = None if "order_number" in absent else _LABEL.match(shorter)
        if label and label["rest"].strip(" .") == "{delivery_date}":
            return (
                f"{label['label']}{unsaid.NOT_YET_KNOWN.get(language, unsaid.NOT_YET_KNOWN['fr'])}"
            )
        left_out.append(line.strip())
        return None
    sentences = [_clauses(sentence, absent, left_out) for sentence in _SENTENCE_END.split(shorter)]
    said = " ".join(sentence for sentence in sentences if sentence)
    return _tidy(said) if said else None


def _lacks(text: str, absent: set[str]) -> set[str]:
    return absent.intersection(_NAME.findall(text))


def _elided(line: str, absent: set[str]) -> str:
    """Without brackets around what is unknown, and without the number after "order"."""
    gone = "|".join(sorted(absent))
    line = re.sub(rf"\s*\([^()]*\{{(?:{gone})\}}[^()]*\)", "", line)
    if "order_number" in absent:
        line = _ORDER_AND_NUMBER.sub(_yours, line)
    return line


def _yours(match: re.Match[str]) -> str:
    """The word for an order without its number: "the order 12" is "your order"."""
    article = (match["article"] or "").strip().lower()
    noun = match["noun"]
    if noun.lower() in unsaid.BARE_NOUNS and not article:
        return f"your {noun}"
    if noun in unsaid.YOURS:
        return unsaid.YOURS[noun]
    owned = unsaid.YOURS.get(article, match["article"] or "")
    return f"{owned.rstrip()} {noun}".strip()


def _clauses(sentence: str, absent: set[str], left_out: list[str]) -> str:
    """The sentence without the clauses that cannot be said; empty where it is lost whole."""
    if not _lacks(sentence, absent):
        return sentence
    core = sentence.rstrip()
    end = core[-1] if core[-1:] in ".!?؟…:" else ""
    core = core.removesuffix(end).rstrip()
    parts = re.split(r"\s*[;؛]\s*", core)
    kept = [part for part in parts if not _lacks(part, absent)]
    if kept and len(kept) < len(parts):
        left_out += [part for part in parts if part not in kept]
        return (
            f"{kept[0][:1].upper()}{kept[0][1:]}{''.join(f' ; {part}' for part in kept[1:])}{end}"
        )
    shorter = _without_tail(core, absent)
    if shorter:
        left_out.append(core[len(shorter) :].strip(" ,،"))
        return shorter + (end or ".")
    left_out.append(sentence.strip())
    return ""


def _without_tail(core: str, absent: set[str]) -> str:
    """A sentence up to the comma or "and" before what is unknown; empty where that is too little.

    "We have your request for order 12, for a total of {order_total}".
    """
    cuts = sorted(
        {match.start() for match in re.finditer(r"\s*[,،]\s", core)}
        | {match.start() for match in _AND.finditer(core)},
        reverse=True,
    )
    for cut in cuts:
        head = core[:cut].rstrip(" ,،")
        if not _lacks(head, absent):
            return head if len(head.split()) >= _FEW else ""
    return ""


def _with_date_unknown(body: str, left_out: list[str], language: str) -> str:
    """The body with a sentence in place of the delivery date that could not be told."""
    if not any("{delivery_date}" in words for words in left_out):
        return body
    return _inserted(body, unsaid.NO_DELIVERY_DATE.get(language, unsaid.NO_DELIVERY_DATE["fr"]))


def _asking(body: str, language: str) -> str:
    """The body with a request for the order's number before anything else that follows."""
    return _inserted(
        body, unsaid.ASK_FOR_NUMBER.get(language, unsaid.ASK_FOR_NUMBER["fr"]), apart=True
    )


def _inserted(body: str, sentence: str, *, apart: bool = False) -> str:
    """``sentence`` at the end of the first paragraph after the greeting, or after that."""
    paragraphs = body.split("\n\n")
    place = 1 if len(paragraphs) > 1 else 0
    is_closing = place == len(paragraphs) - 1
    if apart or is_closing or "\n" in paragraphs[place]:
        at = place if is_closing else place + 1
        paragraphs.insert(max(at, 1), sentence)
    else:
        paragraphs[place] = f"{paragraphs[place]} {sentence}"
    return "\n\n".join(paragraphs)


def _says_something(body: str) -> bool:
    """Whether more than greeting and closing is left."""
    middle = body.split("\n\n")[1:-1]
    return any(len(paragraph.split()) >= _FEW for paragraph in middle)


def _put_in(text: str, values: Mapping[str, str]) -> str:
    return _NAME.sub(lambda match: values.get(match[1]) or mark(match[1]), text).strip()


def _tidy(line: str) -> str:
    """A line without the spaces and commas that belonged to what is gone."""
    line = re.sub(r"[ \t]+([,.،])", r"\1", line)
    line = re.sub(r"([,،])(?:[ \t]*[,،])+", r"\1", line)
    return re.sub(r"(?<=\S)[ \t]{2,}", " ", line).rstrip()
