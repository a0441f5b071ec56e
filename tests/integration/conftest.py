"""What the integration tests share."""

from tests.fault.fixtures import feed, outside, workers

__all__ = ["feed", "outside", "workers"]
