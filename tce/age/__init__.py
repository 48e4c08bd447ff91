"""age files, version 1 (age-encryption.org/v1, github.com/C2SP/C2SP, age.md).

Only X25519 recipients and identities: what is sealed opens with any age client. Headers and bodies
are written and read apart, so that a header can stay at the institution.
"""
