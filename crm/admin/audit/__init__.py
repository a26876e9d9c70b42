"""The audit of recommendations as people see it: a page, a document, a workbook."""
