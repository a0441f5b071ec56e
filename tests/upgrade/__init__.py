"""What earlier releases wrote: rows of the topics, migrations, a snapshot. Recorded once by `record.py` in a checkout of the release, never changed."""
