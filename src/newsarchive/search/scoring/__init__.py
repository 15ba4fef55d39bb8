"""Scoring of articles, independent of the engine."""
