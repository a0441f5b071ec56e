"""Who may do what in Kafka and ClickHouse: declared once, told as commands, files or SQL, and put in force."""
