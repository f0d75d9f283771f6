"""This package mends text that its way into the capture has damaged."""
