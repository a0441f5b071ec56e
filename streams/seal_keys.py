"""The seal keys of this process's settings (`streams.core.seal` says what they are for)."""

from datetime import datetime

from schemas.settings import Settings
from streams.core.seal import Recheck, SealKeyError, SealKeys, parse_keys, recheck


def read_keys(config: Settings) -> SealKeys | None:
    """The keys; None when nothing is sealed. Raises `SealKeyError`, in one line, for a file that cannot be used."""
    path = config.seal_keys
    if path is None:
        if config.seal_required_from is not None:
            raise SealKeyError("SUOHENG_SEAL_REQUIRED_FROM asks for seals: set SUOHENG_SEAL_KEYS to the file of their keys")
        return None
    try:
        return parse_keys(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SealKeyError(f"cannot read the seal keys {path}: {error}") from None
    except SealKeyError as error:
        raise SealKeyError(f"seal keys {path}: {error}") from None


def read_recheck(config: Settings) -> Recheck | None:
    """The check that workers make of each record; None: whatever is in the log counts. Raises `SealKeyError`."""
    keys, start = read_keys(config), config.seal_required_from
    return None if keys is None or start is None else recheck(keys, _ms(start))


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
