"""Tables of purchases and of products in files, without the database."""
