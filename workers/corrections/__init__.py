"""Correction rounds."""
