"""What `suoheng demo` publishes, and what must come out of it."""
