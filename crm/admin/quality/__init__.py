"""The pages of anomalies and of the quarantine."""
