# Who may log in, and what as. A secret id is never a resource: it would lie in the state. Officers
# make each of them, for one machine or one person.
resource "vault_policy" "policy" {
  for_each = toset(local.custody.policies)

  name   = each.key
  policy = file("${local.policies}/${each.key}.hcl")
}

resource "vault_auth_backend" "approle" {
  for_each = toset([for one in local.custody.approles : one.mount])

  type = "approle"
  path = each.key
}

resource "vault_auth_backend" "kubernetes" {
  for_each = toset([for one in local.custody.accounts : one.mount])

  type = "kubernetes"
  path = each.key
}

resource "vault_approle_auth_backend_role" "role" {
  for_each = { for one in local.custody.approles : "${one.mount}/${one.name}" => one }

  backend                 = vault_auth_backend.approle[each.value.mount].path
  role_name               = each.value.name
  token_policies          = [for one in each.value.policies : vault_policy.policy[one].name]
  token_no_default_policy = true
  token_period            = each.value.period_seconds
  token_ttl               = each.value.period_seconds > 0 ? 0 : each.value.ttl_seconds
  token_max_ttl           = each.value.period_seconds > 0 ? 0 : each.value.ttl_seconds
  secret_id_bound_cidrs   = each.value.cidrs
  # A quarter; a machine's lasts with the machine, bound to its address.
  secret_id_ttl     = each.value.period_seconds > 0 ? 0 : 7776000
  token_bound_cidrs = each.value.cidrs
}

resource "vault_kubernetes_auth_backend_role" "role" {
  for_each = { for one in local.custody.accounts : "${one.mount}/${one.name}" => one }

  backend                          = vault_auth_backend.kubernetes[each.value.mount].path
  role_name                        = each.value.name
  bound_service_account_names      = each.value.accounts
  bound_service_account_namespaces = each.value.namespaces
  token_policies                   = [for one in each.value.policies : vault_policy.policy[one].name]
  token_ttl                        = each.value.ttl_seconds
  token_max_ttl                    = each.value.ttl_seconds
  audience                         = each.value.audience
}
