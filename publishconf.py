"""Settings for the public site: those of pelicanconf.py, and the address that readers will use."""

import os
import runpy

globals().update(runpy.run_path(os.path.join(os.path.dirname(os.path.abspath(__file__)), "pelicanconf.py")))

SITEURL = ""  # such as "https://archive.example"
