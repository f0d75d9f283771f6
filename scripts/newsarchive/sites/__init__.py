"""The sites that pages come from: told by their addresses and habits, and their rules learned."""
