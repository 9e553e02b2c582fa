"""GIVE: sets that one shop hands to another, which has to say YES before they are its own."""
