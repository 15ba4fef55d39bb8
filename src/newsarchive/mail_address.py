"""`MailAddress`: an e-mail address with the name of its owner, safe to put into a header."""

import re
from dataclasses import dataclass
from email.headerregistry import Address
from email.utils import parseaddr
from typing import Self

from newsarchive.wording import worded

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(?=.{{1,253}}$){_LABEL}(?:\.{_LABEL})*")
_LONGEST_LOCAL = 64
_LONGEST = 254


@dataclass(frozen=True, slots=True)
class MailAddress:
    """An address such as `alerts@example.org`, its domain in lower-case ASCII. `name` may be empty."""

    address: str
    name: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse `alerts@example.org` or `Name <alerts@example.org>`. Raises ValueError with the reason.

        >>> MailAddress.parse("الأرشيف <alerts@Example.org>")
        MailAddress(address='alerts@example.org', name='الأرشيف')
        """
        if not text.isprintable():
            raise ValueError(worded("it must not contain control characters"))
        name, given = parseaddr(text) if "<" in text else ("", text.strip())
        local, at, domain = given.rpartition("@")
        if not at or not _LOCAL.fullmatch(local) or len(local) > _LONGEST_LOCAL:
            raise ValueError(worded("it must be an e-mail address such as reader@example.org"))
        try:
            host = domain.encode("idna").decode("ascii").lower()
        except UnicodeError:
            host = ""
        if not _DOMAIN.fullmatch(host) or len(local) + len(host) >= _LONGEST:
            raise ValueError(worded("{domain!r} is not a domain of e-mail addresses", domain=domain))
        return cls(f"{local}@{host}", name.strip())

    @property
    def domain(self) -> str:
        """The part after the @."""
        return self.address.rpartition("@")[2]

    @property
    def header(self) -> Address:
        """The value for a header."""
        return Address(display_name=self.name, addr_spec=self.address)

    def __str__(self) -> str:
        """The address, with the name if there is one."""
        return f"{self.name} <{self.address}>" if self.name else self.address
