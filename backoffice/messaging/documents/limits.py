"""How much of a document we read, so that one file cannot hold up a worker.

``settings.MAX_DOCUMENT_BYTES`` bounds the file itself; these bound what comes
out of it. An order of 60 lines stays two orders of magnitude below all of them.
"""

from __future__ import annotations

from typing import Final

TEXT_CHARACTERS: Final = 1_000_000
PDF_PAGES: Final = 200
# Pages without text that are shown to the vision model; each costs money.
VISION_PAGES: Final = 10
SHEETS: Final = 30
SHEET_ROWS: Final = 5_000
SHEET_COLUMNS: Final = 60
CELL_CHARACTERS: Final = 2_000
WORD_BLOCKS: Final = 20_000
XML_LINES: Final = 5_000
XML_BYTES: Final = 10 * 1024 * 1024

# A zip (xlsx, docx, ods) is refused before anything in it is parsed.
UNZIPPED_BYTES: Final = 200 * 1024 * 1024
ZIP_MEMBERS: Final = 5_000

IMAGE_PIXELS: Final = 60_000_000  # a 48-megapixel phone camera
IMAGE_SIDE: Final = 2_000  # what vision gets, in pixels
SMALL_IMAGE_SIDE: Final = 100  # below this an icon or a tracking pixel
INLINE_IMAGE_SIDE: Final = 250  # below this, shown in the text, a logo

EMAIL_PARTS: Final = 300
EMAIL_DEPTH: Final = 20
EMAIL_ATTACHMENTS: Final = 50
HTML_CHARACTERS: Final = 2_000_000

# The child process in which parsers run (child.py).
CHILD_SECONDS: Final = 30
CHILD_MEMORY_BYTES: Final = 1536 * 1024 * 1024
CHILD_IMAGE_BYTES: Final = 40 * 1024 * 1024
