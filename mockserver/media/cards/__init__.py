"""Cards: one still picture of a clip each, and what is made of them without ffmpeg."""
