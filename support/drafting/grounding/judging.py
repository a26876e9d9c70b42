"""Whether a model's text may be used: the first thing that speaks against it, in words."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from backoffice.core import spoken
from backoffice.core.text import folded, word_set, words
from support.drafting.gaps import gaps
from support.drafting.grounding import carried, concepts, figures, promises

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.drafting.grounding.figures import Claim
    from support.drafting.grounding.given import Given

_SHORTEST: Final = 40
_LONGEST: Final = 3000
_INVISIBLE: Final = re.compile(
    r"[\u200b-\u200d\u2060\ufeff\u202a-\u202e\u2066-\u2069\x00-\x08\x0b-\x1f]"
)
_MARKUP: Final = re.compile(
    r"</?[a-zA-Z!][^>\n]*>|&(?:[a-z]+|#\d+);|\*\*|__|~~|```|^#{1,6}\s|\]\(|^\s*\|.*\|\s*$|^>\s|`",
    re.MULTILINE,
)
# A place left open, or words about the task instead of the task.
_OPEN: Final = re.compile(r"\[[^\]\n]{1,60}\]|<<|>>|\bX{2,}\b|_{3,}|\.{5,}|\{|\}")
_ABOUT_ITSELF: Final = re.compile(
    r"(?<!\w)(?:en tant qu['e] ?(?:ia|assistant|modele)|as an ai|language model|modele de langage"
    r"|chatgpt|openai|system prompt|instructions?|prepared reply|consignes?|como (?:ia|asistente)"
    r"|voici (?:la|une|ma) (?:reponse|proposition|version)|here (?:is|'s) (?:the|a|my|your)"
    r" (?:reply|response|draft|rewritten)|aqui (?:tiene|esta) la respuesta"
    r"|note (?:a|pour) l'agent|prompt"
    r"|placeholders?|reponse preparee|facts?\s*:|faits?\s*:)(?!\w)"
    r"|^(?:objet|subject|asunto|to|from)\s*:",
    re.MULTILINE,
)
_CAPITALISED: Final = re.compile(
    r"(?<![.!?…;»”\"\n•–-])(?<=[^\W_]|[,'’(«“:])[ \u00a0,(«“]+(?P<name>[A-ZÀ-ÖØ-Þ][\w'’-]*)"
)
_NAME_PARTS: Final = re.compile(r"['’-]")
_PLAIN_WORDS: Final = word_set(
    "i madame monsieur mme mr mrs ms m mademoiselle bonjour bonsoir merci cordialement hello"
    " hi dear hola estimado estimada buenos buenas dias kind best warm regards bien vous"
    " service client customer team equipe l le la les the el sav pdf sincerement sinceres"
    " salutations respectueuses bonne belle journee gracias saludos cordiales atentamente"
    " yours sincerely thank thanks you atencion cliente al del de a et and y d"
)
_GREETING_WORDS: Final = _PLAIN_WORDS | word_set(
    "cher chere chers client cliente customer good morning afternoon evening there buenas"
    " tardes querido querida salut salam السلام عليكم مرحبا اهلا سيدي سيدتي عزيزي عزيزتي"
    " الزبون تحيه طيبه وبعد ورحمه الله العميل العزيز"
)
_LONG_SENTENCE: Final = 12
# A greeting is short.
_GREETING: Final = 8


def plain(text: str) -> str:
    """A model's text as it would be sent: lines without blanks at their ends."""
    lines = (line.rstrip() for line in text.replace("\r\n", "\n").strip().split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


def longest(template: str) -> int:
    """How many characters a reply made of ``template`` may have."""
    return min(_LONGEST, len(template) * 2 + 400)


def problem(text: str, given: Given) -> str:
    """A sentence about the first thing in ``text`` that was not given; empty where all was."""
    return next(_problems(text, given), "")


def is_trusted(text: str, given: Given) -> bool:
    """Whether ``text`` is a letter to this customer, without figures or names nobody gave."""
    found = chain(
        _form(text, given), _language(text, given), _figures(text, given), _names(text, given)
    )
    return next(found, None) is None


def _problems(text: str, given: Given) -> Iterator[str]:
    yield from _form(text, given)
    yield from _language(text, given)
    yield from _figures(text, given)
    yield from _claims(text, given)
    yield from _names(text, given)
    stray = carried.uncarried(text, given)
    if stray:
        yield _("it tells something of its own: “%(words)s”.") % {"words": stray[:120]}


def _form(text: str, given: Given) -> Iterator[str]:
    if len(text.strip()) < min(_SHORTEST, len(given.template) // 3):
        yield _("its text is empty or too short.")
    if len(text) > longest(given.template):
        yield _("its text is too long.")
    if _INVISIBLE.search(text):
        yield _("it holds invisible characters.")
    markup = _MARKUP.search(text)
    if markup and markup.group() not in given.template:
        yield _("it is not plain text: “%(words)s”.") % {"words": markup.group()[:40]}
    opened = [
        match.group() for match in _OPEN.finditer(text) if match.group() not in given.template
    ]
    if opened or gaps(text):
        yield _("it leaves a place open: “%(words)s”.") % {"words": (opened or gaps(text))[0]}
    about = _ABOUT_ITSELF.search(folded(text))
    if about and about.group() not in folded(given.template):
        yield _("it speaks of its task: “%(words)s”.") % {"words": about.group()}


def _language(text: str, given: Given) -> Iterator[str]:
    """The whole text, and each longer paragraph, in the language that was asked for."""
    parts = [text, *(part for part in text.split("\n\n") if len(part.split()) >= _LONG_SENTENCE)]
    for part in parts:
        if not part.strip():
            continue
        found = spoken.of(part)
        # Nobody's words speak for French where none are known.
        if found != given.language and not (found == "fr" and part is not text):
            yield _("it is in another language (%(language)s).") % {"language": found}
            return


@lru_cache(maxsize=8)
def _licensed(
    sources: tuple[str, ...], language: str
) -> tuple[list[Claim], list[Claim], frozenset[str]]:
    """What the sources state in figures and in words, and the beginnings of their words."""
    figured: list[Claim] = []
    said: list[Claim] = []
    stems: frozenset[str] = frozenset()
    # Facts and instructions may be in the house's language, the reply in the customer's.
    for spoken_there in dict.fromkeys((language, "fr")):
        figured += [claim for text in sources for claim in figures.find(text, spoken_there)]
        claims, more = promises.given(sources, spoken_there)
        said, stems = said + claims, stems | more
    return figured, said, stems


def _figures(text: str, given: Given) -> Iterator[str]:
    figured, _said, _stems = _licensed(given.sources, given.language)
    for claim in figures.find(text, given.language):
        if not figures.is_given(claim, figured):
            yield _("“%(words)s” was given by nobody.") % {"words": claim.words.strip()}


def _claims(text: str, given: Given) -> Iterator[str]:
    _figured, said, stems = _licensed(given.sources, given.language)
    for claim in promises.find(text, given.language):
        if not promises.is_given(claim, said, stems):
            yield _("it says “%(words)s” otherwise than the template and the facts.") % {
                "words": claim.words.strip()
            }


def _names(text: str, given: Given) -> Iterator[str]:
    """Names that nobody gave: of people, carriers, places."""
    known = set(_parts(" ".join(given.sources))) | _PLAIN_WORDS
    lent = known | (set(_parts(given.customer)) - concepts.CARRIERS)
    lines = text.split("\n")
    greeting = lines[0] if lines and len(lines[0].split()) <= _GREETING else ""
    stranger = [word for word in words(greeting) if word not in known | _GREETING_WORDS]
    if stranger and greeting.rstrip().endswith((",", "!", "،", ":")):
        yield _("it greets somebody else: “%(words)s”.") % {"words": greeting.strip()}
    for match in _CAPITALISED.finditer(text):
        name = match["name"]
        if any(part not in lent for part in _parts(name) if len(part) > 1):
            yield _("it names “%(name)s”, which nobody gave.") % {"name": name}
    last = lines[-1] if len(lines) > 1 else ""
    signed = [
        word for word in re.findall(r"[A-ZÀ-ÖØ-Þ][\w'’-]+", last) if len(last.split()) <= _GREETING
    ]
    if any(part not in known for word in signed for part in _parts(word)):
        yield _("it is signed by somebody else: “%(words)s”.") % {"words": last.strip()}


def _parts(text: str) -> list[str]:
    return words(_NAME_PARTS.sub(" ", text))
