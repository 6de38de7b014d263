"""A case walked moment by moment, for those who audit it."""
