"""Restatements on the terminal, as JSON and as CSV; what is in them is read by `consumers.restatements`. The command is `deploy.commands.restatements`."""
