"""This package tells which blocks of a page are the article, what else is left in it, and whether the page is an
article at all."""
