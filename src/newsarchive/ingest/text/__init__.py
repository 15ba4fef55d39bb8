"""Conversion of input text: charsets, HTML, language, titles."""
