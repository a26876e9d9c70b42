"""What people decide about recommendations, and how it weighs in the next ones."""
