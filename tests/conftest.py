"""Fixtures that every test may ask for, by subject."""

pytest_plugins = ["tests.databases", "tests.offices"]
