"""Files: what may be wrong with a clip that is downloaded, or with the way there."""
