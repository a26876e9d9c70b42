"""Understanding what customers write to the support desk: category, order number, language."""
