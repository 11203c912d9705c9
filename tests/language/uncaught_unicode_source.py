"""Carets in a line with wide and combining characters."""
größe = {"日本": 1}
print("é", größe["日本"] + größe["中文"], "😀")
