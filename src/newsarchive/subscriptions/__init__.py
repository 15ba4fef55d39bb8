"""Subscriptions to feeds: the list that people edit, when each feed is due, and fetching them unattended."""
