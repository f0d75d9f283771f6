"""The order of a build's stages, which pages a change touches, and how they are rendered."""
