"""Validated orders as a file for the ERP: Sage X3 sales orders."""
