"""Requests for public information (UU 14/2008): register, extend, close."""
