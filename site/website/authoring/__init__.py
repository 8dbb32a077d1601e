"""Local tools of authors: the preview, and commands that publish and rename articles."""
