"""Update an index from its archive."""
