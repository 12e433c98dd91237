"""growbin-backend: its values, and the charts made from them."""
