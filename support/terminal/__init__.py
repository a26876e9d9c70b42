"""What ``manage.py support`` does and prints: the desk for cron, scripts and the curious."""
