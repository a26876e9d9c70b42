"""Answers that go without a person: off by default, rehearsed first, limited, recorded."""
