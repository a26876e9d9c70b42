"""The two Notion databases, kept in step: templates from there, tickets both ways."""
