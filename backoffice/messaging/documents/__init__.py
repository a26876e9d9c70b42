"""Reading what people send: bytes in, readable documents out. No Django model, no database."""
