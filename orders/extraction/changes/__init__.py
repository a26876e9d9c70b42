"""What a message changes in an order made before."""
