"""The figures of ``orders.analytics`` for people: a page, a terminal, paper and a weekly mail."""
