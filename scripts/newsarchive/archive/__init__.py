"""What is written and remembered: articles with their front matter, decisions, and the state of each capture."""
