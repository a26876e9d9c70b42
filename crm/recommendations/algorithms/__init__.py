"""The algorithms by name; each learns from purchases and scores customers' products."""
