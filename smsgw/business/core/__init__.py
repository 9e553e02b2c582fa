"""What every subject is made of: verbs, commands, replies, decisions, rights."""
