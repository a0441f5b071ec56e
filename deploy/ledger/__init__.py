"""Importing ledgers: what the log remembers of them, from ClickHouse; the dry run and the publication; how the outcome is told.

What earlier imports said is not kept in a journal here but asked of the table of events, after everything in the log has become visible there. So
there is nothing to lose and nothing to go stale, and an import from another machine knows all that this one knows. What it takes is the key file.
"""

from deploy.ledger.importing import Options, Outcome, import_ledgers

__all__ = ["Options", "Outcome", "import_ledgers"]
