"""Runs the publishing process."""

from website.cli.publishing_process import main

main()
