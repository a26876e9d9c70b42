"""The seven figures of our own customers, from what the house knows of them."""
