"""The CRM's part of the REST API (docs/crm-api.md)."""
