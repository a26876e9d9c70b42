"""The lead scores' pages."""
