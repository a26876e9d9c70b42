"""The model itself: what goes in, what comes out, as plain arrays and as a file."""
