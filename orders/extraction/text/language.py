"""Which language a message is written in: fr, en, ar, or ar-Latn for Darija in Latin letters."""

from __future__ import annotations

import re

from backoffice.core.text import folded, word_set

_ARABIC = re.compile(r"[\u0600-\u06ff]")
_TELLING = {
    "fr": "bonjour merci le la les de des du nous vous pour avec livraison commande je une est "
    "sacs svp cordialement il faut",
    "en": "hello hi the please we our you for with delivery order thanks regards bags need would "
    "by dear and",
    "ar-Latn": "salam bghit bghina w dyal 3afak khassni khassna sift lina lia ghedda nhar bla ana "
    "chokran khoya wach chhal ch7al dima inchallah had kif b7al mazal fin li",
}
_WORDS = {code: word_set(text) for code, text in _TELLING.items()}


def of(text: str) -> str:
    """Return the language most words speak for, French where none does."""
    letters = sum(c.isalpha() for c in text)
    if letters and len(_ARABIC.findall(text)) * 2 > letters:
        return "ar"
    words = re.findall(r"[^\W_]+", folded(text))
    scores = {code: sum(word in known for word in words) for code, known in _WORDS.items()}
    # Darija borrows French words for the goods; a few words of its own decide.
    scores["ar-Latn"] *= 2
    best = max(scores, key=lambda code: scores[code])
    return best if scores[best] else "fr"
