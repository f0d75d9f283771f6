"""Every package of the site half may use this one: settings, keys, addresses, words, processes."""
