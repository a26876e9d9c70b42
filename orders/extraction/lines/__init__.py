"""The product lines of an order: goods, quantities, prices."""
