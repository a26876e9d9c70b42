"""Customers who are there twice: finding them, bringing them together, and undoing it."""
