"""Our customers' scores: made in runs or for a few, and what staff did about them."""
