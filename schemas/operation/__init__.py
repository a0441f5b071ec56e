"""What every process tells about itself, in one form for all: whether it lives, whether it can work, what it measures, what it logs."""
