"""The order of a build's stages: what is to be done, which pages a change touches, how they are rendered."""
