"""What subcommands share: options, arguments as values, the database opened, and what is printed."""
