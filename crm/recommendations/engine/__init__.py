"""Learning from purchases, and what was learnt: pure numpy, no database."""
