"""The retribution, and its waiver."""
