"""How an article is scored, whichever engine finds it."""
