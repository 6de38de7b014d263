"""What ./pena calls, one module per subcommand.

A module of a subcommand has

* `SUMMARY`: a pair of literals, what it does in Indonesian and in English;
* `AUDIENCE`: a tuple of literals out of `commands.AUDIENCES`, who uses it;
* `add_arguments(parser)`: its arguments, on an `argparse.ArgumentParser`;
* `run(args) -> int`: does it; 0 = done, 1 = failed. What a person can mend is raised as `problem.Problem`.

A module that hands arguments on to another program says `TAKES_REST = True` and finds them in `args.rest`.

The two literals are read without importing the module, so `./pena` alone answers at once. Heavy imports belong into
`run`.
"""
