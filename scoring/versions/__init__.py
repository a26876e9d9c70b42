"""Which model answers: the shipped one, or a version that staff trained."""
