"""Detached headers, at the institution: in a folder or in OpenBao's KV engine.

A provider who holds bodies alone holds nothing that any key of the institution opens: the file key
lies in the header. Whoever destroys the header shreds the object, wherever its body was copied to.
"""
