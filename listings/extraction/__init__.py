"""Watches in traders' messages: what is offered, wanted, asked about or swapped.

The public door is :func:`listings.extraction.reading.read`; what it knows of
brands, models and references is a :class:`~listings.extraction.catalogue.Catalogue`.
"""
