"""How good the recommendations are: counted once, shown on a page, on paper, in sheets, by REST."""
