"""Questions about the orders, one module each; every answer is a frozen dataclass.

A question is asked of a :class:`~orders.analytics.scope.Scope`: a period in the
company's time zone, and the way the orders came. Each costs a fixed number of
queries however many orders there are. Copies that were sent by mistake count nowhere
(``Order.objects.counted()``); currencies and units are never added to one another.
"""
