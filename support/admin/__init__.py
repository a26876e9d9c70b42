"""The support desk in the admin."""
