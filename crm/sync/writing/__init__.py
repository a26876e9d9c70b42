"""A batch into our tables: staged, resolved, linked, recorded."""
