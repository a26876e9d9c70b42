"""What to propose to whom, and why (docs/crm-recommendations.md)."""
