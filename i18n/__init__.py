"""The words of the program in Chinese and English."""
