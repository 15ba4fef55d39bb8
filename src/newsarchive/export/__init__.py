"""Articles in the formats of other programs. Each format is a module, listed in `formats`."""
