"""A realistic, reproducible district: what its offices would have sent in some hundred days, in the order in which it would have arrived."""
