"""What the scores come to: charts, drift, and whether Hot beats Cold."""
