"""The checks of `suoheng doctor`: each looks at one thing, says what it found, and what cures it. In Chinese and English."""
