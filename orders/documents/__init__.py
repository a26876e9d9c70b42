"""What is printed about orders: the confirmation of one, the list of many."""
