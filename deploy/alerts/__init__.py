"""The plan of telling as people write it. The commands are `deploy.commands.alerts`."""
