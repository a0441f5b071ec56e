"""The catalogue in words: indicators as plain data, and as a document, in Chinese and English."""
