"""Replies: from a template and the facts of an order to a draft that invents nothing."""
