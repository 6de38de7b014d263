"""Short messages by WhatsApp, whoever carries them."""
