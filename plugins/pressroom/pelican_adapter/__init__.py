"""The plugin's place in Pelican: the only package that imports it at the top."""
