"""From a source's columns to our fields."""
