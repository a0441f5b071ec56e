"""Roll-up: differences of facts of one slice -> changed windows of offices, district and authorities, each settled once."""
