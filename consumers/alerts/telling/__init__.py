"""What is to be told to whom, as functions of what stands and the time. Knows no clock, no database, no network."""
