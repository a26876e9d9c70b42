"""How good the data is: checks of rows, scores, anomalies, quarantine."""
