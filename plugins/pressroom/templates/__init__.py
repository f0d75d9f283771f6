"""What templates see: the site and its articles as objects, filters, lists cut into pages."""
