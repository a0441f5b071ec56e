"""The highest batch number of each signing key, on disk before its batch goes on: a restart must not open the door to a replay.

Several gateways on one machine share the file. Gateways on several machines each keep their own: a batch replayed at another one within its
five minutes is taken there, and its events are recognised as duplicates by the workers.
"""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

_BUSY_S = 5.0
_TABLE = "CREATE TABLE IF NOT EXISTS batches (key TEXT PRIMARY KEY, number INTEGER NOT NULL)"
_RISE = """\
INSERT INTO batches VALUES (?, ?)
ON CONFLICT (key) DO UPDATE SET number = excluded.number WHERE excluded.number > batches.number
"""


class Numbers:
    """A database of one table, opened for each use: a batch is far dearer than opening a file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def rises(self, key: str, number: int) -> bool:
        """Whether `number` is higher than any before; then it is the highest from now on. Raises OSError when that cannot be kept."""
        return await asyncio.to_thread(self._rises, key, number)

    def _rises(self, key: str, number: int) -> bool:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self._path, timeout=_BUSY_S)) as database, database:
                database.execute(_TABLE)
                return database.execute(_RISE, (key, number)).rowcount == 1
        except sqlite3.Error as error:
            raise OSError(f"cannot keep batch numbers in {self._path}: {error}") from error
