"""Files of the demo's messages, made here so that none has to be shipped: photos, sound, a list."""

from __future__ import annotations

import hashlib
import io
import math
import struct
import wave
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL.ImageDraw import ImageDraw

SIZE = 640
_COLOURS = {
    "black": (24, 25, 28),
    "blue": (28, 62, 122),
    "green": (22, 92, 62),
    "silver": (206, 208, 212),
    "steel": (150, 154, 160),
    "white": (240, 240, 236),
}
_BRIGHT = 400  # of the three colours together
_STEEL = (172, 176, 182)
_HANDS = ((305, 0.30, 9), (60, 0.42, 6))  # degrees, share of the radius, width: ten past ten


def watch(looks: str, place: str) -> bytes:
    """A JPEG of a watch: ``looks`` names the colours of dial and bezel, ``place`` where it lies."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 - slow import

    dial, bezel = (_COLOURS[word] for word in looks.split())
    table, grain, slope = _table(place)
    image = Image.new("RGB", (SIZE, SIZE), table)
    draw = ImageDraw.Draw(image)
    for inset in range(-80, SIZE + 80, 16):
        draw.line((0, inset, SIZE, inset + slope), fill=grain, width=2)
    draw.rounded_rectangle((225, -20, 415, SIZE + 20), 24, fill=_STEEL)
    for top in range(0, SIZE, 34):
        draw.line((225, top, 415, top), fill=(120, 124, 130), width=3)
    _disc(draw, 232, (110, 114, 120))
    _disc(draw, 226, _STEEL)
    _disc(draw, 214, bezel)
    _disc(draw, 172, dial)
    _marks(draw, (20, 20, 22) if sum(dial) > _BRIGHT else (236, 236, 230))
    file = io.BytesIO()
    image.save(file, "JPEG", quality=82)
    return file.getvalue()


def voice(seconds: int = 3) -> bytes:
    """A WAV of a soft tone, in place of a person's voice."""
    rate = 8_000
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        waves = (math.sin(2 * math.pi * 220 * n / rate) * 4_000 for n in range(rate * seconds))
        sound.writeframes(b"".join(struct.pack("<h", int(height)) for height in waves))
    return file.getvalue()


def price_list(title: str, lines: Sequence[str]) -> bytes:
    """A PDF with one watch in each line."""
    from backoffice.core import pdf  # noqa: PLC0415 - slow import

    return pdf.render([pdf.paragraph(line) for line in lines], title=title)


def _table(place: str) -> tuple[tuple[int, ...], tuple[int, ...], int]:
    """The colour of the table, of its grain, and how that runs: the same for the same place."""
    light, warm, turn = hashlib.sha256(place.encode()).digest()[:3]
    grey = 130 + light % 90
    table = (grey + warm % 24, grey, grey - warm % 24)
    return table, tuple(value - 12 for value in table), turn % 120 - 60


def _disc(draw: ImageDraw, radius: int, colour: tuple[int, int, int]) -> None:
    middle = SIZE // 2
    box = (middle - radius, middle - radius, middle + radius, middle + radius)
    draw.ellipse(box, fill=colour)


def _marks(draw: ImageDraw, colour: tuple[int, int, int]) -> None:
    for hour in range(12):
        draw.line((*_at(hour * 30, 128), *_at(hour * 30, 154)), fill=colour, width=9)
    for degrees, share, width in _HANDS:
        draw.line((*_at(0, 0), *_at(degrees, share * 300)), fill=colour, width=width)
    _disc(draw, 9, colour)


def _at(degrees: float, radius: float) -> tuple[float, float]:
    angle = math.radians(degrees - 90)
    return SIZE / 2 + radius * math.cos(angle), SIZE / 2 + radius * math.sin(angle)
