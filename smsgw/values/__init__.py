"""VALUES: amounts of money and frozen classes; what every other room may use."""
