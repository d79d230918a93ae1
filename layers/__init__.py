"""Planning layers and all one can do with them; knows no screen."""
