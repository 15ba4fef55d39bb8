"""Who may read the texts of articles: policies per source, readers with tokens, and the one place that decides.

`visible` decides on plain data. Everything that shows articles to readers gets them from `Library.seen_by`, so nothing
above ever holds a text that its reader may not see.
"""

from newsarchive.access.policies import FULL, AccessPolicies, Level, Policy, read_policy
from newsarchive.access.readers import ANONYMOUS, OWNER, Reader, Scope
from newsarchive.access.visible import (
    LEAD_LENGTH,
    RestrictedArticle,
    Viewer,
    Visible,
    digest_of,
    is_restricted,
    visible,
)

__all__ = [
    "ANONYMOUS",
    "FULL",
    "LEAD_LENGTH",
    "OWNER",
    "AccessPolicies",
    "Level",
    "Policy",
    "Reader",
    "RestrictedArticle",
    "Scope",
    "Viewer",
    "Visible",
    "digest_of",
    "is_restricted",
    "read_policy",
    "visible",
]
