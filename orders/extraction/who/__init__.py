"""Who orders: the person, the firm, their addresses."""
