"""The ways by which messages reach people; each makes one attempt and says how it ended."""
