"""What a result shows: highlights, snippets and the reasons for a match."""
