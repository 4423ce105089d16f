"""The Explore page: turns corpus statistics and chosen settings into charts, one file per view."""
