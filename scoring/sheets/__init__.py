"""Spreadsheets of clients: scored and given back; leads as spreadsheets."""
