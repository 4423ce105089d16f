"""Training, its measurements, and runs that outlive a browser tab."""
