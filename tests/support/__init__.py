"""What several tests share: sites, golden files, servers and browsers, and what they are measured with."""
