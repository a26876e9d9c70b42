"""Recommendations made: from the database, in runs or for one customer, into the tables."""
