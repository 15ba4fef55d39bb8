"""Display of results: highlights, snippets and the reasons for a match."""
