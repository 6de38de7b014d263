"""Permits in force."""
