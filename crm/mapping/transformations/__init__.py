"""The steps that make a value of a cell, by name: a catalogue for people and programs."""

from __future__ import annotations

from crm.mapping.transformations.catalogue import (
    Argument,
    Step,
    Transformation,
    catalogue,
    prepare,
)

__all__ = ["Argument", "Step", "Transformation", "catalogue", "prepare"]
