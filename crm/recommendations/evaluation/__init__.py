"""How well the algorithms do on purchases that they were not shown."""
