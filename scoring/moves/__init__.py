"""What moves scores between nights, and who is told of it."""
