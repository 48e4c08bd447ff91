"""Unlock windows: a Tang server that answers only while officers have said so.

Tang asks nobody who he is (tang#20): who has a copy of a disk and an address in the VLAN has its
key. So Tang listens on its own machine alone, and a gate before it lets a request for a key through
while an order of several officers is in force, from the machines that it names, as often as it
says. Every opening is written down, to be compared with the starts that were planned.
"""
