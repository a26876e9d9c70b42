"""WhatsApp's Business Cloud API: what Meta sends, and what is sent by it."""
