"""Spreadsheets in and out: CSV and Excel as French offices write them."""
