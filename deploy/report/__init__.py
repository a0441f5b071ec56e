"""Reports of any period on the terminal, as JSON and as CSV; what is in them is read by `consumers.report`. The command is `deploy.commands.report`."""
