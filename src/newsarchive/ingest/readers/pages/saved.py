"""What browsers save: a page with its address in a comment, or with all its files as MHTML."""

import re
from email import message_from_bytes, policy
from email.message import Message

_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d{1,6}\)(\S{1,2000})\s*-->", re.IGNORECASE)
_SINGLE_FILE = re.compile(r"<!--\s*Page saved with SingleFile\s+url:\s*(\S{1,2000})", re.IGNORECASE)
_HEAD = 4_096


def address_in(text: str) -> str:
    """The address that a page was saved from, or an empty string."""
    match = _SAVED_FROM.search(text[:_HEAD]) or _SINGLE_FILE.search(text[:_HEAD])
    return match[1] if match else ""


def page_of_mhtml(content: bytes) -> tuple[bytes, str, str]:
    """The page in an MHTML file, its content type and its address; empty if there is none."""
    message = message_from_bytes(content, policy=policy.default)
    for part in message.walk():
        if part.get_content_type() in {"text/html", "application/xhtml+xml"}:
            payload = part.get_payload(decode=True)
            address = str(message.get("Snapshot-Content-Location") or part.get("Content-Location") or "")
            return (payload if isinstance(payload, bytes) else b""), _type_of(part), address.strip()
    return b"", "", ""


def _type_of(part: Message) -> str:
    charset = part.get_content_charset()
    return f"text/html; charset={charset}" if charset else "text/html"
