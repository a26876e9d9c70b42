"""Traders: who they are, joined, blocked, written to, forgotten."""
