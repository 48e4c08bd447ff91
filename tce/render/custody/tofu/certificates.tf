# Whose names the authority signs. The authority's own key is made in OpenBao, and signed by the
# institution's root in a ceremony.
resource "vault_pki_secret_backend_role" "issuer" {
  for_each = { for one in local.custody.issuers : "${one.engine}/${one.name}" => one }

  backend            = vault_mount.engine[each.value.engine].path
  name               = each.value.name
  allowed_domains    = each.value.domains
  allow_bare_domains = true
  allow_subdomains   = false
  allow_glob_domains = false
  allow_any_name     = false
  allow_localhost    = false
  allow_ip_sans      = false
  server_flag        = true
  client_flag        = false
  key_type           = "ec"
  key_bits           = 256
  ttl                = tostring(each.value.ttl_hours * 3600)
  max_ttl            = tostring(each.value.ttl_hours * 3600)
}
