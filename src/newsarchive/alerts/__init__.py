"""Saved searches that send what has arrived: e-mail digests and signed webhooks."""
