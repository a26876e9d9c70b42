"""A batch made ready in Python: mapped, checked, encoded for COPY."""
