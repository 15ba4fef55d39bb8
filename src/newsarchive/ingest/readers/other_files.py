"""Recognizes files that hold no text that can be read: documents, images, sounds, archives and programs."""

import re

from newsarchive.wording import worded

_SIGNATURES = (
    (rb"%PDF", worded("a PDF file")),
    (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1|\xd0\xcf\x11\xe0", worded("an old Word, Excel or PowerPoint file")),
    (rb"\{\\rtf", worded("an RTF file")),
    (rb"%!PS", worded("a PostScript file")),
    (
        rb"\x89PNG|\xff\xd8\xff|GIF8[79]a|GIF8|II\*\0|MM\0\*|BM....\0\0\0\0|\0\0\x01\0..|RIFF....WEBP|8BPS",
        worded("an image"),
    ),
    (rb"....ftyp(?:avif|heic|heix|mif1|msf1)", worded("an image")),
    (
        rb"....ftyp|\x1aE\xdf\xa3|OggS|ID3[\x02-\x04]|\xff[\xfb\xf3\xf2]|fLaC|RIFF....(?:WAVE|AVI )|\0\0\x01\xba",
        worded("a sound or video file"),
    ),
    (rb"BZh[1-9]|\xfd7zXZ\0|\x28\xb5\x2f\xfd|\x04\x22\x4d\x18|LZIP", worded("a compressed file other than gzip")),
    (rb"7z\xbc\xaf\x27\x1c|Rar!\x1a\x07|.{257}ustar", worded("an archive of files")),
    (rb"SQLite format 3\0|PAR1|ARROW1|Obj\x01|\x89HDF", worded("a database or table in a binary format")),
    (rb"\x7fELF|MZ\x90\0|\xca\xfe\xba\xbe|\xfe\xed\xfa[\xce\xcf]|\xcf\xfa\xed\xfe|\0asm", worded("binary data")),
    (rb"wOF[F2]|\0\x01\0\0\0|OTTO\0", worded("a font")),
)
_COMPILED = tuple((re.compile(pattern, re.DOTALL), name) for pattern, name in _SIGNATURES)
_ZIP = re.compile(rb"PK(?:\x03\x04|\x05\x06|\x07\x08)")
_ZIP_PARTS = (
    (b"application/epub", worded("an EPUB book")),
    (b"application/vnd.oasis.opendocument", worded("an OpenDocument file")),
    (b"word/", worded("a Word file")),
    (b"xl/", worded("an Excel file")),
    (b"ppt/", worded("a PowerPoint file")),
    (b"[Content_Types].xml", worded("a Word, Excel or PowerPoint file")),
)
_HEAD = 8192


def unsupported_file(content: bytes) -> str:
    """The name of the file type, for messages, by the first bytes; an empty string if it may be text."""
    head = content[:_HEAD]
    if _ZIP.match(head):
        return next((name for part, name in _ZIP_PARTS if part in head), worded("a Word, OpenDocument or ZIP file"))
    return next((name for pattern, name in _COMPILED if pattern.match(head)), "")
