"""Running a query on the open segments."""
