"""Which order is meant, whose it is, and what may be told of it."""
