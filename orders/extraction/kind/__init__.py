"""What a message asks for: an order, a repeat order, a price, nothing."""
