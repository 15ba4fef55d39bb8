"""WARC files: reading those of any program, and keeping fetched pages in some of our own.

`unpacking` decompresses a file and says where its records are, `records` reads them, and `http_message` decodes
the response in a record. `keeping` appends fetched pages, `credentials` says which ones must not be kept,
`removing` deletes records, and `checking` verifies them.
"""
