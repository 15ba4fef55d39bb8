"""Texts of errors that can be said in another language later, wherever the error has got to by then.

    raise ConfigError(worded("{path}: not readable as TOML: {error}", path=path, error=error))

The text of such an error is English, as ever: logs, JSON and tests see an ordinary string. It also remembers its
template and its fields, and `newsarchive.i18n.wordings` says it again in the language of whoever reads it. A field
may be such a text itself, or an error with one.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final


class Worded(str):
    """An English text that remembers its template and the values of the template's fields."""

    __slots__ = ("fields", "template")

    template: str
    fields: Mapping[str, Any]

    def __new__(cls, template: str, fields: Mapping[str, Any]) -> "Worded":
        """Fill in the template. Raises KeyError if it has a field that isn't given."""
        made = super().__new__(cls, template.format_map(fields))
        made.template = template
        made.fields = fields
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        """Errors go from process to process."""
        return Worded, (self.template, self.fields)

    def mapped(self, change: Callable[[str], str]) -> "Worded":
        """The same text with all values that are text changed, such as by hiding secrets."""
        return Worded(self.template, {name: mapped(value, change) for name, value in self.fields.items()})


def worded(template: str, **fields: Any) -> Worded:
    """An English text with fields in braces. `pybabel extract` finds texts by the name of this function.

    An error among the fields stands for its text. Everything else is kept as it is if it is a text or a number, and
    as text if not.

    >>> worded("{path}: {error}", path="a.toml", error=ValueError(worded("it must be an integer")))
    'a.toml: it must be an integer'
    """
    return Worded(template, {name: _kept(value) for name, value in fields.items()})


def listed(items: Iterable[object], separator: str = ", ") -> Worded:
    """The texts of several things, one after another.

    >>> listed(["RIS", worded("{count} files", count=2)])
    'RIS, 2 files'
    """
    fields = {f"_{number}": words_of(item) for number, item in enumerate(items)}
    return worded(separator.join(f"{{{name}}}" for name in fields), **fields)


def words_of(value: object) -> str:
    """The text of an error or of anything else, which is a `Worded` if it was made of one."""
    if isinstance(value, BaseException) and value.args and isinstance(value.args[0], Worded):
        return value.args[0]
    if isinstance(value, OSError) and type(value).__str__ is OSError.__str__ and value.strerror in SYSTEM:
        said = worded("[Errno {errno}] {strerror}", errno=value.errno, strerror=value.strerror)
        # A rename has two files.
        return said if str(value) == said else worded("{said}{rest}", said=said, rest=str(value).removeprefix(said))
    return value if isinstance(value, Worded) else str(value)


def mapped(value: Any, change: Callable[[str], str]) -> Any:
    """A value changed if it is text, and the fields of a text if it has any."""
    if isinstance(value, Worded):
        return value.mapped(change)
    return change(value) if isinstance(value, str) else value


def _kept(value: Any) -> Any:
    return value if isinstance(value, str | int | float) else words_of(value)


SYSTEM: Final = frozenset(
    {
        worded("No such file or directory"),
        worded("Permission denied"),
        worded("Operation not permitted"),
        worded("Is a directory"),
        worded("Not a directory"),
        worded("File exists"),
        worded("Directory not empty"),
        worded("File name too long"),
        worded("File too large"),
        worded("Too many levels of symbolic links"),
        worded("No space left on device"),
        worded("Disk quota exceeded"),
        worded("Read-only file system"),
        worded("Input/output error"),
        worded("Device or resource busy"),
        worded("Too many open files"),
        worded("Cannot allocate memory"),
        worded("Stale file handle"),
        worded("Broken pipe"),
        worded("Connection refused"),
        worded("Connection reset by peer"),
        worded("Connection timed out"),
        worded("Network is unreachable"),
        worded("No route to host"),
        worded("Name or service not known"),
        worded("Temporary failure in name resolution"),
        worded("Address already in use"),
        worded("Cannot assign requested address"),
        worded("Invalid argument"),
        worded("Resource temporarily unavailable"),
    }
)
"""What the operating system says most often when something about a file or a connection fails, in its words."""
