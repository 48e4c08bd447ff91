# Engines, and keys that never leave them: not exportable, without a backup in plain text, and not
# to be deleted but by a ceremony.
resource "vault_mount" "engine" {
  for_each = { for one in local.custody.engines : one.path => one }

  path        = each.key
  type        = each.value.type
  description = each.value.what
  options     = each.value.type == "kv" ? { version = "2" } : null

  lifecycle {
    prevent_destroy = true
  }
}

resource "vault_transit_secret_backend_key" "key" {
  for_each = { for one in local.custody.keys : "${one.engine}/${one.name}" => one }

  backend                = vault_mount.engine[each.value.engine].path
  name                   = each.value.name
  type                   = each.value.type
  auto_rotate_period     = each.value.rotate_hours * 3600
  exportable             = false
  allow_plaintext_backup = false
  deletion_allowed       = false

  lifecycle {
    prevent_destroy = true
  }
}
