"""`python -m rempart`: the command line, where its script is not on the path."""

import sys

from rempart.frontends.cli.app import main

sys.exit(main())
