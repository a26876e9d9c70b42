"""Words as a PDF can show them: Arabic joined and turned, nothing that is markup."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from arabic_reshaper import ArabicReshaper

FONT = "DejaVuSans"
BOLD = "DejaVuSans-Bold"
FOLDER = Path(__file__).parent / "fonts"

# Hebrew and Arabic with their supplements and presentation forms.
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
# A PDF stores shapes: characters that only steer the layout would be drawn as boxes.
_STEERING = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe0e\ufe0f\ufeff]")
_UNUSUAL = re.compile("[^\n -\u06ff\u2010-\u2027\ufe70-\ufefc]")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def text(value: object) -> str:
    """``value`` for one line of a PDF, markup escaped and Arabic in the order it is drawn.

    None is the empty text. What the font cannot draw and nobody reads (emoji, control
    characters) is left out. The order is right for one line only: text that may wrap
    goes through :func:`backoffice.core.pdf.paragraph`, which turns each line by itself.
    """
    line = " ".join(plain(value).split("\n"))
    return escape(turned(line, right_to_left=runs_right_to_left(line)))


def plain(value: object) -> str:
    """``value`` as drawable characters in the order they are read, Arabic letters joined."""
    if value is None:
        return ""
    words = unicodedata.normalize("NFC", str(value)).replace("\r\n", "\n").replace("\t", " ")
    words = _STEERING.sub("", _CONTROLS.sub("", words))
    if _RIGHT_TO_LEFT.search(words):
        words = _reshaper().reshape(words)
    return "".join(_drawable(char) for char in words) if _UNUSUAL.search(words) else words


def runs_right_to_left(words: str) -> bool:
    """Whether the first letter with a direction is Hebrew or Arabic."""
    if _RIGHT_TO_LEFT.search(words) is None:
        return False
    strong = (unicodedata.bidirectional(char) for char in words)
    return next((kind in {"R", "AL"} for kind in strong if kind in {"L", "R", "AL"}), False)


def turned(line: str, *, right_to_left: bool) -> str:
    """One line of :func:`plain` words in the order it is drawn, from left to right."""
    if _RIGHT_TO_LEFT.search(line) is None:
        return line
    # Not bidi's newer get_display: that leaves brackets as they are.
    from bidi.algorithm import get_display  # noqa: PLC0415 - slow import

    shown = get_display(line, base_dir="R" if right_to_left else "L")
    assert isinstance(shown, str)  # noqa: S101 - a text gives a text
    return shown


@cache
def register_fonts() -> None:
    """Make our two fonts known to reportlab; a PDF then carries only the letters it uses."""
    from reportlab.lib.fonts import addMapping  # noqa: PLC0415 - slow import
    from reportlab.pdfbase import pdfmetrics  # noqa: PLC0415 - slow import
    from reportlab.pdfbase.ttfonts import TTFont  # noqa: PLC0415 - slow import

    for name in (FONT, BOLD):
        pdfmetrics.registerFont(TTFont(name, str(FOLDER / f"{name}.ttf")))
    for is_bold, name in ((0, FONT), (1, BOLD)):
        for is_italic in (0, 1):
            addMapping(FONT, is_bold, is_italic, name)


@cache
def _reshaper() -> ArabicReshaper:
    from arabic_reshaper import ArabicReshaper  # noqa: PLC0415 - slow import

    # The one ligature that is on by default and that the font does not have.
    return ArabicReshaper({"ARABIC LIGATURE ALLAH": False})


def _drawable(char: str) -> str:
    """A letter without a glyph stays, as a box that says so; a picture only disturbs."""
    is_picture = unicodedata.category(char) in {"So", "Sk", "Mn", "Cn", "Co"}
    if char > "\uffff":
        # reportlab's table of letters, by which text is searched and copied, stops here.
        return "" if is_picture else "\ufffd"
    return "" if is_picture and ord(char) not in _glyphs() else char


@cache
def _glyphs() -> frozenset[int]:
    from reportlab.pdfbase import pdfmetrics  # noqa: PLC0415 - slow import

    register_fonts()
    return frozenset(pdfmetrics.getFont(FONT).face.charToGlyph)
