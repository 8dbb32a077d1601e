"""What every room that answers requests shares: assets, headers, parameters, templates."""
