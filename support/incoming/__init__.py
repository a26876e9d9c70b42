"""From a message received to its ticket."""
