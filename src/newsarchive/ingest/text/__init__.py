"""Text as it arrives: charsets, HTML, cleaning, language, titles."""
