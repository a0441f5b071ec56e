"""Whose ledger it is: told by the office's key; and the way of its events to the gateway, under that key."""

import asyncio
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from deploy.errors import Finding, MissingDependency, Usage
from deploy.ledger.importing import Send
from schemas.fields import OFFICE
from schemas.settings import Settings
from streams.ingest.gateway.credentials import CredentialsError
from streams.ingest.gateway.keyring import Keyring, Shown, require_in_force
from streams.ingest.gateway.refusal import Refused
from streams.ingest.sdk.spool import Refused as RefusedEvent
from streams.ingest.sdk.ways import Send as HandIn
from streams.ingest.sdk.ways import Unavailable, way

_AT_ONCE = 500
_TRIES, _LONGEST_WAIT_S = 4, 65.0


class Speaker(NamedTuple):
    """Whom a key speaks for, and the name of the ledger that it may publish."""

    district: str
    office: str
    """The office of lines that name none; '' when the key has several."""
    ledger: str


def speaker(settings: Settings, key: str, office: str) -> Speaker:
    """Whom the key speaks for. `office`: whose ledger it is where no keys are asked for, or the key has several offices.

    Raises Usage for a key that opens nothing, Finding for one that may not publish a ledger, MissingDependency for a damaged list of keys.
    """
    try:
        keyring = Keyring(settings.credentials_file)
    except CredentialsError as error:
        raise MissingDependency(str(error)) from error
    if not keyring.exists:
        if not office:
            raise Usage("请填写司法所代码:尚未设置密钥 · name the office, e.g. sfs-990107-001: there are no keys yet that would tell it")
        if not re.fullmatch(OFFICE, office):
            raise Usage(f"{office!r} 不是司法所代码 · is no id of an office, such as sfs-990107-001")
        return Speaker(office[4:10], office, f"ledger-{office[-3:]}")
    try:
        credential = keyring.caller(Shown(f"Bearer {key}" if key else None))
        require_in_force(credential, datetime.now(UTC))
    except Refused as error:
        raise Usage(f"密钥无效 · the key opens nothing here: {error.refusal.code}: {error.refusal.detail}") from error
    if credential.bureau or not credential.offices:
        raise Finding("请使用司法所的密钥 · this is a bureau's key; use the office's own, so that the ledger is known to be its")
    if office and office not in credential.offices:
        raise Usage(f"密钥不能代表 {office} · the key does not speak for {office}")
    own = office or (credential.offices[0] if len(credential.offices) == 1 else "")
    ledger = f"ledger-{own[-3:]}" if own else "ledger"
    if ledger not in credential.publishers:
        raise Finding(
            f"密钥不能发布台账 · key {credential.id} may not publish this ledger; the bureau makes one that may: suoheng credentials add "
            f"{' '.join(f'--office {one}' for one in credential.offices)} --publisher {ledger}"
        )
    return Speaker(credential.district, own, ledger)


def to_gateway(address: str, key: str) -> Send:
    """Hands events to a gateway. What it refuses ends the import, with the reason; what has arrived by then is recognised next time."""

    def send(lines: Sequence[bytes], arrived: Callable[[int], None]) -> None:
        asyncio.run(_send(address, key, lines, arrived))

    return send


async def _send(address: str, key: str, lines: Sequence[bytes], arrived: Callable[[int], None]) -> None:
    try:
        async with way(address, key) as hand_in:
            for at in range(0, len(lines), _AT_ONCE):
                batch = lines[at : at + _AT_ONCE]
                verdicts = await _patiently(hand_in, batch)
                refused = [one for one in verdicts if one is not None]
                arrived(len(batch) - len(refused))
                if refused:
                    raise Finding(f"网关拒收 · the gateway refused {len(refused)} event(s): {refused[0].code}: {refused[0].detail}")
    except Unavailable as error:
        raise MissingDependency(f"网关不可用 · {error}; 请稍后重试,不会重复 · try again, nothing is doubled") from error
    except ValueError as error:
        raise Usage(str(error)) from error


async def _patiently(hand_in: HandIn, batch: Sequence[bytes]) -> list[RefusedEvent | None]:
    """Hand in a batch, once more after as long as the gateway asks for. Raises Unavailable."""
    for _ in range(_TRIES - 1):
        try:
            return await hand_in(batch)
        except Unavailable as error:
            if not 0 < error.after_s <= _LONGEST_WAIT_S:
                raise
            await asyncio.sleep(error.after_s)
    return await hand_in(batch)
