"""What purchases say about a customer: recency, frequency, monetary, segment, preferences."""
