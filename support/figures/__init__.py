"""The support desk's figures; each question is a module, every answer a frozen dataclass.

A question is asked of a :class:`~support.figures.scope.Scope`: a period in the company's
time zone, a channel, a category. Each costs a fixed number of queries however many tickets
there are. Merged tickets count nowhere: their messages live on in another one.
"""

from __future__ import annotations

from support.figures.report import Summary, summary

__all__ = ["Summary", "summary"]
