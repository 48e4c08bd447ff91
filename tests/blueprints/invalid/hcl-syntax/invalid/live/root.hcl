locals {
  site = "alps"
  name = "sandboxes-${local.site"
}
