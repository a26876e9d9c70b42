"""From a message to rows: read, written, amended, answered."""
