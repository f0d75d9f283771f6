"""This package knows the sites that pages come from: it tells them by their addresses, and learns and applies their
rules."""
