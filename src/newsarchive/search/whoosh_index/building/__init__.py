"""Turning articles into the arrays of a segment."""
