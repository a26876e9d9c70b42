"""The words of a message, and everything countable in them."""
