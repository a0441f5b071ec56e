"""Where a number comes from and where an event went, read from ClickHouse's views of lineage. The command is `deploy.commands.explain`."""

from deploy.explain.event import ExplainedEvent, explain_event, explain_record
from deploy.explain.question import Question, Window
from deploy.explain.value import ExplainedValue, explain_value

__all__ = ["ExplainedEvent", "ExplainedValue", "Question", "Window", "explain_event", "explain_record", "explain_value"]
