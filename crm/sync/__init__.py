"""Syncs: requesting, running in steps, taking back."""
