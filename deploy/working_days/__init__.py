"""The working days of a year: what holds in a district, and what is to be decided. The commands are `deploy.commands.calendar`."""
