"""Jobs and time; knows neither HTTP nor any provider."""
