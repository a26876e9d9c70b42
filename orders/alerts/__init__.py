"""What a person should look at: facts found by rules, kept as alerts while they last.

- a family of rules (``delivery``, ``waiting``, ``unusual`` ...) finds the facts as they are now,
- ``recompute`` makes the alerts say the same: raised, changed, ended,
- ``states`` is what people decide about an alert,
- ``digest`` writes to those who subscribed,
- ``pruning`` forgets what was resolved long ago.
"""
