"""Corrections, completions and related articles."""
