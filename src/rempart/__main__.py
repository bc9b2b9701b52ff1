"""`python -m rempart`: the command line, where its script is not on the path."""

from rempart.frontends.cli.app import main

main()
