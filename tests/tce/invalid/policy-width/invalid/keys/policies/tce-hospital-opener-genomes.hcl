# Who opens objects of bucket genomes, and of no other.

path "tce-hospital-wrapped/data/identities/genomes" {
  capabilities = ["read"]
}

path "tce-hospital-transit/decrypt/*" {
  capabilities = ["update"]
}
