"""How far each value of a reading can be believed."""
