"""What staff decide about listings."""
