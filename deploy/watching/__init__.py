"""Seeing the installation run: what is measured, the rules and the board over it, and the terminal's view."""
