"""From the bytes of a ledger file, which anybody may have made, to sheets of cells. `read` is the way in."""

from streams.ingest.ledger.files.book import Book, Cell, Sheet, Unreadable
from streams.ingest.ledger.files.reading import read

__all__ = ["Book", "Cell", "Sheet", "Unreadable", "read"]
