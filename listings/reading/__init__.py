"""The catalogue that staff keep, and who reads messages with it."""
