"""Exports of Telegram channels and chats, as its desktop program writes them."""

from collections.abc import Iterator, Mapping
from typing import Any

from newsarchive.ingest.readers.json_values import body_of


def is_export(document: Mapping[str, Any]) -> bool:
    """Whether a parsed JSON document is the export of one chat or of an account."""
    return any(map(_is_chat, _chats(document)))


def messages_of(document: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    """The messages with text, as objects with the usual fields; the text of a message can be a list of pieces.

    Messages of the service, such as «joined the channel», and pictures without text are left out.
    """
    return tuple(form for chat in _chats(document) if _is_chat(chat) for form in _messages(chat))


def _chats(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield document
    chats = document.get("chats")
    found = chats.get("list") if isinstance(chats, Mapping) else None
    yield from (chat for chat in found if isinstance(chat, Mapping)) if isinstance(found, list) else ()


def _is_chat(chat: Mapping[str, Any]) -> bool:
    messages = chat.get("messages")
    return isinstance(messages, list) and any(
        isinstance(message, Mapping) and "text" in message and {"date_unixtime", "date", "from"} & message.keys()
        for message in messages
    )


def _messages(chat: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for message in chat["messages"]:
        if not isinstance(message, Mapping) or message.get("type") == "service":
            continue
        text = body_of(message.get("text"), ("text",)) or body_of(message.get("text_entities"), ("text",))
        if text.strip():
            yield {
                "text": text,
                "published": message.get("date_unixtime") or message.get("date"),
                "source": chat.get("name") or message.get("from"),
                "author": message.get("author"),
            }
