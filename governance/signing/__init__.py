"""Signatures: DSSE envelopes by Ed25519 keys (securesystemslib on top of cryptography).

The seam is securesystemslib's own :class:`~securesystemslib.signer.Signer`: key files are signed
with here; OpenBao's transit and PKCS#11 modules come from ``tce.keys``, and the front door chooses
by the key's URI.
"""
