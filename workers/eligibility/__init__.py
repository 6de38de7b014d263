"""Who may take the three-hour way."""
