"""Telling those above that a deadline nears or is broken."""
