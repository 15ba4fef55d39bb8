"""The files of an index: segments, columns, and which build is current."""
