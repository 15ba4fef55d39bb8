"""Readers, which convert the bytes of one format to drafts."""
