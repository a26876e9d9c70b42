"""What pages of figures share: periods, comparisons, words, and charts on paper."""
