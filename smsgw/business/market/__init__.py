"""MARKET: what the field sees at the market, such as a rival's set and its price."""
