"""Where a building lies."""
