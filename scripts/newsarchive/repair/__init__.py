"""Mends of text that its way into the capture has damaged."""
