"""What every package of the site half may use: settings, addresses, words, processes."""
