"""The desk's part of the REST API."""
