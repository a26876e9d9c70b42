"""Learning from clients whose outcome is known: candidates, calibration, figures, versions."""
