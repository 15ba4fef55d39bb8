"""Words of other languages in a query, and what they are in Arabic."""
