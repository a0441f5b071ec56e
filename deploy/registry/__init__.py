"""The registry of a district as one file: offices, authorities, who pays, villages, working days, rules. The commands are `deploy.commands.registry`."""
