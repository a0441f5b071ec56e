"""What was told to whom, kept in SQLite (`alerting.sqlite` in `SUOHENG_DATA`): the deliverer writes it, commands and the page read it and add what people decide."""
