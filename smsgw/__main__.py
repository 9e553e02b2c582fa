"""python -m smsgw is the smsgw command."""

from smsgw.cli import main

main()
