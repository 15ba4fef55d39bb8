"""Hides the secrets in addresses: passwords, keys and tokens, for messages, pages, origins and exports."""

import re

MASK = "***"
"""What stands for a secret."""

_USERINFO = re.compile(r"(?<=//)[^/?#\s]*@")
_PLACEHOLDERS = re.compile(r"[^:@]*:\$\{\w+\}@|\$\{\w+\}(?::\$\{\w+\})?@")
"""A user name and password of which the password is a placeholder."""
_PARAMETER = re.compile(r"(?<=[?&;])([^=&;#\s?]+)=([^&;#\s]+)")
_SECRET_NAME = re.compile(
    r"(?:^|[_.-])(?:key|token|secret|pass|passwd|password|pwd|auth|authorization|signature|sig|credentials?"
    r"|sessionid|jwt|bearer)$"
    r"|(?:api|access|auth|private|secret|feed|license|subscription)[_.-]?(?:key|token|code|secret|hash)$"
    r"|(?:password|token|secret|apikey)",
    re.IGNORECASE,
)


def masked(url: str, *, mark: bool = False) -> str:
    """The URL without a user name and password, and with `***` for the values of secret parameters.

    A placeholder such as `${FEED_KEY}` is no secret, and stays. With `mark`, `***` stands also for
    the user name and password.

    >>> masked("https://me:pass@example.org/feed?api_key=a1b2&page=2")
    'https://example.org/feed?api_key=***&page=2'
    >>> masked("https://example.org/feed?key=${FEED_KEY}&q=x")
    'https://example.org/feed?key=${FEED_KEY}&q=x'
    """
    return _PARAMETER.sub(
        _parameter, _USERINFO.sub(lambda match: _userinfo(match, f"{MASK}@" if mark else ""), url, count=1)
    )


def has_secrets(url: str) -> bool:
    """Whether `masked` would change the URL."""
    return masked(url) != url


def _userinfo(match: re.Match[str], instead: str) -> str:
    is_placeholder = _PLACEHOLDERS.fullmatch(match.group())
    return match.group() if is_placeholder else instead


def _parameter(match: re.Match[str]) -> str:
    name, value = match.groups()
    is_secret = _SECRET_NAME.search(name) and not value.startswith("${")
    return f"{name}={MASK}" if is_secret else match.group()
