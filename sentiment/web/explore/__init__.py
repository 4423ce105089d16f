"""The Explore page. Input: corpus statistics and chosen settings. Output: charts, a file a view."""
