"""What several commands take alike."""

import re

from deploy.errors import Usage


def require_district(district: str) -> str:
    """The code of a district, as it was given. Raises Usage for anything but six digits."""
    if not re.fullmatch(r"\d{6}", district, re.ASCII):
        raise Usage(f"--district takes a six-digit code, not {district!r}")
    return district
