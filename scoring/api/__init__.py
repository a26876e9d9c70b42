"""Lead scores for programs."""
