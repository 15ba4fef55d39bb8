"""Readers: from the bytes of one format to drafts."""
