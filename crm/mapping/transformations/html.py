"""Texts of web shops and mail programs, without their markup."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy

from crm.mapping.transformations.catalogue import Transformation

if TYPE_CHECKING:
    from crm.mapping.context import Context
    from crm.mapping.transformations.catalogue import Arguments, Function

_MARKUP = re.compile(r"<[a-zA-Z!/?]|&(?:#?\w+);")
_HIDDEN = ("script", "style", "head", "title", "noscript", "template", "iframe", "object", "svg")
_BREAKS = frozenset(
    ["address", "article", "blockquote", "div", "dl", "dt", "dd", "fieldset", "footer", "form",
     "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "ol", "p", "pre", "section",
     "table", "tr", "ul"]
)  # fmt: skip
# WordPress puts its own brackets into texts.
_SHORTCODE = re.compile(r"\[/?[a-z][a-z0-9_-]*(?:\s[^\]\[]*=[^\]\[]*)?/?\]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
# Deeper ones are no text of a product.
_MAX = 200_000


def _strip_html(_arguments: Arguments, _context: Context) -> Function:
    return plain_text


def plain_text(text: str) -> str:
    """The text a reader would see: paragraphs and list items on lines of their own."""
    if not _MARKUP.search(text):
        return text
    if "<" not in text:
        text = unescape(text)
        return _tidy(text) if not _MARKUP.search(text) else plain_text_of_html(text)
    return plain_text_of_html(text)


def plain_text_of_html(text: str) -> str:
    from lxml import etree, html  # noqa: PLC0415 - slow import

    try:
        root = html.fragment_fromstring(_CONTROL.sub(" ", text[:_MAX]), create_parent="div")
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return _tidy(unescape(re.sub(r"<[^>]*>", " ", text)))
    pieces: list[str] = []
    skipping = None
    for event, node in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event in {"comment", "pi"}:
            pieces.append(node.tail or "" if skipping is None else "")
            continue
        if not isinstance(node.tag, str):
            continue
        if skipping is None and event == "start":
            if node.tag in _HIDDEN:
                skipping = node
            else:
                pieces.append(_opening(node.tag) + _one_line(node.text))
        elif event == "end":
            if node is skipping:
                skipping = None
            elif skipping is None:
                pieces.append("\n" if node.tag in _BREAKS else "")
            if skipping is None and node is not root:
                pieces.append(_one_line(node.tail))
    return _tidy(unescape("".join(pieces)))


def _opening(tag: str) -> str:
    if tag == "li":
        return "\n- "
    if tag == "br" or tag in _BREAKS:
        return "\n"
    return " " if tag in {"td", "th"} else ""


def _one_line(text: str | None) -> str:
    return re.sub(r"\s+", " ", text) if text else ""


def _tidy(text: str) -> str:
    lines = [" ".join(line.split()) for line in _SHORTCODE.sub("", text).splitlines()]
    return "\n".join(line for line in lines if line and line != "-")


TRANSFORMATIONS = (
    Transformation(
        "strip_html",
        gettext_lazy("Take off HTML"),
        gettext_lazy("“<p>Rond &amp; fruité</p>” → “Rond & fruité”; list items become lines."),
        _strip_html,
    ),
)
