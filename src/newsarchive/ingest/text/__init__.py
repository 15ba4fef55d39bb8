"""Conversion of input text: charsets, HTML, cleaning, language, titles."""
